"""What several tests need: a copy of the suite that a test may spoil, and a way to run the gate as a user does."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parent.parent
SUITE = ("checks", "engine", "fixtures", "reports", "runbooks", "inventory", "conftest.py", "pytest.ini")


class BySystem(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """Gives the faults of one system to one worker: they share its hosts. Every other test goes with its file."""

    def _split_scope(self, nodeid: str) -> str:
        from tests.faults import system_of

        file, _, test = nodeid.partition("::")
        return system_of(test.partition("[")[2].rstrip("]")) if file.endswith("test_matrix.py") else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> BySystem:
    """With `-n`, systems are what is spread: xdist's own loadgroup does not group with this pytest (xdist #1386)."""
    return BySystem(config, log)


@dataclass(frozen=True)
class Result:
    """A finished run: its exit code, and everything that it printed."""

    code: int
    text: str

    @property
    def errors(self) -> list[str]:
        """The lines that say what is wrong, one a mistake."""
        return [line.removeprefix("ERROR: ") for line in self.text.splitlines() if line.startswith("ERROR: ")]

    @property
    def error(self) -> str:
        """The one line that says what is wrong."""
        errors = self.errors
        return errors[0] if len(errors) == 1 else f"{len(errors)} ERROR lines in:\n{self.text}"


def run_gate(root: Path, *arguments: str, timeout: float = 120) -> Result:
    """Runs `pytest ARGUMENTS` in a process of its own, as a user does."""
    command = [sys.executable, "-m", "pytest", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=timeout, check=False)
    return Result(done.returncode, done.stdout + done.stderr)


@dataclass(frozen=True)
class Project:
    """A copy of the suite."""

    root: Path

    def write(self, path: str, text: str) -> None:
        """Writes a file of the copy."""
        (self.root / path).write_text(text, encoding="utf-8")

    def replace(self, path: str, old: str, new: str) -> None:
        """Replaces `old`, which must be there, in a file of the copy."""
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text, f"{path} has no {old!r}"
        self.write(path, text.replace(old, new, 1))

    def line(self, path: str, text: str) -> int:
        """Returns the number of the first line that holds `text`."""
        lines = (self.root / path).read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, 1) if text in line)

    def gate(self, *arguments: str) -> Result:
        """Runs the gate in the copy."""
        return run_gate(self.root, *arguments)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A copy of the suite that the test may change."""
    for name in SUITE:
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "out", ".*_cache")
            shutil.copytree(source, tmp_path / name, ignore=ignored)
        else:
            shutil.copy(source, tmp_path / name)
    return Project(tmp_path)
