"""Names on other people's hosts: blanks, nothing at all, wide characters, line ends and backslashes, in every field."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from checks import test_os
from engine.gather.fact import FactError
from engine.runbook.fill import fill
from engine.text import UnitName, clean
from fixtures.app.files import FileState, parse_stat
from fixtures.haproxy.settings import Haproxy
from fixtures.os.activity import parse_look
from fixtures.os.filesystems import COMMAND, Filesystem, Mounted, parse_df, parse_mounted
from fixtures.os.memory import parse_mounts
from fixtures.os.units import parse_listeners
from tests.facts.test_activity import BEFORE
from tests.ours import Limits

# What a file may be called, but for what is no text and what `clean` takes out of any answer.
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0/\r"), min_size=1, max_size=30).map(
    clean
)
PATHS = st.lists(NAMES.filter(lambda name: name not in ("", ".", "..")), min_size=1, max_size=3).map(
    lambda names: f"/{'/'.join(names)}"
)


def mangled(name: str) -> str:
    """A name as the kernel writes it into mountinfo [mangle_path in fs/seq_file.c]."""
    for char in "\\ \t\n#":
        name = name.replace(char, f"\\{ord(char):03o}")
    return name


@given(path=PATHS, device=st.one_of(st.just(""), NAMES))
@example(path="/mnt/共有 フォルダ", device="//nas/共有 フォルダ")
@example(path="/mnt/two\nlines\tand\\040", device="")
def test_mounts_of_any_name(path: str, device: str) -> None:
    """A source may be empty (`mount -t tmpfs ""`), and a path may have blanks, line ends and backslashes."""
    root = "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
    line = f"27 22 0:42 / {mangled(path)} rw,relatime shared:9 - ext4 {mangled(device)} ro\n"
    answers = f"=100 50 50 4096 10 5 /\n=100 25 25 4096 10 5 {path}\n"
    found = parse_mounted(f"{root}{line}==asked\n{answers}==end\n")
    assert [(each.mount, each.device) for each in found] == [("/", "/dev/sda1"), (path, device)]
    assert found[1].space == Filesystem(path, device, 75 * 4096, 25 * 4096)
    bad = parse_mounts(f"{root}{line}==fstab\nUUID=1 {mangled(path)} ext4 defaults 0 2\n")
    assert [(each.mount, each.read_only, each.wanted) for each in bad] == [("/", False, False), (path, True, False)]


def test_a_mount_that_stayed_read_only_since_the_boot() -> None:
    """fstab has blanks escaped as well: what it wants writable is held against a path with a blank, too."""
    stuck = "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n27 22 8:17 / /srv/my\\040data ro - xfs /dev/sdb1 ro\n"
    found = parse_mounts(f"{stuck}==fstab\nUUID=2 /srv/my\\040data xfs defaults 0 2\n")
    assert [(each.mount, each.wanted) for each in found if each.read_only] == [("/srv/my data", False)]


def mounted(kind: str, answer: str) -> Mounted:
    """The mount of a filesystem that answers statfs(2) so."""
    lines = f"22 1 8:1 / / rw - ext4 /dev/sda1 rw\n27 22 0:42 / /mnt rw - {kind} x rw\n"
    return parse_mounted(f"{lines}==asked\n=100 50 50 4096 10 5 /\n={answer} /mnt\n==end\n")[1]


@pytest.mark.parametrize(
    ("kind", "answer", "used"),
    [
        pytest.param("ext4", "100 50 50 4096 100 0", 100, id="ext4, none is free"),
        pytest.param("nfs4", "100 50 50 4096 100 5", 95, id="NFS"),
        pytest.param("btrfs", "100 50 50 4096 0 0", 0, id="btrfs"),
        pytest.param("vfat", "100 50 50 4096 0 0", 0, id="FAT"),
        pytest.param("cifs", "100 50 50 4096 0 0", 0, id="CIFS"),
        pytest.param("cifs", "100 50 50 4096 -1 -1", 0, id="CIFS with Unix extensions, undefined"),
        pytest.param("cifs", "100 50 50 4096 4711 0", 0, id="CIFS, a number and nothing free"),
        pytest.param("cifs", "100 50 50 4096 18446744073709551615 18446744073709551615", 0, id="unsigned"),
        pytest.param("ceph", "100 50 50 4096 4711 -1", 0, id="CephFS, which counts objects"),
        pytest.param("fuse.s3fs", "100 50 50 4096 4711 0", 0, id="FUSE"),
        pytest.param("fuse.mergerfs", "100 50 50 4096 100 5", 95, id="FUSE that passes on what is below it"),
    ],
)
def test_inodes_that_are_not_counted(kind: str, answer: str, used: int) -> None:
    """A filesystem without inodes has none left, and is not full of them."""
    inodes = mounted(kind, answer).inodes
    assert inodes
    assert inodes.used_percent == used


@pytest.mark.parametrize(
    ("kind", "answer", "stores"),
    [
        ("fuse.squashfuse", "1 0 0 131072 2 0", False),
        ("fuse.squashfuse_ll", "1 0 0 131072 2 0", False),
        ("fuse.snapfuse", "1 0 0 131072 2 0", False),
        ("fuse.krita-5.2.AppImage", "1 0 0 131072 2 0", False),
        ("fuse.portal", "0 0 0 0 0 0", True),
        ("fuse.sshfs", "100 0 0 4096 0 0", True),
        ("hugetlbfs", "100 0 0 2097152 0 0", False),
    ],
)
def test_what_is_full_by_nature(kind: str, answer: str, stores: bool) -> None:
    """Recorded of squashfuse 0.1: the kernel takes it for writable, and it has no free block. A full disk is one."""
    found = mounted(kind, answer)
    assert found.stores == stores
    if stores and found.space:
        with pytest.raises(AssertionError, match="/mnt is 100 % full"):
            test_os.test_filesystem_space([found.space], Limits())


def test_a_stat_that_knows_no_filesystems() -> None:
    """busybox' stat has no --printf: that is said once, and no host is taken for one without filesystems."""
    text = "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n==asked\n==again\n==denied /\n==end\n"
    with pytest.raises(FactError, match="expected the stat of coreutils"):
        parse_mounted(text)


