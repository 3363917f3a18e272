"""The sampling window: what is computed of two looks at the kernel's counters, and what checks say of it.

Recorded: the lab cannot make errors on a wire or a link near its speed; its processors and its disk are shared.
"""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest

from checks import test_os
from engine.gather.fact import FactError
from fixtures.os.activity import COMMAND, Activity, ProcessCpu, parse_activity, process_cpu
from fixtures.os.memory import Memory
from fixtures.os.processes import Process
from fixtures.os.shares import unit_cpu, unit_memory
from tests.ours import Limits

LIMITS = Limits()
# Two looks, a second apart, of a machine with two processors; cut to what is judged.
BEFORE = """\
100
cpu  1000 0 500 8000 100 0 50 0 0 0
MemAvailable:    1000000 kB
==blocks
loop0
sda
==disks
   7       0 loop0 9 0 9 9 0 0 0 0 0 9 9 0 0 0 0
   8       0 sda 100 0 2048 50 200 0 4096 80 0 5000 130 0 0 0 0
   8       1 sda1 100 0 2048 50 200 0 4096 80 0 5000 130 0 0 0 0
==network
Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop …
    lo: 100 1 5 5 0 0 0 0 100 1 0 0 0 0 0 0
  eth0: 1000 10 2 40 0 0 0 0 2000 20 0 0 0 0 0 0
==links
/sys/class/net/eth0/operstate:up
/sys/class/net/lo/operstate:unknown
/sys/class/net/eth0/device/net/eth0/speed:1000
==processes
1 5 5 0 systemd
42 1000 200 0 gunicorn: maste
43 1000 200 19 pg_dump) R 1 (x
"""
AFTER = (
    BEFORE.replace("cpu  1000 0 500 8000 100", "cpu  1150 0 530 8015 105")
    .replace("MemAvailable:    1000000", "MemAvailable:     900000")
    .replace("sda 100 0 2048 50 200 0 4096 80 0 5000", "sda 300 0 6144 90 900 0 12288 400 0 5950")
    .replace("eth0: 1000 10 2 40", "eth0: 101001000 99 2 43")
    .replace("42 1000 200", "42 1080 215")
    .replace("43 1000 200", "43 1099 200")
    + "99 500 0 0 only-now\n"
)


def activity() -> Activity:
    """What happened between the two looks."""
    return parse_activity(BEFORE, AFTER, 1.0)


def fails(check: object, *facts: object) -> str:
    """Asserts that a check fails on these facts; returns what it says."""
    with pytest.raises(AssertionError) as caught:
        check(*facts)  # type: ignore[operator]
    return str(caught.value).partition("\nassert ")[0]


def test_processors() -> None:
    """Busy is what is neither idle nor waiting for a disk, of the window alone."""
    cpu = activity().cpu
    assert (round(cpu.busy), round(cpu.user), round(cpu.system), round(cpu.waiting)) == (90, 75, 15, 2)
    assert "90 % busy" in fails(test_os.test_cpu_busy, cpu, [], LIMITS)
    test_os.test_cpu_busy(replace(cpu, busy=79.0), [], LIMITS)


def test_units_are_named() -> None:
    """The processes of a unit are taken together; one that nobody saw in the list of processes is left out."""
    api = Process(42, 1, "api", "S", 512 * 1024**2, 60, "0::/system.slice/api.service", "/usr/bin/gunicorn")
    both = [api, replace(api, pid=43), replace(api, pid=1, cgroup="0::/init.scope", rss=1024**2)]
    told = fails(test_os.test_cpu_busy, activity().cpu, unit_cpu.fact.make(activity(), both), LIMITS)
    assert told.endswith("; used are 194 % of a processor by api.service (2 processes)")
    memory = Memory(total=100, available=5, swap_total=0, swap_free=0)
    told = fails(test_os.test_memory_available, memory, unit_memory.fact.make(both), LIMITS)
    assert told.endswith("; held are 1.0 GiB by api.service (2 processes), 1.0 MiB by init.scope (1 process)")
    assert fails(test_os.test_memory_available, memory, unit_memory.fact.make(None), LIMITS).endswith("at least 10%")


def test_disks() -> None:
    """Whole disks only, with the share of the time at work; 512 bytes a sector."""
    (disk,) = activity().disks
    assert str(disk) == "sda 95 % busy, reads 2.0 MiB/s, writes 4.0 MiB/s"
    assert "sda 95 % busy" in fails(test_os.test_disk_busy, [disk], LIMITS)
    test_os.test_disk_busy([replace(disk, busy=89.0)], LIMITS)


def test_network() -> None:
    """New errors fail, some stray drops do not, and a link near its speed does; the loopback is left out."""
    found = activity()
    (eth0,) = found.interfaces
    assert (eth0.errors, eth0.drops, round(eth0.used_percent)) == (0, 3, 81)
    assert "eth0 up, 0 errors, 3 drops, in 96.3 MiB/s" in fails(test_os.test_network_clean, [eth0], found, LIMITS)
    quiet = replace(eth0, received=1000.0)
    test_os.test_network_clean([quiet], found, LIMITS)
    assert "1 errors" in fails(test_os.test_network_clean, [replace(quiet, errors=1)], found, LIMITS)
    assert "11 drops" in fails(test_os.test_network_clean, [replace(quiet, drops=11)], found, LIMITS)
    test_os.test_network_clean([replace(quiet, errors=1, state="down")], found, LIMITS)


def test_processes() -> None:
    """A process's share of one processor; its name may hold anything, and one that began meanwhile is left out."""
    by_pid = {process.pid: process for process in activity().processes}
    assert set(by_pid) == {1, 42, 43}
    assert (by_pid[42].name, by_pid[42].cpu, by_pid[42].seconds) == ("gunicorn: maste", 95.0, 12.95)
    assert by_pid[43].name == "pg_dump) R 1 (x"


@pytest.mark.parametrize(
    ("process", "is_busy"),
    [
        pytest.param(ProcessCpu(42, "gunicorn", 0, 95.0, 12.9), True, id="spins"),
        pytest.param(ProcessCpu(42, "gunicorn", 0, 80.0, 12.9), False, id="works"),
        pytest.param(ProcessCpu(42, "python3", 0, 99.0, 1.2), False, id="only just began"),
        pytest.param(ProcessCpu(42, "gzip", 10, 99.0, 300.0), False, id="nice to the others"),
    ],
)
def test_process_that_takes_a_processor(process: ProcessCpu, is_busy: bool) -> None:
    """A process that takes a processor fails the check, unless it just began or is nice."""
    if is_busy:
        assert "pid 42 (gunicorn) uses 95 %" in fails(test_os.test_process_cpu, [process], LIMITS)
    else:
        test_os.test_process_cpu([process], LIMITS)


def test_hidden_processes_are_no_idle_ones() -> None:
    """Where /proc hides other users' processes, nothing is said of them."""
    hidden = "\n".join(line for line in AFTER.splitlines() if not line.startswith("1 5 5")) + "\n"
    with pytest.raises(FactError, match="hidepid"):
        process_cpu.fact.make(activity=parse_activity(BEFORE, hidden, 1.0))


def test_memory_that_runs_away() -> None:
    """A tenth of the available memory gone within the window is told, once little is left."""
    found = activity()
    assert found.memory_fall == pytest.approx(0.1)


def test_this_machine() -> None:
    """The command's answer on a real kernel is understood."""
    look = subprocess.run(["sh", "-c", COMMAND], capture_output=True, text=True, check=True).stdout
    found = parse_activity(look, look, 0.1)
    assert found.processes
    assert 0 <= found.cpu.busy <= 100
