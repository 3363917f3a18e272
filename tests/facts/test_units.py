"""Units: what starts at boot, what systemd has read, what a process may use, who listens to whom."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from checks import expect, test_haproxy, test_nginx, test_postgres, test_units
from engine.gather.define import FactFixture
from engine.judge.failure import PastFailure
from fixtures.backups.settings import Backups
from fixtures.haproxy.loaded import haproxy_loaded
from fixtures.os.logins import parse_verdict
from fixtures.os.units import Listener, parse_units
from fixtures.units.loaded import parse_loaded
from fixtures.units.programs import unit_programs
from fixtures.units.timers import Timed
from fixtures.units.use import parse_use, unit_use
from tests.ours import Limits

LIMITS = Limits()
WANTED = "WantedBy=multi-user.target\n"
LINK = "/run/systemd/generator/postgresql.service.wants/a.service\n"


@pytest.mark.parametrize(
    ("state", "more", "links", "at_boot"),
    [
        ("enabled", WANTED, "", True),
        ("enabled-runtime", WANTED, "", False),
        ("enabled-runtime", "WantedBy=postgresql.service\n", LINK, True),
        ("static", "", "", False),
        ("static", "TriggeredBy=a.socket\n", "", True),
        ("indirect", "", "", False),
        ("generated", WANTED, "", True),
        ("generated", "WantedBy=\nRequiredBy=\n", "", False),
        ("linked", "", "", False),
        ("transient", "", "", False),
        ("masked", WANTED, "", False),
        ("disabled", WANTED, "", False),
        ("", "", "", False),
    ],
)
def test_what_a_boot_starts(state: str, more: str, links: str, at_boot: bool) -> None:
    """A state is believed where it means a start; else somebody must want the unit, and still after a boot."""
    shown = f"10.0 9.0\nId=a.service\nLoadState=loaded\nUnitFileState={state}\n{more}"
    assert parse_units(f"{shown}==generated\n{links}")["a"].at_boot is at_boot


@pytest.mark.parametrize(
    ("address", "wanted", "serves"),
    [
        ("0.0.0.0", "0.0.0.0", True),  # noqa: S104
        ("0.0.0.0", "10.1.2.3", True),  # noqa: S104
        ("10.1.2.3", "0.0.0.0", True),  # noqa: S104
        ("10.1.2.3", "10.1.2.4", False),
        ("127.0.0.1", "0.0.0.0", False),  # noqa: S104
        ("127.0.0.53", "0.0.0.0", False),  # noqa: S104
        ("127.0.0.1", "127.0.0.1", True),
        ("*", "0.0.0.0", True),  # noqa: S104
        ("*", "::", True),
        ("::", "0.0.0.0", False),  # noqa: S104
        ("::", "::", True),
        ("::1", "::", False),
        ("fe80::1", "::", False),
        ("2001:db8::1", "::", True),
        ("::ffff:10.1.2.3", "0.0.0.0", True),  # noqa: S104
    ],
)
def test_who_reaches_a_socket(address: str, wanted: str, serves: bool) -> None:
    """A socket on loopback or of the other family serves nobody outside; `*` is both families."""
    assert Listener(address, 80, (), ()).serves(wanted) is serves


HEAD = "1000\n500.25 1.0\nUnitsLoadTimestampMonotonic=400000000\n\n"  # read at 899.75
OWN, CONTROL = "/etc/systemd/system/a.service.d/own.conf", "/etc/systemd/system.control/a.service.d/50-CPUWeight.conf"


def loaded(dropins: str, files: str, need: str = "yes") -> tuple[str, ...]:
    """Returns the changed files of a unit with these drop-ins."""
    unit = f"Id=a.service\nNeedDaemonReload={need}\nFragmentPath=/lib/a.service\nDropInPaths={dropins}\n"
    [found] = parse_loaded(f"{HEAD}{unit}==files\n100 /lib/a.service\n{files}==end\n")
    return found.changed


def test_a_property_that_was_set_needs_no_reload() -> None:
    """`systemctl set-property` is in force at once; it hides no other change beside it."""
    assert loaded(f"{OWN} {CONTROL}", f"100 {OWN}\n950 {CONTROL}\n") == ()
    assert loaded(f"{OWN} {CONTROL}", f"950 {OWN}\n950 {CONTROL}\n") == (OWN,)
    assert loaded(f"{OWN} {CONTROL}", f"950 {CONTROL}\n") == (OWN,)
    assert loaded(CONTROL, f"950 {OWN}\n950 {CONTROL}\n") == (OWN,)
    # It was read with all others: then it is not the reason.
    assert loaded(f"{OWN} {CONTROL}", f"100 {OWN}\n100 {CONTROL}\n") == ("",)
    assert loaded(OWN, f"950 {OWN}\n", need="no") == ()


@pytest.mark.parametrize("made", [unit_use, unit_programs, haproxy_loaded])
def test_processes_that_are_hidden_are_not_healthy(made: FactFixture) -> None:
    """With hidepid=2 the limits and the age of others' processes cannot be told: `processes` says so."""
    assert "processes" in made.fact.needs


