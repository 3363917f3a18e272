"""nginx: it runs, serves its port, and has a valid configuration."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from checks import expect
from engine.judge.marks import owns, symptom, vital
from engine.judge.measure import at_most
from engine.text import counted, size, span
from fixtures.http.client import Response
from fixtures.logs.reading import Line, Log
from fixtures.nginx.answers import Verdict
from fixtures.nginx.loaded import Loaded
from fixtures.nginx.moved import Moved
from fixtures.nginx.settings import Limits, Nginx
from fixtures.os.units import Listener, Unit


@vital
def test_port_not_taken(listeners: list[Listener], settings: Nginx) -> None:
    """No other program holds nginx' port."""
    others = [one for one in listeners if one.port == settings.port and "nginx" not in one.names]
    assert not others, f"port {settings.port} is held by {', '.join(map(str, others))}; expected nginx"


@vital
@symptom("nginx", "os")
def test_unit_running(unit: Unit, limits: Limits) -> None:
    """nginx' unit is loaded and running, and systemd did not have to start it again and again."""
    expect.running(unit)
    expect.kept_up(unit, limits)


def test_unit_enabled(unit: Unit) -> None:
    """nginx' unit is started at boot."""
    expect.enabled(unit)


@vital
@symptom("nginx", "os")
def test_listening(listeners: list[Listener], settings: Nginx) -> None:
    """nginx listens on its port."""
    on_port = [one for one in listeners if one.port == settings.port]
    assert on_port, f"no process listens on port {settings.port}; expected nginx"


@vital
def test_reachable(listeners: list[Listener], settings: Nginx) -> None:
    """nginx listens at every address at which its clients reach it, and not on loopback alone."""
    for port in settings.ports:
        expect.reachable(listeners, port, settings.addresses, "nginx")


def test_log_reopened(nginx_moved: list[Moved], settings: Nginx) -> None:
    """nginx writes its access log where it is looked for, also after it was rotated."""
    assert not nginx_moved, (
        f"nginx wrote {nginx_moved[0].path} {span(nginx_moved[0].seconds)} after {settings.access_log} took its place, "
        "and nothing there since; expected the log that everybody reads, opened anew after each rotation"
    )


@owns("nginx_errors", "nginx_refused", "nginx_unreadable", "nginx_upstream_errors")
@symptom("nginx", "app", "network", "units", "os")
def test_error_log(nginx_errors: Log, limits: Limits) -> None:
    """nginx' error log can be read and has no line at crit or above."""
    _few(nginx_errors, 0, limits, lambda account: f"at crit or above {account}")


@symptom
def test_files_readable(nginx_unreadable: Log, limits: Limits) -> None:
    """nginx may read the files that it is to serve."""
    _few(nginx_unreadable, limits.errors, limits, lambda account: f"about a file that it may not read {account}")


@vital("nginx.requests_served", "http.page_served", "http.member_page_served", "http.login_works")
@symptom
def test_upstream_errors(nginx_upstream_errors: Log, limits: Limits) -> None:
    """nginx rarely fails to get an answer from the application behind it."""
    log = nginx_upstream_errors
    _few(log, limits.errors, limits, lambda account: f"about a failed upstream {account}, {by_upstream(log.lines)}")


def _few(log: Log, most: int, limits: Limits, told: Callable[[str], str]) -> None:
    """Asserts that at most so many lines were logged, the last of them long ago. `told` says what they are about."""
    lines = log.lines
    expected = f"the limit is {most}" if most else "expected none"
    expect.quiet(
        [line.age for line in lines],
        most,
        limits,
        lambda: (
            f"nginx' error log has {counted(len(lines), 'line')} {told(log.account)}; {expected}, the last: {lines[-1]}"
        ),
    )


def by_upstream(lines: Sequence[Line]) -> str:
    """Returns how often nginx names each upstream: `34 × http://127.0.0.1:8000`, the most frequent three."""
    found = (re.search(r', upstream: "(\w+://(?:unix:[^:"]+|[^/"]+))', line.text) for line in lines)
    often = Counter(match[1] if match else "unknown" for match in found).most_common(3)
    return ", ".join(f"{number} × {upstream}" for upstream, number in often)


def test_config_valid(nginx_config: Verdict) -> None:
    """nginx' configuration on disk is valid."""
    assert nginx_config.valid, nginx_config.said


@symptom("nginx")
def test_config_loaded(nginx_loaded: Loaded, limits: Limits) -> None:
    """nginx runs the configuration that is on disk: no file of it was changed after the workers' start."""
    changed = nginx_loaded
    assert at_most(changed.waiting, limits.nginx_unloaded_s, "s"), (
        f"{changed.path} was changed {span(changed.waiting)} ago, and nginx has not loaded it: it was not reloaded "
        f"since, or refused to; the limit is {limits.nginx_unloaded_s:g} s"
    )


def test_gzip_served(nginx_gzip: Response) -> None:
    """A large response is compressed for a client that accepts gzip."""
    assert nginx_gzip.status == 200, f"{nginx_gzip.url} answered with status {nginx_gzip.status}; expected 200"
    encoding = nginx_gzip.encoding or "no encoding"
    assert encoding == "gzip", (
        f"{nginx_gzip.url} sent {size(len(nginx_gzip.body))} with {encoding}; expected the encoding gzip"
    )
