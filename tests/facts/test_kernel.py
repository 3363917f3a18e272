"""The kernel's log: which of its lines tell of a fault, and which only sound like one."""

from __future__ import annotations

import pytest

from fixtures.os.kernel import kernel_faults, oom_kills


@pytest.mark.parametrize(
    "line",
    [
        "I/O error, dev sda, sector 2048 op 0x0:(READ) flags 0x0 phys_seg 1 prio class 2",
        "Buffer I/O error on dev dm-0, logical block 123456, lost async page write",
        "critical medium error, dev sdb, sector 976773160 op 0x0:(READ)",
        "EXT4-fs error (device sda1): ext4_lookup:1855: inode #131073: comm ls: deleted inode referenced: 131074",
        "EXT4-fs (sda1): Remounting filesystem read-only",
        "XFS (sdb1): Metadata corruption detected at xfs_agf_read_verify+0x70/0x120 [xfs], xfs_agf block 0x1",
        "BTRFS error (device sdc): bdev /dev/sdc errs: wr 0, rd 1, flush 0, corrupt 0, gen 0",
        "mce: [Hardware Error]: Machine check events logged",
        "EDAC MC0: 1 UE memory read error on CPU_SrcID#0_Ha#0_Chan#0_DIMM#0",
        "nvme nvme0: controller is down; will reset: CSTS=0xffffffff, PCI_STATUS=0x10",
        "watchdog: BUG: soft lockup - CPU#1 stuck for 23s! [kworker/1:2:123]",
        "INFO: task jbd2/sda1-8:250 blocked for more than 120 seconds.",
        "timeout error, dev nvme0n1, sector 2048 op 0x1:(WRITE) flags 0x800 phys_seg 1 prio class 2",
        "critical space allocation error, dev dm-3, sector 2048 op 0x1:(WRITE) flags 0x800",
        "md/raid1:md0: Disk failure on sdb1, disabling device.",
        "JBD2: Detected IO errors while flushing file data on sda1-8",
        "SQUASHFS error: zlib decompression failed, data probably corrupt",
        "rcu: INFO: rcu_preempt self-detected stall on CPU",
        "BUG: unable to handle page fault for address: ffffb9f0",
        "ata1.00: failed command: WRITE FPDMA QUEUED",
        "NETDEV WATCHDOG: eth0 (e1000e): transmit queue 0 timed out",
    ],
)
def test_faults(line: str) -> None:
    """A line about a failing disk, filesystem, memory, processor or kernel is one."""
    assert kernel_faults.fact.make(kernel_log=[line]) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "I/O error, dev fd0, sector 0 op 0x0:(READ) flags 0x0 phys_seg 1 prio class 2",
        "ACPI BIOS Error (bug): Could not resolve symbol [\\_SB.PCI0.XHC.RHUB.HS11], AE_NOT_FOUND",
        "i8042: No controller found",
        "ata1: SATA link up 6.0 Gbps (SStatus 133 SControl 300)",
        "x86/cpu: SGX disabled by BIOS.",
        "Out of memory: Killed process 4242 (gunicorn) total-vm:1843200kB, anon-rss:912384kB",
    ],
)
def test_what_only_sounds_like_a_fault(line: str) -> None:
    """An empty drive, a BIOS's mistakes and what another check is about are no faults."""
    assert kernel_faults.fact.make(kernel_log=[line]) == []


def test_kills_for_want_of_memory() -> None:
    """Both the host's own and a control group's kills are told."""
    lines = [
        "Out of memory: Killed process 1 (a)",
        "Memory cgroup out of memory: Killed process 2 (b)",
        "usb 1-1: error",
    ]
    assert oom_kills.fact.make(kernel_log=lines) == lines[:2]
