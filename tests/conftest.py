"""What several tests need: a copy of the suite that a test may spoil, and a way to run the gate as a user does."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from lab import hold
from lab.specs import NETWORK
from tests import content
from tests.content import CHECKOUT, SUITE, copy, strangers

ROOT = content.ROOT

# First on the PATH of every gate that a test runs: an ssh that reaches this machine and the lab, and nobody else.
GUARD = CHECKOUT / "tests" / "guard"
# The lab's network, for the guard; empty where it may not be reached.
GUARD_LAB = "RUNBOOK_GUARD_LAB"


# Those of the page in a browser have an environment of their own (`tox run -e browser`).
collect_ignore = [] if find_spec("playwright") else ["browser"]


class BySystem(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """Gives what breaks or pastes on one system's hosts to one worker. Every other test goes with its file."""

    def _split_scope(self, nodeid: str) -> str:
        from tests.faults import system_of

        file, _, test = nodeid.partition("::")
        name = test.partition("[")[2].rstrip("]")
        if file.endswith("test_pasted.py"):
            return name.partition("/")[0]
        return system_of(name) if file.endswith("test_matrix.py") else file


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


def reports(root: Path, environment: str) -> Path:
    """Returns the folder with the reports of the last whole run on an environment."""
    return root / "reports" / "out" / environment / "latest"


def guarded() -> dict[str, str]:
    """Returns the environment in which a gate reaches nobody's hosts, whatever its inventory names."""
    lab = os.environ.get(GUARD_LAB, NETWORK)
    return {**os.environ, "PATH": f"{GUARD}:{os.environ['PATH']}", GUARD_LAB: lab}


@pytest.fixture(autouse=True)
def _lab_where_marked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that is not marked `lab` does not reach it: it would wait for a lab that is not there."""
    if not request.node.get_closest_marker("lab"):
        monkeypatch.setenv(GUARD_LAB, "")


def pytest_addoption(parser: pytest.Parser) -> None:
    """An option of the matrix."""
    parser.addoption("--spread", action="store_true", help="ask after each fault once more under -n 2: the same causes")


def pytest_configure(config: pytest.Config) -> None:
    """Names this run to those who wait for the lab, and to its workers, which share its hold."""
    if not hasattr(config, "workerinput"):
        hold.run_of(" ".join(["pytest", *map(str, config.invocation_params.args)])[:100])


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Holds the lab until this process ends when a test needs it: two runs would break each other's hosts."""
    config = session.config
    if config.option.collectonly or not any(item.get_closest_marker("lab") for item in session.items):
        return
    holding = ExitStack()
    config.add_cleanup(holding.close)
    capture = config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled() if capture else nullcontext():
        holding.enter_context(hold.held("pytest"))


def pytest_report_header() -> str:
    """Says what of the checkout the tests leave out."""
    found = [str(path.relative_to(CHECKOUT)) for path in strangers()]
    return f"not the project's own, so no test looks at it: {', '.join(found)}" if found else ""


def run_gate(root: Path, *arguments: str, timeout: float = 120) -> Result:
    """Runs `pytest ARGUMENTS` in a process of its own, as a user does."""
    command = [sys.executable, "-m", "pytest", *arguments]
    done = subprocess.run(
        command, cwd=root, env=guarded(), capture_output=True, text=True, timeout=timeout, check=False
    )
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
    copy(SUITE, ROOT, tmp_path)
    return Project(tmp_path)
