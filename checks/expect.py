"""What several components are held to in the same way."""

from collections.abc import Callable, Sequence

from engine.judge.failure import BoundedFailure, PastFailure
from engine.judge.measure import at_most
from fixtures.limits import Limits
from fixtures.logs.reading import Line
from fixtures.os.units import Unit


def running(unit: Unit) -> None:
    """Asserts that systemd runs the unit; that one which runs is masked is `enabled`'s matter."""
    assert unit.load == "loaded" or (unit.load, unit.active) == ("masked", "active"), f"{unit}; expected a loaded unit"
    assert (unit.active, unit.sub) == ("active", "running"), f"{unit}; expected active (running)"


def enabled(unit: Unit) -> None:
    """Asserts that systemd will start the unit after a reboot; a template's instance is enabled by its generator."""
    assert unit.enabled in ("enabled", "enabled-runtime", "alias", "generated", "static", "indirect"), (
        f"{unit.name} is {unit.enabled or 'unknown to systemd'}; expected enabled, or it stays down after a reboot"
    )


def quiet(bad: Sequence[Line], accepted: int, limits: Limits, found: Callable[[], str]) -> None:
    """Asserts that there are at most so many of these lines, or that the last is so old that they are history."""
    if not at_most(len(bad), accepted, "lines") and bad[-1].age <= limits.log_quiet_s:
        raise PastFailure(found(), bad[-1].age)


# Where a full or read-only filesystem stops everything: what is elsewhere stops what names it.
EVERYWHERE = ("/", "/var", "/var/lib", "/var/log", "/tmp", "/var/tmp", "/run")  # noqa: S108 - nothing is written there


def filesystems(bad: Sequence[str], found: str) -> None:
    """Asserts that there is no bad one among the filesystems, which are named by their mounts."""
    if bad:
        raise BoundedFailure(found, () if set(bad) & set(EVERYWHERE) else bad)
