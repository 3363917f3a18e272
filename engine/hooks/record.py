"""The record of a run: its findings as they come, what went wrong with it, and what all of that means."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

import pytest

from engine.hooks.findings import without_result
from engine.hooks.outputs import reason
from engine.judge.causes import Cause
from engine.judge.explained import explained
from engine.judge.finding import Finding
from engine.judge.guidance import absences
from engine.judge.result import BROKEN, RunResult, Unread
from engine.run.run import Run
from engine.run.unnamed import unnamed_checks, unnamed_line
from engine.text import counted

# The codes of a run that was not cut short.
ENDED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
NOT_RUN = "not run: the run ended before it"
DIED = "the process that ran it died, so nothing is known"


class Record:
    """All findings of a run by nodeid, each once, and its `problems` in a line each."""

    def __init__(self, run: Run) -> None:
        self.started = datetime.now(UTC)
        self.unread: list[Unread] = []
        self.problems: list[str] = []
        self._run = run
        self._unnamed = tuple(unnamed_line(check) for check in unnamed_checks(run.root))
        self._clock = time.perf_counter()
        self._found: dict[str, Finding] = {}
        self._died: set[str] = set()

    @property
    def findings(self) -> list[Finding]:
        """Those that came, in their order."""
        return list(self._found.values())

    def add(self, finding: Finding) -> None:
        """Keeps the finding; a check that was made twice has one, its last."""
        self._found[finding.nodeid] = finding

    def died(self, nodeid: str) -> None:
        """Remembers that the process which ran this check died."""
        self._died.add(nodeid)

    def lost(self, what: str, error: BaseException) -> None:
        """Adds a problem, once, with the error that brought it about."""
        problem = f"{what}: {self._run.secrets.redact(reason(error))}"
        if problem not in self.problems:
            self.problems.append(problem)

    def missing(self, selected: Iterable[pytest.Item]) -> Iterator[Finding]:
        """Yields, for each selected check that has no finding, one that says so."""
        for item in selected:
            if item.nodeid not in self._found:
                died = item.nodeid in self._died
                if made := without_result(item, "error" if died else "not_run", DIED if died else NOT_RUN):
                    yield made

    def ended(self, code: int, why: str) -> int:
        """Adds what kept the run from its end; returns its exit code: what is not complete is not 0."""
        if self.unread:
            self.problems.append(f"{counted(len(self.unread), 'error')} while checks were collected")
        elif code == pytest.ExitCode.INTERRUPTED:
            self.problems.append(f"interrupted{why and f': {why}'}")
        return code or (0 if self._complete(code) else int(pytest.ExitCode.TESTS_FAILED))

    def result(self, code: int | None) -> RunResult:
        """Returns the run as it stands, its causes worked out; `code` is None while it goes on."""
        findings: Sequence[Finding] = self.findings
        found: Sequence[Cause] = []
        try:
            findings, found = explained(self._run, findings)
        # Without its causes a finding still says what is wrong.
        except Exception as error:
            self.lost("the causes could not be worked out", error)
        hosts = dict.fromkeys(target.host.name for target in self._run.targets)
        return RunResult(
            environment=self._run.inventory.environment,
            started=self.started,
            duration_s=time.perf_counter() - self._clock,
            exit_code=(code or BROKEN) if code is not None and self.problems else code,
            findings=findings,
            causes=found,
            absences=absences(self._run.targets),
            since=self._run.since,
            complete=self._complete(code),
            problems=tuple(self.problems),
            unnamed=self._unnamed,
            unasked=tuple(host for host in hosts if host not in {finding.host for finding in findings}),
            unread=tuple(self.unread),
        )

    def _complete(self, code: int | None) -> bool:
        unrun = any(finding.outcome == "not_run" for finding in self._found.values())
        return code in ENDED and not unrun and not self.unread
