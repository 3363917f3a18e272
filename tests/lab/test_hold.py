"""One run at a time holds the lab; who waits is told for whom, and the dead hold nothing. No host is needed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from lab import hold
from tests.content import CHECKOUT, ROOT, SUITE, copy

HOLDS = "from lab.hold import held\nwith held({!r}):\n    print('held', flush=True)\n    input()\n"


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a lab of its own, which no run has begun."""
    monkeypatch.setenv("RUNBOOK_LAB_DIR", str(tmp_path / "lab"))
    monkeypatch.delenv(hold.RUN, raising=False)
    return tmp_path / "lab"


@contextmanager
def python(*arguments: str, run: str = "") -> Iterator[subprocess.Popen[str]]:
    """A process of our Python, perhaps one of a `run`, that is killed in the end."""
    environment = {**os.environ, hold.RUN: run} if run else dict(os.environ)
    with subprocess.Popen(
        [sys.executable, *arguments], cwd=CHECKOUT, env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        try:
            yield running
        finally:
            running.kill()


@contextmanager
def holder(command: str, run: str = "") -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lab until it is sent a line."""
    with python("-c", HOLDS.format(command), run=run) as running:
        assert line(running.stdout) == "held"
        yield running


def line(stream: IO[str] | None) -> str:
    """The next line that a process printed."""
    assert stream
    return stream.readline().strip()


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["-c", HOLDS.format("pytest")], id="a run"),
        pytest.param(["-m", "lab", "break", "no-such-fault"], id="break"),
        pytest.param(["-m", "lab", "repair", "no-such-fault"], id="repair"),
        pytest.param(["-m", "lab", "repaired", "no-such-fault"], id="repaired"),
        pytest.param(["-m", "lab", "down"], id="down"),
    ],
)
def test_the_second_waits_and_says_for_whom(command: list[str], state: Path) -> None:
    """Who would change the lab says who holds it, by command and pid, and goes on when that one has ended."""
    with holder("pytest tests") as first, python(*command) as second:
        told = line(second.stderr)
        assert told.startswith(f"lab: waiting until 'pytest tests' (pid {first.pid}, since ")
        assert told.endswith(f") leaves the lab in {state}")
        assert second.poll() is None
        first.communicate("\n")
        out, error = second.communicate("\n")
        assert "no fault 'no-such-fault'" in error or out == "held\n" or second.returncode == 0


def test_the_dead_hold_nothing() -> None:
    """The kernel lets go of what a killed run held, whatever its note still says."""
    with holder("pytest tests") as first, python("-c", HOLDS.format("lab down")) as second:
        assert "pytest tests" in line(second.stderr)
        first.kill()
        assert line(second.stdout) == "held"


def test_a_run_shares_its_hold() -> None:
    """Workers of a run and the commands that it starts hold together; the lab is free when the last has ended."""
    run = '{"command": "pytest -n 2", "pid": 7, "since": "04:12:09"}'
    with holder("gw0", run) as first, holder("gw1", run) as second, python("-c", HOLDS.format("other")) as other:
        assert "until 'pytest -n 2' (pid 7, since 04:12:09) leaves" in line(other.stderr)
        first.communicate("\n")
        with holder("lab break", run):
            assert other.poll() is None
        second.communicate("\n")
        assert line(other.stdout) == "held"


@pytest.mark.parametrize("note", [b"", b"\xff\xfe", b"{}", b'["x"]', b'{"command": 1'])
def test_a_note_that_nobody_can_read_is_somebody(note: bytes, state: Path) -> None:
    """The lock counts, not what stands in the file."""
    with holder("pytest tests") as first:
        (state / "hold").write_bytes(note)
        with python("-c", HOLDS.format("lab down")) as second:
            assert line(second.stderr) == f"lab: waiting until somebody leaves the lab in {state}"
            first.communicate("\n")
            assert line(second.stdout) == "held"


def test_a_lab_that_was_thrown_away_is_held_anew(state: Path) -> None:
    """`down --purge` takes the file away that is locked: the next run's hold is the new file's."""
    with holder("lab down --purge"):
        shutil.rmtree(state)
        with holder("pytest tests"), python("-c", HOLDS.format("third")) as third:
            assert "until 'pytest tests' (pid" in line(third.stderr)


def test_a_run_of_tests_holds_the_lab_only_when_it_needs_it(tmp_path: Path) -> None:
    """Tests that are marked `lab` are waited with, and say so; others, and a collection, go on at once."""
    command = ["-m", "pytest", "-p", "no:randomly", "tests/lab/test_lab.py::test_reset_makes_a_host_anew"]
    with holder("pytest tests") as first:
        with python(*command, "--co", "-q") as only_collected:
            assert only_collected.wait() == 0
        with python("-m", "pytest", "-q", "tests/test_layout.py") as without:
            assert without.wait() == 0
        with python(*command) as second:
            assert f"until 'pytest tests' (pid {first.pid}" in line(second.stderr)


def test_workers_of_xdist_share_the_hold_of_their_run(tmp_path: Path, state: Path) -> None:
    """With `-n 2` both workers hold the lab for the run that the user started, and name it."""
    root = tmp_path / "copy"
    copy((*SUITE, "lab", "tests"), ROOT, root)
    for name in ("one", "two"):
        (root / f"tests/test_{name}.py").write_text(
            "import json, os, pathlib, pytest\n"
            "@pytest.mark.lab\n"
            "def test_held():\n"
            "    held = (pathlib.Path(os.environ['RUNBOOK_LAB_DIR']) / 'hold').read_text()\n"
            "    assert json.loads(held)['command'].startswith('pytest -n 2 ')\n"
            "    assert held == os.environ['RUNBOOK_LAB_RUN']\n"
        )
    command = [sys.executable, "-m", "pytest", "-n", "2", "tests/test_one.py", "tests/test_two.py"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