@pytest.mark.parametrize(
    ("kind", "said", "told"),
    [
        ("nfs4", "failed Stale file handle:", "/mnt (nfs4 on x) says 'Stale file handle'; expected how full it is"),
        ("fuse.sshfs", "failed Transport endpoint is not connected:", "says 'Transport endpoint is not connected'"),
        ("ext4", "failed Input/output error:", "says 'Input/output error'"),
        ("ext4", "failed No such file or directory:", ""),
        ("cifs", "failed Required key not available:", ""),
        ("efivarfs", "failed Input/output error:", ""),
        ("fuse.sshfs", "denied", ""),
    ],
)
def test_a_filesystem_that_answers_with_an_error(kind: str, said: str, told: str) -> None:
    """What is broken is told in stat's words; what is only hidden, or another user's, is not."""
    text = (
        f"22 1 8:1 / / rw - ext4 /dev/sda1 rw\n23 22 8:2 / /mnt rw - {kind} x rw\n==asked\n==again\n"
        f"=9 5 5 4096 9 5 /\n=={said} /mnt\n==end\n"
    )
    found = parse_mounted(text)
    if told:
        with pytest.raises(AssertionError, match=re.escape(told)):
            test_os.test_mounts_answer(found)
    else:
        test_os.test_mounts_answer(found)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
def test_the_words_of_stat(tmp_path: Path) -> None:
    """A filesystem beneath another is not found, and its words are stat's."""
    script = 'mount -t tmpfs a "$1"; mkdir "$1/in"; mount -t tmpfs b "$1/in"; mount -t tmpfs c "$1"; ' + COMMAND
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, "sh", tmp_path], capture_output=True, text=True, check=False, timeout=20
    )
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip("no mount namespace can be had here")
    assert f"==failed No such file or directory: {tmp_path}/in\n" in done.stdout
    assert not [each for each in parse_mounted(done.stdout) if each.error]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
