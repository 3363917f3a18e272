"""The operating system: it answers, the checks have access to it, and it has enough memory, disk and processor."""

from checks import expect
from engine.judge.marks import owns, symptom, vital
from engine.judge.measure import at_least, at_most
from engine.text import counted, size, span
from fixtures.os.activity import Activity, Cpu, Disk, Interface, ProcessCpu
from fixtures.os.clock import Clock, ClockOffset
from fixtures.os.filesystems import ANSWER_S, Filesystem, Mounted
from fixtures.os.fstab import Unmounted
from fixtures.os.kernel import Array, DiskHealth
from fixtures.os.memory import Load, Memory, Mount, Pressure
from fixtures.os.processes import Process
from fixtures.os.settings import Limits
from fixtures.os.shares import Share, told


@owns("host", "identity")
@vital
def test_reachable(identity: str) -> None:
    """The host answers over its connection."""
    assert identity, "uname printed nothing; expected the name of the kernel"


@owns("login")
def test_login_accepted(login: str) -> None:
    """The host accepts the suite's user with its key, and presents the known host key."""
    assert login


@owns("shell")
def test_commands_work(shell: str) -> None:
    """The suite's user can run commands, and the tools that these need are installed."""
    assert shell


@owns("in_time")
@symptom
def test_in_time(in_time: str) -> None:
    """The host runs all commands of the checks within the time that the inventory gives it."""
    assert in_time


@owns("tunnel")
def test_tunnel_opened(tunnel: str) -> None:
    """The host's SSH server opens the tunnels to its services."""
    assert tunnel


@owns("sudo")
def test_sudo_granted(sudo: str) -> None:
    """sudo grants the suite's user the commands of docs/access.md without a password."""
    assert sudo.strip(), "sudo -l listed no command; expected those of docs/access.md"


def test_sshd_config_valid(sshd_config: str) -> None:
    """The SSH server would start with its configuration on disk."""
    assert not sshd_config, f"sshd -t says: {sshd_config}"


def test_sudoers_valid(sudoers: str) -> None:
    """sudo's files on disk have no mistake, and the owners and modes that sudo wants."""
    assert not sudoers, f"visudo -c says: {sudoers}"


@vital("backups", "logs")
def test_clock_agrees(clock_offset: ClockOffset, limits: Limits) -> None:
    """The host's clock agrees with that of the machine on which the checks run."""
    ahead = clock_offset.seconds
    assert at_most(max(0.0, abs(ahead) - clock_offset.margin), limits.clock_offset_s, "s"), (
        f"the host's clock is {span(abs(ahead))} {'ahead of' if ahead > 0 else 'behind'} this machine's, so one of "
        f"them is wrong; the limit is {limits.clock_offset_s:g} s"
    )


def test_clock_synchronised(clock: Clock) -> None:
    """A time service synchronises the clock. A container, which has the clock of its machine, is not judged."""
    assert clock.synchronised or clock.container, (
        "no time service synchronises the clock: NTPSynchronized is no; expected yes"
    )


@owns("mounted")
@vital
def test_mounts_answer(mounted: list[Mounted]) -> None:
    """Every mounted filesystem answers, and not with an error."""
    hanging = [mount for mount in mounted if mount.hangs]
    named = ", ".join(f"{mount.mount} ({mount.kind} on {mount.device})" for mount in hanging)
    assert not hanging, f"{named} did not answer within {ANSWER_S} s; expected an answer at once"
    broken = [mount for mount in mounted if mount.error]
    assert not broken, f"{', '.join(map(str, broken))}; expected how full it is"


@vital(
    "app", "backups", "data", "http", "logs", "mongodb", "monitoring", "nginx", "postgres", "redis", "units.timed_runs"
)
def test_filesystem_space(filesystems: list[Filesystem], limits: Limits) -> None:
    """Every filesystem that holds data has free space left."""
    assert filesystems, "no filesystem that holds data is mounted; expected at least one"
    full = [f for f in filesystems if not at_most(f.used_percent, limits.disk_used_percent, "%", f.mount)]
    usage = ", ".join(f"{f.mount} is {f.used_percent:.0f} % full with {size(f.available)} free" for f in full)
    expect.filesystems([f.mount for f in full], f"{usage}; the limit is {limits.disk_used_percent:g} %")


