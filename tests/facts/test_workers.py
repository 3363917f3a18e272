"""The workers' memory, and kills for want of memory as systemd tells of them.

Kills are recorded: the lab has no memory cgroup, without which systemd cannot see that it was the kernel that killed.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks import test_app
from fixtures.app.workers import Growth, parse_sample
from fixtures.os.processes import Process
from fixtures.os.units import Unit, parse_units
from tests.facts.test_activity import fails
from tests.ours import Limits

MIB = 1024**2
# systemctl show of a unit that was killed, while it waits for its restart.
SHOWN = """\
152.31 300.10
Result=oom-kill
NRestarts=0
ExecMainStatus=9
Id=santas-api.service
Names=santas-api.service
LoadState=loaded
ActiveState=activating
SubState=auto-restart
UnitFileState=enabled
InactiveExitTimestampMonotonic=102310000
ActiveEnterTimestampMonotonic=102310000
NeedDaemonReload=no
MainPID=0
"""
JOURNAL = """\
2026-11-24T03:12:45+0000 web-1 systemd[1]: santas-api.service: A process of this unit has been killed by the OOM killer.
2026-11-24T03:12:47+0000 web-1 systemd[1]: santas-api.service: Failed with result 'oom-kill'.
"""


def unit(text: str = SHOWN) -> Unit:
    return parse_units(text)["santas-api"]


def test_a_killed_unit() -> None:
    """The unit's result tells while it is down."""
    assert "result oom-kill" in fails(test_app.test_oom_killed, unit(), [])


@pytest.mark.recorded("app.oom_killed")
def test_a_unit_that_was_killed_and_came_back() -> None:
    """Once it runs again only the journal remembers."""
    well = unit(SHOWN.replace("oom-kill", "success"))
    test_app.test_oom_killed(well, [])
    found = fails(test_app.test_oom_killed, well, JOURNAL.splitlines())
    assert found.startswith("2 lines about kills of santas-api.service in the journal of the last 24 hours")
    assert "the last: 2026-11-24T03:12:47" in found


def test_a_sample_is_read() -> None:
    """Memory in KiB becomes bytes; a worker that went away in between is in one look only."""
    found = parse_sample(" 101 50000 61\n 102 60000 61\n==end\n", " 101 51000 62\n==end\n", 1.0)
    assert found.before == {101: (50000 * 1024, 61), 102: (60000 * 1024, 61)}
    assert found.after == {101: (51000 * 1024, 62)}


@pytest.mark.parametrize(
    ("before", "after", "grows"),
    [(200, 232, False), (1000, 1070, False), (200, 265, True), (200, 100, False)],
    ids=["a log-in hashes a password", "less than a tenth", "more than both limits", "shrinking"],
)
def test_growth(before: int, after: int, grows: bool) -> None:
    """More than a tenth and 64 MiB is too much; less memory than before is not growth."""
    growth = Growth(4, before * MIB, after * MIB, 1.0)
    if grows:
        assert "4 workers grew from 200.0 MiB to 265.0 MiB in 1 s" in fails(
            test_app.test_memory_growth, growth, Limits()
        )
    else:
        test_app.test_memory_growth(growth, Limits())


def test_no_worker_is_warm_yet() -> None:
    """Just after a start there is nothing to judge, and nothing to complain of."""
    test_app.test_memory_growth(Growth(0, 0, 0, 1.0), Limits())


def test_a_big_worker() -> None:
    """It is told with its size, its age and the limit."""
    small = Process(1, 0, "santas-api", "S", 100 * MIB, 61, "/system.slice/santas-api.service", "gunicorn")
    found = fails(test_app.test_worker_memory, [small, replace(small, pid=2, rss=600 * MIB)], Limits())
    assert found == "pid 2 uses 600.0 MiB after 61 s; the limit for a worker is 512.0 MiB"
