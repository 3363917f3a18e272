"""The operating system: it answers, it may be looked at, and it has room."""

from fixtures.facts.os import Filesystem, Load, Memory
from fixtures.marks import owns, symptom, vital
from fixtures.settings import Limits
from fixtures.text import size


@owns("host", "identity")
@vital
def test_reachable(identity: str) -> None:
    """The host answers over its connection."""
    assert identity, "uname printed nothing"


@owns("sudo")
def test_sudo_granted(sudo: str) -> None:
    """What the suite reads as root is granted to its user without a password (docs/access.md)."""
    assert sudo.strip(), "sudo -l lists nothing"


@vital
def test_filesystem_space(filesystems: list[Filesystem], limits: Limits) -> None:
    """Every filesystem that holds data has free space left."""
    assert filesystems, "df lists no filesystem"
    full = [f for f in filesystems if f.used_percent > limits.disk_used_percent]
    told = ", ".join(f"{f.mount} is {f.used_percent:.0f} % full, {size(f.available)} free" for f in full)
    assert not full, f"{told}; the limit is {limits.disk_used_percent:g} %"


@vital
def test_filesystem_inodes(filesystem_inodes: list[Filesystem], limits: Limits) -> None:
    """Every filesystem that holds data has free inodes left."""
    assert filesystem_inodes, "df lists no filesystem"
    full = [f for f in filesystem_inodes if f.used_percent > limits.inodes_used_percent]
    told = ", ".join(f"{f.mount} has used {f.used_percent:.0f} % of its inodes" for f in full)
    assert not full, f"{told}; the limit is {limits.inodes_used_percent:g} %"


def test_memory_available(memory: Memory, limits: Limits) -> None:
    """Enough memory is available for a peak."""
    ratio = memory.available / memory.total
    assert ratio >= limits.memory_available_ratio, (
        f"{size(memory.available)} of {size(memory.total)} is available ({ratio:.0%}); "
        f"the least is {limits.memory_available_ratio:.0%}"
    )


def test_swap_used(memory: Memory, limits: Limits) -> None:
    """Swap, where there is any, is mostly free."""
    used = memory.swap_total - memory.swap_free
    assert used <= limits.swap_used_ratio * memory.swap_total, (
        f"{size(used)} of {size(memory.swap_total)} swap is in use; the limit is {limits.swap_used_ratio:.0%}"
    )


@symptom
def test_load(load: Load, limits: Limits) -> None:
    """The 5-minute load average is bearable for the number of processors."""
    most = limits.load_per_cpu * load.processors
    assert load.five <= most, f"load is {load.five:g} on {load.processors} processors; the limit is {most:g}"


def test_oom_kills(oom_kills: list[str]) -> None:
    """The kernel killed no process for want of memory in the last 24 hours."""
    assert not oom_kills, f"{len(oom_kills)} lines in the kernel log, the last: {oom_kills[-1]}"
