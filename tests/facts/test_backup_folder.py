"""Whether the next backup can be written."""

from __future__ import annotations

import pytest

from checks import test_backups
from fixtures.backups.folder import Folder, parse_folder
from tests.facts.test_activity import fails

ROOT = "22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n"


def folder(owned: str, mode: str, user: str, groups: str = "", mounts: str = ROOT) -> Folder:
    """Returns the folder of an answer about /srv/b."""
    return parse_folder(f"/srv/b\n{owned}\n{mode}\n{user}\n{groups}\n==mounts\n{mounts}==end\n")


@pytest.mark.parametrize(
    ("owned", "mode", "user", "groups", "refuses"),
    [
        ("root adm", "drwxr-x---", "", "", False),
        ("dump dump", "drwxr-x---", "dump", "dump", False),
        ("root dump", "drwxrwx---", "dump", "adm dump", False),
        ("root dump", "drwxr-x---", "dump", "adm dump", True),
        ("root root", "drwxrwxrwt", "dump", "dump", False),
        ("dump dump", "dr-xrwx---", "dump", "dump", True),
        ("root root", "drwxr-x---+", "dump", "dump", False),
        ("root root", "drwxr-x---.", "dump", "dump", True),
    ],
)
def test_rights(owned: str, mode: str, user: str, groups: str, refuses: bool) -> None:
    """The first of owner, group and others that fits the user counts; an access list may grant more."""
    assert folder(owned, mode, user, groups).refuses is refuses


def test_mounts() -> None:
    """The mount that holds the folder counts: not one beside it, and of two at a place the later."""
    beside = "23 22 8:2 / /srv/b2 ro - ext4 /dev/sdb1 ro\n"
    below, above = "24 22 8:3 / /srv ro - xfs /dev/sdc1 rw\n", "25 24 8:4 / /srv rw - xfs /dev/sdd1 rw\n"
    assert not folder("root adm", "drwxr-x---", "", mounts=ROOT + beside).read_only
    assert folder("root adm", "drwxr-x---", "", mounts=ROOT + below).read_only
    assert not folder("root adm", "drwxr-x---", "", mounts=ROOT + below + above).read_only
    broken = folder("root adm", "drwxr-x---", "", mounts=ROOT.replace("/dev/sda1 rw", "/dev/sda1 ro,errors=remount-ro"))
    assert "/srv/b is on /, which is mounted read-only" in fails(test_backups.test_writable, broken)