def test_a_real_mount_of_any_name(tmp_path: Path) -> None:
    """The kernel's own words, and those of stat, in a mount namespace of its own."""
    paths = [tmp_path / name for name in ("a", "b c", "日本 語", "two\nlines\t\\040")]
    for path in paths:
        path.mkdir()
    script = 'for path; do mount -t tmpfs "" "$path" || exit; done; ' + COMMAND.replace('"$@"', '"$@"')
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, "sh", *map(str, paths)], capture_output=True, check=False, timeout=20
    )
    if b"unshare" in done.stderr or b"mount:" in done.stderr:
        pytest.skip("no mount namespace can be had here")
    found = {each.mount: each for each in parse_mounted(clean(done.stdout.decode()))}
    assert [(found[str(path)].device, found[str(path)].stores) for path in paths] == [("", True)] * 4


@given(device=NAMES.filter(lambda name: name == name.strip()), mount=PATHS)
def test_df_of_any_name(device: str, mount: str) -> None:
    """df has `?` for a line end; a device may look like columns."""
    head = "Filesystem     Type 1-blocks Used Available Capacity Mounted on\n"
    device, mount = device.replace("\n", "?"), mount.replace("\n", "?")
    found = parse_df(f"{head}{device} cifs 1000 400 600 40% {mount}\n")
    assert (found.used, found.available, found.mount) == (400, 600, mount)


@given(owner=NAMES, path=PATHS)
def test_owners_of_any_name(owner: str, path: str) -> None:
    """A domain's user and group may have blanks; neither may have a colon."""
    owner, path = owner.replace(":", " ").replace("\n", " "), path.replace("\n", " ")
    assert parse_stat(f"640:{owner}:{owner} x:{path}\n") == {path: FileState(path, owner, f"{owner} x", 0o640)}


@pytest.mark.parametrize(
    ("process", "pids"),
    [
        ('users:(("nginx",pid=7,fd=6),("nginx",pid=8,fd=6)) ', (7, 8)),
        ('users:(("Web Content 日",pid=7,fd=6))', (7,)),
        ("", ()),
        ('users:(("x",pid=1,fd=1)",pid=9,fd=3))', ()),
        ('users:(("a",pid=1",pid=9,fd=3))', ()),
    ],
)
def test_a_process_that_calls_itself_as_it_likes(process: str, pids: tuple[int, ...]) -> None:
    """Its name has 15 bytes of any kind: it must not pass for another process."""
    [found] = parse_listeners(f"LISTEN 0 511 127.0.0.1:80 0.0.0.0:* {process}\n==end\n")
    assert (found.port, found.pids) == (80, pids)


def test_disks_with_a_slash_and_hidden_ones() -> None:
    """cciss!c0d0 of the folder is cciss/c0d0 of the counters, and a path to a disk of NVMe has none."""
    counters = " 1 2 3 4 5 6 7 8 9 10 11\n"
    text = BEFORE.replace(
        "==disks\n", f"cciss!c0d0\nnvme0n1\nnvme0c0n1\n==disks\n104 0 cciss/c0d0{counters}259 0 nvme0n1{counters}"
    )
    assert {"cciss/c0d0", "nvme0n1"} <= parse_look(text).disks.keys()


def test_a_unit_whose_name_needs_an_escape() -> None:
    """systemd-escape's backslash is part of the name; in a command it is doubled, where a shell takes one away."""
    unit = Haproxy.model_validate({"unit": r"my\x2dapp@1"}).unit
    step = fill('printf %s {{ unit }} "{{ unit }}"', {"unit": unit}, "a.md:1")
    assert subprocess.run(["sh", "-c", step], capture_output=True, text=True, check=True).stdout == unit * 2
    assert fill("{{ other }}", {"other": r"a\d"}, "a.md:1") == r"a\d"
    assert isinstance(unit, UnitName)
