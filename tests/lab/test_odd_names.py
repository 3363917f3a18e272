"""Names on this machine that are not UTF-8, or otherwise odd, stop no command of the lab. No host is needed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lab import host, mounts
from lab.specs import spec
from lab.state import LabError, folder, run
from tests.content import CHECKOUT

ODD = [b"caf\xe9", b"\xff\xfe\x80", b"a) S 1 (b", b"\xe6\x97", b"systemd\xff"]
NAMED = "import ctypes, sys; ctypes.CDLL(None).prctl(15, {!r}, 0, 0, 0); print(flush=True); sys.stdin.read()"


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a lab of its own."""
    monkeypatch.setenv("RUNBOOK_LAB_DIR", str(tmp_path / "lab"))
    return tmp_path / "lab"


@contextmanager
def named(name: bytes) -> Iterator[int]:
    """A process with this name and this argument; yields its pid."""
    command = [os.fsencode(sys.executable), b"-c", NAMED.format(name).encode(), name]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        assert Path(f"/proc/{process.pid}/comm").read_bytes() == name + b"\n"
        yield process.pid


def lab(*arguments: str, root: Path = CHECKOUT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs `python -m lab ARGUMENTS`."""
    return subprocess.run(
        [sys.executable, "-m", "lab", *arguments],
        cwd=root, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_a_process_of_any_name(name: bytes) -> None:
    """Hosts are looked for among all processes of this machine, whatever these are called."""
    with named(name) as pid:
        assert (host.leader(spec("santas-1")), host.nspawn_pid(spec("santas-1"))) == (None, None)
        assert host._state(pid) in {"S", "R"}
        done = lab("status")
    assert (done.returncode, done.stderr) == (1, "")
    assert "santas-1  " in done.stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
@pytest.mark.parametrize("name", [*ODD, b"two words", b"a\\040b", b"line\nline"])
def test_a_mount_of_any_name(name: bytes, tmp_path: Path) -> None:
    """What is mounted elsewhere has odd names; what is mounted below the lab is found by its name, and taken away."""
    below, beside = (Path(os.fsdecode(os.fsencode(tmp_path) + place)) for place in (b"/root/" + name, b"/root2"))
    for path in (below, beside):
        path.mkdir(parents=True)
    code = (
        "import os, sys; from pathlib import Path; from lab import mounts; below, beside = map(Path, sys.argv[1:])\n"
        "assert mounts.mounted(below) and mounts.mounted(beside)\n"
        "mounts.release(below.parent)\n"
        "assert not mounts.mounted(below) and mounts.mounted(beside)\n"
    )
    script = 'mount -t tmpfs none "$2" && mount -t tmpfs none "$3" && exec "$0" -c "$1" "$2" "$3"'
    command: list[str | Path] = ["unshare", "-m", "sh", "-c", script, sys.executable, code, below, beside]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", [b"/tmp/caf\xe9", "/tmp/café".encode(), b"/tmp/a b", b"/tmp/a:b", b"/tmp/a,b"])
def test_a_folder_that_mount_cannot_take(name: bytes) -> None:
    """RUNBOOK_LAB_DIR is refused in one line."""
    done = lab("status", RUNBOOK_LAB_DIR=os.fsdecode(name))
    assert done.returncode == 1
    assert done.stderr.startswith("lab: RUNBOOK_LAB_DIR='/tmp/")
    assert done.stderr.count("\n") == 1


def test_a_folder_may_be_named_from_here_and_be_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel's tables have whole paths, so the lab has them, too."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RUNBOOK_LAB_DIR", "link/lab")
    assert folder() == tmp_path.resolve() / "real/lab"


def test_a_note_of_any_name(state: Path) -> None:
    """A file among the notes of what is broken is shown with escapes."""
    (state / "broken").mkdir(parents=True)
    Path(os.fsdecode(os.fsencode(state) + b"/broken/caf\xe9")).touch()
    done = lab("status")
    assert done.stderr == ""
    assert "broken: caf\\udce9" in done.stdout


def test_a_command_that_prints_anything() -> None:
    """What is not UTF-8 in a command's output is shown with replacement characters."""
    assert run("printf", "caf\\351 \\377\\n").stdout == "caf\N{REPLACEMENT CHARACTER} \N{REPLACEMENT CHARACTER}\n"
    with pytest.raises(LabError, match="failed with 1: caf\N{REPLACEMENT CHARACTER}"):
        run("sh", "-c", "printf 'caf\\351\\n' >&2; exit 1")


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("hosts/santas-1/host.yml", b"number: 11\nready: caf\xe9\n", "not valid YAML: "),
        ("hosts/santas-1/host.yml", b"number: [11\nready: x\n", ":2: not valid YAML: "),
        ("hosts/santas-1/host.yml", b"- a\n", ": expected 'key: value' lines"),
        ("hosts/santas-1/host.yml", b"number: 11\nredy: x\n", "unexpected keyword argument 'redy'"),
        ("hosts/santas-1/host.yml", b"number: 11\n", "missing 1 required positional argument: 'ready'"),
        ("faults/os.yml", b"a:\n  host: santas-1\n  breaks: caf\xe9\n", "not valid YAML: "),
        ("faults/os.yml", b"a: 1\n", "the fault 'a': "),
        ("faults/os.yml", b"a: {host: santas-1, breaks: x, break: y, repair: z, wathc: q}\n", "the fault 'a': "),
    ],
)
def test_a_mistake_in_a_file(path: str, text: bytes, line: str, tmp_path: Path) -> None:
    """A file of the lab that cannot be used is one line with its name."""
    shutil.copytree(CHECKOUT / "lab", tmp_path / "lab", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "lab" / path).write_bytes(text)
    done = lab("faults", root=tmp_path) if path.startswith("faults") else lab("status", root=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert f"lab: {tmp_path}/lab/{path}" in done.stderr
    assert line in done.stderr


def test_mounts_are_those_of_the_kernel() -> None:
    """The root is mounted, whatever else is."""
    assert mounts.mounted(Path("/"))
    assert not mounts.mounted(Path("/no/such/place"))