def test_a_unit_without_processes_uses_nothing() -> None:
    """A stopped unit has no limit to be near to; an older systemd shows the largest number for none."""
    [use] = parse_use(f"Id=a.service\nActiveState=inactive\nTasksMax={2**64 - 1}\n==processes\n==unit\n==end\n")
    assert (use.tasks, use.files, use.tasks_most) == (0, (), float("inf"))


def test_a_folder_that_the_first_log_in_makes_is_no_mistake() -> None:
    """Where systemd's socket starts sshd, `sshd -t` misses its folder while nobody is logged in that way."""
    assert not parse_verdict("Missing privilege separation directory: /run/sshd\n255\n")


def test_a_file_that_was_read_in_the_second_of_its_change_is_read() -> None:
    """Times come in whole seconds: an edit and its reload may fall into the same one."""
    assert loaded(f"{OWN} {CONTROL}", f"900 {OWN}\n950 {CONTROL}\n") == ()


@pytest.mark.parametrize(
    ("restarts", "up", "well"),
    [
        (0, 1, True),  # a deployment, a step of the runbook: systemd counts what it did by itself
        (3, 1, True),
        (4, 2, False),
        (288, 290, False),  # it ends every five minutes
        (288, 901, True),
    ],
)
def test_a_slow_loop_is_a_loop(restarts: int, up: int, well: bool) -> None:
    """What has been up for as long as a log counts came up; what ends every few minutes did not."""
    shown = f"1000.0 9.0\nId=a.service\nLoadState=loaded\nActiveState=active\nSubState=running\nNRestarts={restarts}\n"
    unit = parse_units(f"{shown}ActiveEnterTimestampMonotonic={(1000 - up) * 1_000_000}\n")["a"]
    if well:
        expect.kept_up(unit, LIMITS)
        return
    for module in (test_haproxy, test_nginx, test_postgres):
        with pytest.raises(PastFailure, match=f"was restarted {restarts} times"):
            module.test_unit_running(unit, LIMITS)
    with pytest.raises(PastFailure, match=f"was restarted {restarts} times by systemd and is active") as error:
        expect.kept_up(unit, LIMITS)
    assert (error.value.age, error.value.repairable) == (up, False)


@pytest.mark.parametrize(
    ("active", "sub", "result", "restarts", "well"),
    [
        ("inactive", "dead", "success", 0, True),
        ("inactive", "dead", "success", 2, True),  # the third try went well
        ("activating", "start", "success", 0, True),
        ("activating", "start", "success", 3, False),  # during a try systemd forgets how the last one ended
        ("activating", "auto-restart", "exit-code", 3, False),
        ("failed", "failed", "exit-code", 0, False),
    ],
)
def test_a_run_that_is_tried_again(active: str, sub: str, result: str, restarts: int, well: bool) -> None:
    """A job with Restart=on-failure never is `failed`; what it said is told, and where a backup is written."""
    shown = f"1000.0 9.0\nId=dump.service\nLoadState=loaded\nActiveState={active}\nSubState={sub}\nResult={result}\n"
    run = Timed(parse_units(f"{shown}NRestarts={restarts}\n")["dump"], ())
    target = SimpleNamespace(here={"backups": Backups(directory="/srv/dumps", unit="dump")})
    said = {"dump.service": "gzip: stdout: No space left on device"}
    if well:
        test_units.test_timed_runs([run], said, cast("Any", target))
        return
    with pytest.raises(AssertionError, match="which writes to /srv/dumps; it said: gzip: stdout: No space left"):
        test_units.test_timed_runs([run], said, cast("Any", target))
