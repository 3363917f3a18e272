"""The record of a run: its findings as they come, what went wrong with it, and what all of that means."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.judge.causes import causes, explain
from engine.judge.finding import Absence, Finding, Outcome
from reports.outputs import BROKEN, reason
from reports.store import LINES, Lines
from reports.summary import RunResult, count

# The codes of a run that was not cut short.
ENDED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
NOT_RUN = "not run: the run ended before it"
DIED = "the process that ran it died, so nothing is known"
# A file that could not be read, by its id, and what was said of it.
CollectError = tuple[str, str]


@dataclass(frozen=True)
class RunInfo:
    """What a run's reports are called, where they go, and what its systems declare not to have.

    `root` is the suite's folder, `output` that of the environment's runs. `hand_over` takes a folder and the explained
    findings, and returns them with the evidence files of the causes. `without_result` makes the finding of a check
    that has none, `redact` takes secrets out. `unnamed` are lines about checks that no runbook names. What logs said
    before `since` is history in this run.
    """

    environment: str
    root: Path
    output: Path
    without_result: Callable[[pytest.Item, Outcome, str], Finding | None]
    redact: Callable[[str], str]
    absences: tuple[Absence, ...] = ()
    hand_over: Callable[[Path, Sequence[Finding]], list[Finding]] | None = None
    since: datetime | None = None
    unnamed: tuple[str, ...] = ()


class Record:
    """All findings of a run by nodeid, each once, and its `problems` in a line each."""

    def __init__(self, info: RunInfo) -> None:
        self.started = datetime.now(UTC)
        self.errors: list[CollectError] = []
        self.problems: list[str] = []
        self._info = info
        self._clock = time.perf_counter()
        self._found: dict[str, Finding] = {}
        self._died: set[str] = set()
        self._lines: Lines | None = None

    @property
    def findings(self) -> list[Finding]:
        """Those that came, in their order."""
        return list(self._found.values())

    def keep_in(self, folder: Path) -> None:
        """Has every finding written there as it comes. Raises OSError."""
        self._lines = Lines(folder)

    def close(self) -> None:
        """Says that no more findings come."""
        if self._lines:
            self._lines.close()

    def add(self, finding: Finding) -> None:
        """Keeps the finding, in memory and on disk; a check that was made twice has one, its last."""
        self._found[finding.nodeid] = finding
        try:
            if self._lines:
                self._lines.add(finding)
        except (OSError, ValueError) as error:
            self._lines = None
            self.lost(f"{LINES} could not be written", error)

    def died(self, nodeid: str) -> None:
        """Remembers that the process which ran this check died."""
        self._died.add(nodeid)

    def lost(self, what: str, error: BaseException) -> None:
        """Adds a problem, once, with the error that brought it about."""
        problem = f"{what}: {self._info.redact(reason(error))}"
        if problem not in self.problems:
            self.problems.append(problem)

    def add_missing(self, selected: Iterable[pytest.Item]) -> None:
        """Gives each selected check that has no finding one that says so."""
        for item in selected:
            if item.nodeid not in self._found:
                died = item.nodeid in self._died
                made = self._info.without_result(item, "error" if died else "not_run", DIED if died else NOT_RUN)
                if made:
                    self.add(made)

    def ended(self, code: int, why: str) -> int:
        """Adds what kept the run from its end; returns its exit code: what is not complete is not 0."""
        if self.errors:
            self.problems.append(f"{count(len(self.errors), 'error')} while checks were collected")
        elif code == pytest.ExitCode.INTERRUPTED:
            self.problems.append(f"interrupted{why and f': {why}'}")
        return code or (0 if self._complete(code) else int(pytest.ExitCode.TESTS_FAILED))

    def result(self, code: int | None) -> RunResult:
        """Returns the run as it stands, its causes worked out; `code` is None while it goes on."""
        findings: Sequence[Finding] = self.findings
        try:
            findings = explain(findings)
            found = causes(findings)
        # Without its causes a finding still says what is wrong.
        except Exception as error:
            self.lost("the causes could not be worked out", error)
            found = []
        return RunResult(
            environment=self._info.environment,
            started=self.started,
            duration_s=time.perf_counter() - self._clock,
            exit_code=(code or BROKEN) if code is not None and self.problems else code,
            findings=findings,
            causes=found,
            absences=self._info.absences,
            since=self._info.since,
            complete=self._complete(code),
            problems=tuple(self.problems),
            unnamed=self._info.unnamed,
        )

    def _complete(self, code: int | None) -> bool:
        unrun = any(finding.outcome == "not_run" for finding in self._found.values())
        return code in ENDED and not unrun and not self.errors