@vital(
    "app", "backups", "data", "http", "logs", "mongodb", "monitoring", "nginx", "postgres", "redis", "units.timed_runs"
)
def test_filesystem_inodes(filesystem_inodes: list[Filesystem], limits: Limits) -> None:
    """Every filesystem that holds data has free inodes left."""
    assert filesystem_inodes, "no filesystem that holds data is mounted; expected at least one"
    full = [f for f in filesystem_inodes if not at_most(f.used_percent, limits.inodes_used_percent, "%", f.mount)]
    usage = ", ".join(f"{f.mount} has used {f.used_percent:.0f} % of its inodes" for f in full)
    expect.filesystems([f.mount for f in full], f"{usage}; the limit is {limits.inodes_used_percent:g} %")


@vital(
    "app", "backups", "data", "http", "logs", "mongodb", "monitoring", "nginx", "postgres", "redis", "units.timed_runs"
)
def test_mounts_writable(mounts: list[Mount]) -> None:
    """No filesystem is mounted read-only against its configuration."""
    assert mounts, "no filesystem that holds data is mounted; expected at least one"
    bad = [mount for mount in mounts if mount.read_only and not mount.wanted]
    expect.filesystems([m.mount for m in bad], f"{', '.join(map(str, bad))}; expected it writable")


def test_mounts_present(unmounted: list[Unmounted]) -> None:
    """Every filesystem that /etc/fstab wants is mounted."""
    assert not unmounted, f"not mounted: {', '.join(map(str, unmounted[:5]))}; expected all that /etc/fstab lists"


def test_kernel_errors(kernel_faults: list[str]) -> None:
    """The kernel logged no failure of a disk, filesystem, memory or processor in the last day."""
    assert not kernel_faults, (
        f"{counted(len(kernel_faults), 'line')} about failures in the kernel's log of the last day; expected none, "
        f"the last: {kernel_faults[-1]}"
    )


def test_raid_healthy(arrays: list[Array], pools: list[Array]) -> None:
    """Every array of software RAID, ZFS and btrfs is active and has all of its members."""
    bad = [a for a in (*arrays, *pools) if not a.active or a.working < a.members or a.failed]
    states = ", ".join(f"{a.name} is {a.words}" for a in bad)
    assert not bad, f"{states}; expected an active array with all of its members"


def test_disks_healthy(disk_health: list[DiskHealth]) -> None:
    """Every physical disk reports good health."""
    bad = [d for d in disk_health if not d.healthy]
    states = ", ".join(f"{d.name} ({d.model}): {d.words}" for d in bad)
    assert not bad, f"{states}; expected PASSED or OK (a RAID controller needs its own tool)"


@symptom("app.worker_memory")
def test_process_memory(processes: list[Process], memory: Memory, limits: Limits) -> None:
    """No single process holds a large part of the memory."""
    most = limits.process_memory_ratio * memory.total
    big = sorted((p for p in processes if not at_most(p.rss, most, "bytes", f"pid {p.pid}")), key=lambda p: -p.rss)
    # Only the program is shown, because its arguments may be secret.
    usage = ", ".join(f"{p.command.partition(' ')[0]} (pid {p.pid} of {p.user}) uses {size(p.rss)}" for p in big[:3])
    assert not big, f"{usage}; the limit is {size(most)}, {limits.process_memory_ratio:.0%} of the memory"


def test_memory_available(memory: Memory, unit_memory: list[Share], limits: Limits) -> None:
    """Enough memory is available for a peak. The units whose processes hold the most are named."""
    ratio = memory.available / memory.total
    assert at_least(ratio, limits.memory_available_ratio, "of the memory"), (
        f"{size(memory.available)} of {size(memory.total)} of memory is available ({ratio:.0%}); "
        f"expected at least {limits.memory_available_ratio:.0%}{told('held', unit_memory, size)}"
    )


def test_swap_used(memory: Memory, limits: Limits) -> None:
    """Swap, where there is any, is mostly free."""
    used = memory.swap_total - memory.swap_free
    assert at_most(used, limits.swap_used_ratio * memory.swap_total, "bytes"), (
        f"{size(used)} of {size(memory.swap_total)} of swap is in use; the limit is {limits.swap_used_ratio:.0%}"
    )


