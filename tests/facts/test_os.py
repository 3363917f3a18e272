"""Mounts, pressure and the clock: what is read of their tools, and what checks say of what the lab cannot make."""

from __future__ import annotations

import pytest

from checks import test_os
from fixtures.os.activity import parse_activity
from fixtures.os.clock import Clock, ClockOffset, parse_clock
from fixtures.os.memory import Memory, Pressure, parse_mounts, parse_pressure
from tests.facts.test_activity import AFTER, BEFORE, fails
from tests.ours import Limits

MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
23 22 8:1 /etc/hosts /srv/hosts ro,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
24 22 0:21 / /run rw,nosuid shared:2 - tmpfs tmpfs ro,size=10%
25 22 0:5 / /sys rw - sysfs sysfs rw
26 22 7:1 / /snap/core/1 ro,nodev - squashfs /dev/loop1 ro
27 22 8:17 / /srv/my\\040data rw,relatime shared:9 - xfs /dev/sdb1 rw,attr2
28 22 8:33 / /boot/efi ro - vfat /dev/sdc1 ro
"""
FSTAB = "==fstab\n# / ext4 ro\nUUID=1 / ext4 errors=remount-ro 0 1\nUUID=2 /boot/efi vfat ro,umask=0077 0 1\n"


def test_a_wanted_read_only_mount_is_none() -> None:
    """A read-only bind mount, an image, and what somebody mounted so are no fault; blanks in names are read."""
    mounts = parse_mounts(MOUNTS + FSTAB)
    assert [m.mount for m in mounts] == ["/", "/srv/my data", "/boot/efi"]
    test_os.test_mounts_writable(mounts)
    test_os.test_mounts_writable(parse_mounts(f"{MOUNTS}==fstab\n"))


def test_a_root_that_stayed_read_only_since_the_boot() -> None:
    """What fstab wants writable is held against it, though somebody mounted it read-only."""
    stuck = MOUNTS.replace(
        "/ / rw,relatime shared:1 - ext4 /dev/sda1 rw", "/ / ro,relatime shared:1 - ext4 /dev/sda1 ro"
    )
    assert "/ (ext4 on /dev/sda1)" in fails(test_os.test_mounts_writable, parse_mounts(stuck + FSTAB))


@pytest.mark.parametrize("option", ["ro,attr2", "rw,attr2,shutdown", "rw,emergency_ro"])
def test_a_filesystem_that_an_error_turned_read_only(option: str) -> None:
    """However the kernel tells that nothing can be written, it fails the check."""
    mounts = parse_mounts(MOUNTS.replace("rw,attr2", option) + FSTAB)
    told = fails(test_os.test_mounts_writable, mounts)
    assert told == "/srv/my data (xfs on /dev/sdb1) is read-only; expected it writable"


def test_pressure() -> None:
    """The line `some` is read."""
    text = "some avg10=1.50 avg60=2.50 avg300=3.50 total=9\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"
    assert parse_pressure(text) == Pressure(1.5, 2.5, 3.5)


def test_memory_that_runs_away() -> None:
    """A tenth of the available memory gone within the window fails the check when little is left, and only then."""
    activity = parse_activity(BEFORE, AFTER.replace("900000 kB", "800000 kB"), 1.0)
    calm = Pressure(0, 0, 0)
    little, much = Memory(8 << 30, 1 << 30, 0, 0), Memory(8 << 30, 4 << 30, 0, 0)
    told = fails(test_os.test_memory_pressure, calm, little, activity, Limits())
    assert told.startswith("the available memory fell by 20% within 1.0 s, to 1.0 GiB")
    test_os.test_memory_pressure(calm, much, activity, Limits())


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        pytest.param("yes\nhost\n", Clock(True, False), id="kept"),
        pytest.param("no container\n", Clock(False, True), id="container"),
    ],
)
def test_clock_that_is_kept(text: str, clock: Clock) -> None:
    """A clock that a time service keeps passes, and so does a container, whose clock is another machine's."""
    assert parse_clock(text) == clock
    test_os.test_clock_synchronised(clock)


@pytest.mark.recorded("os.clock_synchronised")
def test_clock_that_nobody_keeps() -> None:
    """A machine without a working time service fails. Recorded: the lab's hosts are containers."""
    assert "NTPSynchronized is no" in fails(test_os.test_clock_synchronised, parse_clock("no\nhost\n"))


def test_clock_that_differs() -> None:
    """The margin of a slow answer is in favour of the host; the words say which way it differs."""
    test_os.test_clock_agrees(ClockOffset(2.8, 1.0), Limits())
    assert fails(test_os.test_clock_agrees, ClockOffset(-90.2, 0.1), Limits()).startswith(
        "the host's clock is 90 s behind this machine's"
    )
