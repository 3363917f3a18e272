"""nginx: it runs, and it is what listens in front."""

from checks import expect
from fixtures.facts.logs import Log
from fixtures.facts.units import Listener, Unit
from fixtures.marks import owns, symptom, vital
from fixtures.settings import Limits, Nginx


@vital
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
    holders = {name for listener in listeners if listener.port == settings.port for name in listener.names}
    assert holders, f"nothing listens on port {settings.port}; expected nginx"
    assert "nginx" in holders, f"port {settings.port} is held by {', '.join(sorted(holders))}; expected nginx"


@owns("nginx_errors")
@symptom
def test_error_log(nginx_errors: Log, limits: Limits) -> None:
    """nginx logs nothing critical (docs/logs.md says which lines count)."""
    lines = nginx_errors.lines
    assert expect.over(lines, limits), f"{len(lines)} lines at crit or above, the last: {lines[-1]}"
