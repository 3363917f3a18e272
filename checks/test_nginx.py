"""nginx: it runs and serves the port."""

from checks import expect
from engine.judge.marks import owns, symptom, vital
from engine.text import counted, size
from fixtures.http.client import Response
from fixtures.limits import Limits
from fixtures.logs.reading import Log
from fixtures.nginx.answers import Verdict
from fixtures.nginx.settings import Nginx
from fixtures.os.units import Listener, Unit


@vital
def test_port_not_taken(listeners: list[Listener], settings: Nginx) -> None:
    """No other program holds nginx' port."""
    others = [one for one in listeners if one.port == settings.port and "nginx" not in one.names]
    assert not others, f"port {settings.port} is held by {', '.join(map(str, others))}; expected nginx"


@vital
@symptom("nginx", "os")
def test_unit_running(unit: Unit) -> None:
    """nginx' unit is loaded and running."""
    expect.running(unit)


def test_unit_enabled(unit: Unit) -> None:
    """nginx' unit is started at boot."""
    expect.enabled(unit)


@vital
@symptom("nginx", "os")
def test_listening(listeners: list[Listener], settings: Nginx) -> None:
    """nginx listens on its port."""
    on_port = [one for one in listeners if one.port == settings.port]
    assert on_port, f"nothing listens on port {settings.port}; expected nginx"


@owns("nginx_errors")
@symptom("nginx", "app", "os")
def test_error_log(nginx_errors: Log, limits: Limits) -> None:
    """nginx' error log can be read and has no line at crit or above."""
    lines = nginx_errors.lines
    expect.quiet(
        lines,
        0,
        limits,
        lambda: f"{counted(len(lines), 'line')} at crit or above {nginx_errors.account}, the last: {lines[-1]}",
    )


def test_config_valid(nginx_config: Verdict) -> None:
    """nginx' configuration on disk is valid."""
    assert nginx_config.valid, nginx_config.said


def test_gzip_served(nginx_gzip: Response) -> None:
    """A large response is compressed for a client that accepts gzip."""
    assert nginx_gzip.status == 200, f"{nginx_gzip.url} answered {nginx_gzip.status}; expected 200"
    assert nginx_gzip.encoding == "gzip", (
        f"{nginx_gzip.url} has {size(len(nginx_gzip.body))}, and came "
        f"{f'packed as {nginx_gzip.encoding}' if nginx_gzip.encoding else 'as it is'}; expected gzip"
    )