@vital("os.in_time")
@symptom
def test_memory_pressure(memory_pressure: Pressure, memory: Memory, activity: Activity, limits: Limits) -> None:
    """Processes rarely wait for memory, and available memory does not shrink fast when it is low."""
    assert at_most(memory_pressure.five_minutes, limits.memory_pressure_percent, "% of the time"), (
        f"some process waited for memory {memory_pressure.five_minutes:.0f} % of the last 5 minutes; "
        f"the limit is {limits.memory_pressure_percent:g} %"
    )
    short = memory.available < 2 * limits.memory_available_ratio * memory.total
    assert not short or at_most(activity.memory_fall, limits.memory_fall_ratio, "of the memory", "fall"), (
        f"the available memory fell by {activity.memory_fall:.0%} within {activity.seconds:.1f} s, to "
        f"{size(memory.available)}; the limit is {limits.memory_fall_ratio:.0%}"
    )


def test_oom_kills(oom_kills: list[str]) -> None:
    """The kernel killed no process for lack of memory in the last day."""
    lines = counted(len(oom_kills), "line")
    assert not oom_kills, (
        f"{lines} about kills in the kernel's log of the last day; expected none, the last: {oom_kills[-1]}"
    )


def test_boots(boots: list[float], limits: Limits) -> None:
    """The host was seldom booted in the last day."""
    assert at_most(len(boots), limits.boots, "boots"), (
        f"the host was booted {len(boots)} times in the last 24 hours, the last time {span(boots[-1])} ago; "
        f"the limit is {limits.boots}"
    )


@vital("os.in_time")
def test_process_cpu(process_cpu: list[ProcessCpu], limits: Limits) -> None:
    """No process uses a whole processor. A process that has just started or has a low priority is not judged."""
    busy = [
        p for p in process_cpu
        if p.seconds >= limits.process_cpu_s
        and p.nice <= 0
        and not at_most(p.cpu, limits.process_cpu_percent, "% of a processor", f"pid {p.pid}")
    ]  # fmt: skip
    usage = ", ".join(f"pid {p.pid} ({p.name}) uses {p.cpu:.0f} % of a processor" for p in busy)
    assert not busy, f"{usage}; the limit is {limits.process_cpu_percent:g} %"


@vital("os.in_time")
@symptom
def test_cpu_busy(cpu: Cpu, unit_cpu: list[Share], limits: Limits) -> None:
    """The processors are not busy all of the time. The units whose processes are busiest are named."""
    assert at_most(cpu.busy, limits.cpu_busy_percent, "%"), (
        f"the processors are {cpu.busy:.0f} % busy (user {cpu.user:.0f}, system {cpu.system:.0f}, "
        f"stolen {cpu.steal:.0f}); the limit is {limits.cpu_busy_percent:g} %"
        f"{told('used', unit_cpu, '{:.0f} % of a processor'.format)}"
    )


@vital("os.in_time")
@symptom
def test_load(load: Load, limits: Limits) -> None:
    """The 5-minute load average is within the limit for the number of processors."""
    most = limits.load_per_cpu * load.processors
    assert at_most(load.five, most, "tasks"), (
        f"the 5-minute load average is {load.five:g} on {load.processors} processors; the limit is {most:g}"
    )


@vital("os.in_time")
@symptom
def test_disk_busy(disks: list[Disk], limits: Limits) -> None:
    """No disk is busy all of the time."""
    busy = [disk for disk in disks if not at_most(disk.busy, limits.disk_busy_percent, "% of the time", disk.name)]
    assert not busy, f"{'; '.join(map(str, busy))}; the limit is {limits.disk_busy_percent:g} %"


@vital("os.in_time")
@symptom
def test_io_pressure(io_pressure: Pressure, limits: Limits) -> None:
    """Processes rarely wait for disks."""
    assert at_most(io_pressure.minute, limits.io_pressure_percent, "% of the time"), (
        f"some process waited for a disk {io_pressure.minute:.0f} % of the last minute; "
        f"the limit is {limits.io_pressure_percent:g} %"
    )


def test_network_clean(interfaces: list[Interface], activity: Activity, limits: Limits) -> None:
    """No interface has errors, many dropped frames, or traffic near its link's speed."""
    up = [i for i in interfaces if i.state in ("up", "unknown")]
    # Frames of protocols that the host does not use (LLDP, spanning tree) count as dropped: a few are normal.
    drops = limits.network_drops * activity.seconds
    bad = [
        i
        for i in up
        if i.errors > 0
        or not at_most(i.drops, drops, "frames", f"{i.name} drops")
        or not at_most(i.used_percent, limits.network_used_percent, "%", f"{i.name} use")
    ]
    assert not bad, (
        f"{'; '.join(map(str, bad))}; expected no error, at most {limits.network_drops:g} drops/s, and at most "
        f"{limits.network_used_percent:g} % of the link's speed"
    )
