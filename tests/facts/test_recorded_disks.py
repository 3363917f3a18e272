"""Dying disks and broken arrays, as smartctl and the kernel tell of them.

Recorded: the lab's only disk is virtual and well, and its kernel knows no arrays.
"""

from __future__ import annotations

import pytest

from checks import test_os
from engine.gather.fact import FactError
from fixtures.os.kernel import DiskHealth, parse_mdstat, parse_smart
from fixtures.os.pools import parse_pools
from tests.facts.test_activity import fails

HEAD = """\
smartctl 7.3 2022-02-28 r5338 [x86_64-linux-6.1.0-18-amd64] (local build)
Copyright (C) 2002-22, Bruce Allen, Christian Franke, www.smartmontools.org

"""
SECTION = f"{HEAD}=== START OF READ SMART DATA SECTION ===\n"
PASSED = f"==sda ATA      ST1000NM0055-1V4\n{SECTION}SMART overall-health self-assessment test result: PASSED\n"
FAILED = f"""==sda ATA      ST31000528AS
{SECTION}SMART overall-health self-assessment test result: FAILED!
Drive failure expected in less than 24 hours. SAVE ALL DATA.
See vendor-specific Attribute list for failed Attributes.
"""
SCSI = f"==sdb SEAGATE  ST300MM0006\n{SECTION}SMART Health Status: OK\n"
SCSI_FAILING = SCSI.replace("OK", "FAILURE PREDICTION THRESHOLD EXCEEDED [asc=5d, ascq=0]")
CONTROLLER = f"""==sda DELL     PERC H730 Mini
{HEAD}Smartctl open device: /dev/sda failed: DELL or MegaRaid controller, please try adding '-d megaraid,N'
"""


def test_healthy_disks() -> None:
    """Disks of both kinds that say that they are well pass, and so does a host without a physical disk."""
    found = parse_smart(PASSED + SCSI + "==end\n")
    assert found[0] == DiskHealth("sda", "ATA ST1000NM0055-1V4", True, "self-assessment test result: PASSED")
    test_os.test_disks_healthy(found)
    test_os.test_disks_healthy(parse_smart("==end\n"))


@pytest.mark.recorded("os.disks_healthy")
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(FAILED, "sda (ATA ST31000528AS): self-assessment test result: FAILED!", id="ATA"),
        pytest.param(SCSI_FAILING, "sdb (SEAGATE ST300MM0006): SMART Health Status: FAILURE PREDICTION", id="SCSI"),
        pytest.param(CONTROLLER, "please try adding '-d megaraid,N'", id="behind a controller"),
    ],
)
def test_disk_that_is_not_known_to_be_well(answer: str, words: str) -> None:
    """A disk that will fail fails the check, and so does one of which nothing can be said."""
    assert words in fails(
        test_os.test_disks_healthy, parse_smart(PASSED.replace("==sda", "==sdz") + answer + "==end\n")
    )


HEALTHY = """\
Personalities : [raid0] [raid1] [raid6] [raid5] [raid4] [raid10]
md0 : active raid1 sdb1[1] sda1[0]
      976630464 blocks super 1.2 [2/2] [UU]
      bitmap: 0/8 pages [0KB], 65536KB chunk

md1 : active (auto-read-only) raid5 sdc1[0] sdd1[1] sde1[3]
      5859328 blocks super 1.2 level 5, 512k chunk, algorithm 2 [3/3] [UUU]
      [==========>..........]  check = 50.0% (2929664/5859328) finish=8.0min speed=100000K/sec

md2 : active raid0 sdl1[1] sdm1[0]
      26754215936 blocks super 1.2 512k chunks

md127 : inactive sdg[1](S) sdf[0](S)
      6306 blocks super external:imsm

unused devices: <none>
"""


def test_healthy_arrays() -> None:
    """Complete arrays pass, while they are checked too; so do a BIOS's container, and a host without arrays."""
    assert [array.name for array in parse_mdstat(HEALTHY)] == ["md0", "md1", "md2"]
    test_os.test_raid_healthy(parse_mdstat(HEALTHY), [])
    test_os.test_raid_healthy(parse_mdstat("Personalities : \nunused devices: <none>\n"), [])
    test_os.test_raid_healthy(parse_mdstat("no driver\n"), [])


@pytest.mark.recorded("os.raid_healthy")
@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        pytest.param("[2/2] [UU]", "[2/1] [U_]", "md0 is active raid1 sdb1[1] sda1[0] [2/1]", id="member missing"),
        pytest.param("sdb1[1] ", "sdb1[1](F) ", "md0 is active raid1 sdb1[1](F)", id="member failed"),
        pytest.param("sdb1[1] ", "sdb1[1](W)(F) ", "md0 is active raid1 sdb1[1](W)(F)", id="one seldom written failed"),
        pytest.param("md0 : active raid1", "md0 : inactive", "md0 is inactive", id="not started"),
        pytest.param("[3/3] [UUU]", "[3/2] [UU_]", "[3/2] check = 50.0%", id="at work"),
    ],
)
def test_degraded_array(old: str, new: str, words: str) -> None:
    """An array without all of its members fails the check, which says how far its recovery is."""
    assert words in fails(test_os.test_raid_healthy, parse_mdstat(HEALTHY.replace(old, new, 1)), [])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("zfs DEGRADED my tank\n", "ZFS pool my tank is DEGRADED"),
        ("zfs SUSPENDED tank\n", "ZFS pool tank is SUSPENDED"),
        ("btrfs 4f1c9a/devinfo/1 0 \nbtrfs 4f1c9a/devinfo/2 1 \n", "btrfs 4f1c9a is device 2: missing"),
        (
            "btrfs 4f1c9a/devinfo/1 0 write_errs 0 read_errs 3 flush_errs 0 corruption_errs 7 generation_errs 0 \n",
            "btrfs 4f1c9a is device 1: read_errs 3 corruption_errs 7",
        ),
    ],
)
def test_degraded_pool(answer: str, words: str) -> None:
    """The states of zpoolconcepts(7), and what btrfs says in /sys (recorded of Linux 6.1)."""
    assert words in fails(test_os.test_raid_healthy, [], parse_pools(f"zfs ONLINE boot\n{answer}==end\n"))


def test_healthy_pools() -> None:
    """Whole ones pass, also on a kernel that counts no errors of btrfs, and on a host without any."""
    whole = "zfs ONLINE my tank\nbtrfs 4f1c9a/devinfo/1 0 \nbtrfs 5e/devinfo/1 0 write_errs 0 read_errs 0 \n"
    test_os.test_raid_healthy([], parse_pools(f"{whole}==end\n"))
    test_os.test_raid_healthy([], parse_pools("==end\n"))
    with pytest.raises(FactError, match="not understood"):
        parse_pools("btrfs: command not found\n==end\n")
