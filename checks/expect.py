"""What several components are held to in the same way."""

from collections.abc import Sequence

from fixtures.facts.logs import Line
from fixtures.facts.units import Unit
from fixtures.settings import Limits


def running(unit: Unit) -> None:
    """Asserts that systemd runs the unit."""
    assert unit.load == "loaded", f"{unit}; expected a loaded unit"
    assert (unit.active, unit.sub) == ("active", "running"), f"{unit}; expected active (running)"


def enabled(unit: Unit) -> None:
    """Asserts that systemd will start the unit after a reboot; a template's instance is enabled by its generator."""
    assert unit.enabled in ("enabled", "enabled-runtime", "alias", "generated", "static", "indirect"), (
        f"{unit.name} is {unit.enabled or 'unknown to systemd'}; expected enabled, or it stays down after a reboot"
    )


def over(bad: Sequence[Line], limits: Limits) -> bool:
    """Whether the last of these lines is so old that what they tell of is history; without a line it is."""
    return not bad or bad[-1].age > limits.log_quiet_s
