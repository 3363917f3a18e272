"""nginx: it runs, and it is what listens in front."""

from checks import expect
from fixtures.facts.logs import Log
from fixtures.facts.units import Listener, Unit
from fixtures.marks import owns, symptom, vital
from fixtures.settings import Limits, Nginx
from fixtures.text import counted


@vital
def test_port_not_taken(listeners: list[Listener], settings: Nginx) -> None:
    """No other program holds nginx' port."""
    others = [one for one in listeners if one.port == settings.port and "nginx" not in one.names]
    assert not others, f"port {settings.port} is held by {', '.join(map(str, others))}; expected nginx"


@vital
@symptom
def test_unit_running(unit: Unit) -> None:
    """nginx' unit is loaded and running."""
    expect.running(unit)


def test_unit_enabled(unit: Unit) -> None:
    """nginx' unit is started at boot."""
    expect.enabled(unit)


@vital
@symptom
def test_listening(listeners: list[Listener], settings: Nginx) -> None:
    """nginx listens on its port."""
    on_port = [one for one in listeners if one.port == settings.port]
    assert on_port, f"nothing listens on port {settings.port}; expected nginx"


@owns("nginx_errors")
@symptom
def test_error_log(nginx_errors: Log, limits: Limits) -> None:
    """nginx logs nothing critical (docs/logs.md says which lines count)."""
    lines = nginx_errors.lines
    assert expect.over(lines, limits), (
        f"{counted(len(lines), 'line')} at crit or above {nginx_errors.account}, the last: {lines[-1]}"
    )
