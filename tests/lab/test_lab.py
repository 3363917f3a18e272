"""The lab itself: killed and repaired, reset, and taken away without a trace."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lab import mounts
from lab.specs import BRIDGE, specs
from lab.state import folder
from tests.content import CHECKOUT

HOST = "santas-1"
ENDS = {f"vb-{each.machine}" for each in specs().values()}
COMMAND = [sys.executable, "-m", "lab"]


def lab(*arguments: str) -> str:
    """Runs `python -m lab ARGUMENTS`; returns what it printed."""
    done = subprocess.run(
        [*COMMAND, *arguments], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def processes() -> list[int]:
    """The processes of systemd-nspawn that run the lab's hosts."""
    root = os.fsencode(folder() / "hosts")
    found = (p for p in Path("/proc").glob("[0-9]*/cmdline") if root in _read(p) and b"nspawn" in _read(p))
    return [int(path.parent.name) for path in found]


def traces() -> list[str]:
    """What is there of the lab outside its folder: mounts, network interfaces, processes."""
    left = [str(point) for point in mounts.points() if point.is_relative_to(folder())]
    left += [path.name for path in Path("/sys/class/net").iterdir() if path.name == BRIDGE or path.name in ENDS]
    return left + [str(pid) for pid in processes()]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.mark.lab
def test_a_killed_up_is_repaired_by_the_next() -> None:
    """`up` killed on its way leaves what the next one completes."""
    lab("down")
    process = subprocess.Popen([*COMMAND, "up", HOST], cwd=CHECKOUT)
    time.sleep(1.0)
    process.kill()
    process.wait()
    assert f"{HOST} is up" in lab("up", HOST)
    assert "santas-1" in lab("run", HOST, "--", "hostname")


@pytest.mark.lab
def test_a_killed_host_is_repaired() -> None:
    """A host whose nspawn was killed leaves its mounts; `up` boots it again on what it had written."""
    lab("up", HOST)
    lab("run", HOST, "--", "touch", "/root/kept")
    for pid in processes():
        os.kill(pid, signal.SIGKILL)
    assert f"{HOST} is up" in lab("up", HOST)
    lab("run", HOST, "--", "test", "-e", "/root/kept")


@pytest.mark.lab
def test_reset_makes_a_host_anew() -> None:
    """`reset` throws away what the host wrote, and it is still the same host to SSH."""
    lab("up", HOST)
    lab("run", HOST, "--", "touch", "/root/kept")
    lab("reset", HOST)
    lab("run", HOST, "--", "test", "!", "-e", "/root/kept")
    assert lab("ssh", HOST, "--", "id", "-un").strip() == "deploy"


@pytest.mark.lab
def test_another_lab_leaves_it_alone(tmp_path: Path) -> None:
    """A lab in another folder neither uses nor takes away the network of this one."""
    lab("up", HOST)
    before = traces()
    for command, code in (("up", 1), ("down", 0)):
        done = subprocess.run(
            [*COMMAND, command], cwd=CHECKOUT, env={**os.environ, "RUNBOOK_LAB_DIR": str(tmp_path)},
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert (done.returncode, "is used by the lab in" in done.stderr) == (code, code == 1), done.stderr
    assert traces() == before


@pytest.mark.lab
def test_down_leaves_nothing() -> None:
    """`down` leaves no process, no mount and no bridge."""
    lab("up", HOST)
    assert traces()
    lab("down")
    try:
        assert traces() == []
    finally:
        lab("up")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize(
    ("prefix", "path", "line"),
    [
        pytest.param(
            ["setpriv", "--reuid=65534", "--clear-groups"],
            os.environ["PATH"],
            "lab: the lab needs root to boot hosts, and this is user 65534; "
            "without it: pytest --hosts=local, or your own host in inventory/",
            id="no root",
        ),
        pytest.param(
            [],
            "/nonexistent",
            "lab: git, iproute2, mmdebstrap, openssh-client, openssl, systemd-container, util-linux missing, "
            "and there is no apt-get to install them; without it: pytest --hosts=local, or your own host in inventory/",
            id="no tools",
        ),
    ],
)
def test_where_it_cannot_work_it_says_so(prefix: list[str], path: str, line: str) -> None:
    """Without root, or without the tools and a way to install them, one line says so and what to do instead."""
    code = "import sys; sys.path.insert(0, '.'); from lab.__main__ import main; sys.exit(main(['up']))"
    command = [*prefix, sys.executable, "-c", code]
    environment = {"PATH": path}
    tool = shutil.which(command[0])
    assert tool
    done = subprocess.run(
        [tool, *command[1:]], cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.returncode, done.stderr.strip()) == (1, line)
