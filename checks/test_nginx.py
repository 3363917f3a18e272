"""nginx: it runs, and it is what listens in front."""

from checks import expect
from fixtures.facts.units import Listener, Unit
from fixtures.marks import symptom, vital
from fixtures.settings import Nginx


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


@symptom
def test_error_log(nginx_errors: list[str]) -> None:
    """nginx logged nothing critical in the last hour."""
    assert not nginx_errors, f"{len(nginx_errors)} lines at crit or above, the last: {nginx_errors[-1]}"
