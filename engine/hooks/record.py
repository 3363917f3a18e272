"""The record of a run: its findings, its problems, and the result that follows from them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

import pytest

from engine.gather.facts import Facts
from engine.hooks.findings import without_result
from engine.hooks.outputs import reason
from engine.judge.causes import Cause
from engine.judge.explained import explained
from engine.judge.finding import Finding
from engine.judge.guidance import absences
from engine.judge.result import BROKEN, SLOW_SHOWN, RunResult, SlowFact, Unread
from engine.run.run import Run
from engine.run.unnamed import unnamed_checks, unnamed_line
from engine.text import counted

# The exit codes of a run that was not cut short.
ENDED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
NOT_RUN = "not run: the run ended before it"
# From how many seconds on a fact is listed as slow.
SLOW_S = 0.1
DIED = "the process that ran it died, so nothing is known"


class Record:
    """The findings of a run by nodeid, each once, and its `problems`, one line each."""

    def __init__(self, run: Run) -> None:
        self.started = datetime.now(UTC)
        self.unread: list[Unread] = []
        self.problems: list[str] = []
        self._run = run
        self._unnamed = tuple(unnamed_line(check) for check in unnamed_checks(run.root, run.checks))
        self._clock = time.perf_counter()
        self._found: dict[str, Finding] = {}
        self._died: set[str] = set()

    @property
    def findings(self) -> list[Finding]:
        """The findings so far, in their order of arrival."""
        return list(self._found.values())

    def add(self, finding: Finding) -> None:
        """Keeps a finding; a second finding of the same check replaces the first."""
        self._found[finding.nodeid] = finding

    def died(self, nodeid: str) -> None:
        """Notes that the process that ran this check died."""
        self._died.add(nodeid)

    def lost(self, what: str, error: BaseException) -> None:
        """Adds a problem with its error, unless it is already noted."""
        problem = f"{what}: {self._run.secrets.redact(reason(error))}"
        if problem not in self.problems:
            self.problems.append(problem)

    def missing(self, selected: Iterable[pytest.Item]) -> Iterator[Finding]:
        """Yields a finding for each selected check that has none: not run, or an error when its process died."""
        for item in selected:
            if item.nodeid not in self._found:
                died = item.nodeid in self._died
                if made := without_result(item, "error" if died else "not_run", DIED if died else NOT_RUN):
                    yield made

    def ended(self, code: int, why: str) -> int:
        """Adds the problem that cut the run short; returns the exit code, which is never 0 for an incomplete run."""
        if self.unread:
            self.problems.append(f"{counted(len(self.unread), 'error')} while checks were collected")
        elif code == pytest.ExitCode.INTERRUPTED:
            self.problems.append(f"interrupted{why and f': {why}'}")
        return code or (0 if self._complete(code) else int(pytest.ExitCode.TESTS_FAILED))

    def result(self, code: int | None) -> RunResult:
        """Returns the result of the run so far, with its causes; `code` is None while the run is going on."""
        findings: Sequence[Finding] = self.findings
        causes: Sequence[Cause] = []
        try:
            findings, causes = explained(self._run, findings)
        # Findings are useful even without causes.
        except Exception as error:
            self.lost("the causes could not be worked out", error)
        hosts = dict.fromkeys(target.host.name for target in self._run.targets)
        return RunResult(
            environment=self._run.inventory.environment,
            started=self.started,
            duration_s=time.perf_counter() - self._clock,
            exit_code=(code or BROKEN) if code is not None and self.problems else code,
            findings=findings,
            causes=causes,
            absences=absences(self._run.systems),
            since=self._run.since,
            complete=self._complete(code),
            problems=tuple(self.problems),
            unnamed=self._unnamed,
            unasked=tuple(host for host in hosts if host not in {finding.host for finding in findings}),
            unread=tuple(self.unread),
            runbooks_url=self._run.inventory.runbooks_url,
            took=sorted(((host, round(s, 3)) for host, s in self._run.took.items()), key=lambda one: -one[1]),
            slow=self._slow(),
        )

    def _slow(self) -> Sequence[SlowFact]:
        """Returns the facts that took longest; a failed command or query is among them only when it answered."""
        slow = [
            SlowFact(target.host.name, name, round(seconds, 2))
            for target in self._run.targets
            for name, seconds in self._run.facts.get(target.id, Facts()).seconds.items()
            if seconds >= SLOW_S
        ]
        return sorted(slow, key=lambda fact: -fact.seconds)[:SLOW_SHOWN]

    def _complete(self, code: int | None) -> bool:
        unrun = any(finding.outcome == "not_run" for finding in self._found.values())
        return code in ENDED and not unrun and not self.unread
