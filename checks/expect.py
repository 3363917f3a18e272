"""Assertions that the checks of several components share."""

from collections.abc import Callable, Sequence

from engine.gather.fact import FactError
from engine.judge.failure import BoundedFailure, PastFailure
from engine.judge.measure import at_most
from engine.text import one_line, span
from fixtures.http.client import Response
from fixtures.limits import Limits
from fixtures.os.units import NEUTRAL, Listener, Unit


def running(unit: Unit, said: str = "") -> None:
    """Asserts that the unit is loaded and active. A masked unit that still runs passes here and fails `enabled`.

    `said` are words of its log, which stand in the message.
    """
    assert unit.load == "loaded" or (unit.load, unit.active) == ("masked", "active"), f"{unit}; expected a loaded unit"
    # A unit that reads its settings anew serves meanwhile [systemd: unit-def.c, unit_active_state_table].
    reloads = unit.active in ("reloading", "refreshing")
    assert reloads or (unit.active, unit.sub) == ("active", "running"), f"{unit}{said}; expected active (running)"


def kept_up(unit: Unit, limits: Limits, said: str = "") -> None:
    """Asserts that systemd did not start the unit again and again by itself, the last time within the window.

    A start or restart that somebody asked for begins the count anew [systemd's service.c, flush_n_restarts], and so
    does reset-failed [systemctl(1)]. Raises PastFailure: the unit may have come up since. `said` are words of its log.
    """
    up, most = unit.seconds_active or 0.0, limits.restarts
    if not at_most(unit.restarts, most, "restarts") and up < limits.restart_window_s:
        raise PastFailure(
            f"{unit.name} was restarted {unit.restarts} times{said} by systemd and is {unit.active} ({unit.sub}), for "
            f"{span(up)} now; expected at most {most} restarts, or {span(limits.restart_window_s)} without one",
            up,
            repairable=False,
        )


def enabled(unit: Unit) -> None:
    """Asserts that systemd starts the unit at boot."""
    state = unit.enabled or "unknown to systemd"
    if unit.enabled == "enabled-runtime":
        state += ", which the next boot forgets"
    elif unit.enabled in NEUTRAL:
        state += ", and no unit wants it"
    assert unit.at_boot, f"{unit.name} is {state}; expected enabled, so that it starts after a reboot"


def reachable(listeners: Sequence[Listener], port: int, addresses: Sequence[str], program: str) -> None:
    """Asserts that a socket listens on the port at every one of `addresses`; when nobody listens, it says nothing."""
    on_port = [listener for listener in listeners if listener.port == port]
    deaf = [address for address in addresses if not any(listener.serves(address) for listener in on_port)]
    heard = ", ".join(sorted({listener.address for listener in on_port}))
    assert not (on_port and deaf), (
        f"{program} listens on port {port} at {heard} only; expected {' and '.join(map(named, deaf))}"
    )


def own_port(listeners: Sequence[Listener], unit: Unit, port: int) -> None:
    """Asserts that the unit's main process, where it listens at all, listens on the port, and not another one there.

    Of a unit whose main process listens nowhere, such as a container's, nothing is known.
    """
    own = sorted({listener.port for listener in listeners if unit.main_pid and unit.main_pid in listener.pids})
    others = [listener for listener in listeners if listener.port == port]
    assert not (own and others and port not in own), (
        f"{unit.name} listens on {', '.join(map(str, own))}, and on port {port} there is {others[0]}; expected "
        f"{unit.name} on port {port}"
    )


def named(address: str) -> str:
    """Returns an address as words: `0.0.0.0` is any of IPv4's."""
    return {"0.0.0.0": "an IPv4 address", "::": "an IPv6 address"}.get(address, address) + (  # noqa: S104 - no socket
        " that other hosts reach" if address in ("0.0.0.0", "::") else ""  # noqa: S104
    )


def healthy(page: Response, field: str, value: str) -> None:
    """Asserts that the JSON object of a health page has the word of a healthy system; else its body says what ails."""
    try:
        body = page.json()
    except FactError as error:
        raise AssertionError(str(error)) from None
    told = one_line(repr(body.get(field)), 80)
    assert body.get(field) == value, f"{field} of {page.url} is {told}; expected {value!r}: {one_line(repr(body), 800)}"


def quiet(
    ages: Sequence[float],
    accepted: int,
    limits: Limits,
    message: Callable[[], str],
    only: Callable[[], Sequence[str]] = tuple,
) -> None:
    """Asserts that there are at most `accepted` lines, or that the youngest is older than `limits.log_quiet_s`.

    `ages` are those of the lines in seconds. Raises PastFailure with the text of `message`, and with `only`, otherwise.
    """
    if not at_most(len(ages), accepted, "lines") and min(ages) <= limits.log_quiet_s:
        raise PastFailure(message(), min(ages), only=only())


# A full or read-only filesystem at one of these mounts stops everything; one elsewhere stops only its users.
EVERYWHERE = ("/", "/var", "/var/lib", "/var/log", "/tmp", "/var/tmp", "/run")  # noqa: S108 - nothing is written there


def filesystems(bad: Sequence[str], message: str) -> None:
    """Asserts that `bad`, the mount points of faulty filesystems, is empty.

    Raises BoundedFailure with `message` otherwise; it is limited to these mounts unless one of them is in EVERYWHERE.
    """
    if bad:
        raise BoundedFailure(message, () if set(bad) & set(EVERYWHERE) else bad)
