"""HAProxy: it runs what its file says, and every backend has servers that can serve."""

from checks import expect
from engine.judge.marks import each, owns, symptom, vital
from engine.judge.measure import at_most
from engine.text import counted, one_line
from fixtures.haproxy.loaded import Loaded
from fixtures.haproxy.pages import ERROR
from fixtures.haproxy.settings import FrontendPage, Haproxy, Limits
from fixtures.haproxy.statistics import Row, Statistics
from fixtures.http.client import Response
from fixtures.os.units import Listener, Unit

# A server in one of these was taken out of service by a person, or asked for it (404 with disable-on-404).
OUT_OF_SERVICE = ("MAINT", "DRAIN", "NOLB")
# Except this one: HAProxy takes a server out because its name has no address.
UNRESOLVED = "MAINT (resolution)"


def missing(names: list[str], rows: tuple[Row, ...], kind: str) -> list[str]:
    """Returns a sentence for each name that none of the rows has."""
    return [f"there is no {kind} {name}" for name in names if name not in {row.proxy for row in rows}]


@vital
@symptom("haproxy", "os")
def test_unit_running(unit: Unit, limits: Limits) -> None:
    """HAProxy's unit is loaded and running, and systemd did not have to start it again and again."""
    expect.running(unit)
    expect.kept_up(unit, limits)


def test_unit_enabled(unit: Unit) -> None:
    """HAProxy's unit is started at boot."""
    expect.enabled(unit)


@vital
def test_reachable(listeners: list[Listener], settings: Haproxy) -> None:
    """HAProxy listens at every address at which its clients reach it, and not on loopback alone."""
    for port in settings.ports:
        expect.reachable(listeners, port, settings.addresses, "HAProxy")


@owns("haproxy_loaded")
def test_config_loaded(haproxy_loaded: Loaded, settings: Haproxy, limits: Limits) -> None:
    """HAProxy runs the configuration that is on disk."""
    assert haproxy_loaded.reload == "success", (
        f"the last reload of {settings.unit} ended with {haproxy_loaded.reload}, and the old configuration runs on"
    )
    assert at_most(haproxy_loaded.unloaded, limits.haproxy_unloaded_s, "s"), (
        f"{settings.config} was changed {haproxy_loaded.unloaded:.0f} s after {settings.unit} last read it; "
        f"the limit is {limits.haproxy_unloaded_s:g} s"
    )


@owns("haproxy_statistics")
@vital
@symptom("haproxy", "network", "os")
def test_statistics_served(haproxy_statistics: Statistics) -> None:
    """HAProxy serves its statistics, and they name a backend."""
    assert haproxy_statistics.backends, "the statistics name frontends and no backend"


@vital
def test_servers_up(haproxy_statistics: Statistics) -> None:
    """No server fails its health check, and the name of every server has an address."""
    servers = haproxy_statistics.servers
    down = [server for server in servers if server.state == "DOWN" or server.status == UNRESOLVED]
    assert not down, f"{len(down)} of {counted(len(servers), 'server')} down: {'; '.join(map(str, down))}"


@vital
def test_servers_in_service(haproxy_statistics: Statistics) -> None:
    """No server was taken out of service."""
    servers = haproxy_statistics.servers
    out = [server for server in servers if server.state in OUT_OF_SERVICE and server.status != UNRESOLVED]
    assert not out, f"{len(out)} of {counted(len(servers), 'server')} out of service: {'; '.join(map(str, out))}"


@vital
def test_frontends_open(haproxy_statistics: Statistics, settings: Haproxy) -> None:
    """Every frontend takes connections, and those of system.yml are there."""
    bad = [str(row) for row in haproxy_statistics.frontends if row.state != "OPEN"]
    bad += missing(settings.frontends, haproxy_statistics.frontends, "frontend")
    assert not bad, "; ".join(bad)


@vital
@symptom("haproxy")
def test_backends_serve(haproxy_statistics: Statistics, settings: Haproxy) -> None:
    """Every backend has a server that can serve, and those of system.yml are there."""
    backends = haproxy_statistics.backends
    bad = [
        f"backend {row.proxy} is {row.status} with {counted(row.usable, 'usable server')}"
        for row in backends
        # One that only redirects has no server; HAProxy calls it UP.
        if (row.proxy in settings.backends or haproxy_statistics.servers_of(row.proxy))
        and (row.state != "UP" or not row.usable)
    ]
    bad += missing(settings.backends, backends, "backend")
    assert not bad, "; ".join(bad)


@vital("haproxy.pages_served")
@symptom("haproxy", "os")
def test_sessions_free(haproxy_statistics: Statistics, limits: Limits) -> None:
    """Frontends and servers have room for more sessions."""
    rows = [row for row in (*haproxy_statistics.frontends, *haproxy_statistics.servers) if row.limit]
    full = [
        f"{row.proxy}/{row.name} has {row.sessions} of {row.limit} sessions"
        for row in rows
        if not at_most(row.sessions, limits.connections_ratio * (row.limit or 0), "sessions", f"{row.proxy}/{row.name}")
    ]
    assert not full, f"{'; '.join(full)}; the limit is {limits.connections_ratio:.0%}"


@vital("haproxy.pages_served")
@symptom("haproxy", "os")
def test_queue_short(haproxy_statistics: Statistics, limits: Limits) -> None:
    """Few requests wait for a server that is free."""
    waiting = [
        f"{row.queued} for {row.proxy}"
        for row in haproxy_statistics.backends
        if not at_most(row.queued, limits.haproxy_queue, "requests", row.proxy)
    ]
    assert not waiting, f"requests wait: {', '.join(waiting)}; the limit is {limits.haproxy_queue}"


@owns("haproxy_pages")
@symptom("haproxy", "network", "os")
@each("pages")
def test_pages_served(haproxy_pages: dict[str, Response | str], item: FrontendPage) -> None:
    """The page is served to users, by whichever server their request goes to."""
    answer = haproxy_pages[item.name]
    assert isinstance(answer, Response), answer
    assert answer.status < ERROR, (
        f"{item.name} answered with status {answer.status}: {one_line(answer.body, 80) or 'nothing'}; "
        "expected no server error, even where each server's health check passes"
    )
