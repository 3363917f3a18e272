"""The explained run, from which every output is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.judge.causes import Cause
from engine.judge.finding import Absence, Finding

# An error inside the suite [docs/outcomes.md].
BROKEN = 3


@dataclass(frozen=True)
class Unread:
    """A file of checks that could not be collected: its pytest id, and the error."""

    nodeid: str
    text: str


# The most slow facts of a run.
SLOW_SHOWN = 20


@dataclass(frozen=True)
class SlowFact:
    """A fact that took long: its host and name, and how many seconds its command or query took."""

    host: str
    name: str
    seconds: float


@dataclass(frozen=True)
class RunResult:
    """A run whose `findings` have their causes and, for root causes, their guidance.

    `exit_code` is None while the run is going on. `complete` is True when every selected check ran to its end.
    `problems` are lines about an incomplete run or a lost output. Log lines before `since` did not count. `unnamed` are
    lines about checks that no runbook names; `unasked` are the hosts of the environment without a finding; `unread` are
    the files of checks that could not be collected. `runbooks_url` is the address of the runbooks' repository, or "".
    `took` are the hosts that were asked, with the seconds that each took, the slowest first. `slow` are the facts that
    took longest, the slowest first.
    """

    environment: str
    started: datetime
    duration_s: float
    exit_code: int | None
    findings: Sequence[Finding]
    causes: Sequence[Cause]
    absences: Sequence[Absence] = ()
    since: datetime | None = None
    complete: bool = False
    problems: Sequence[str] = ()
    unnamed: Sequence[str] = ()
    unasked: Sequence[str] = ()
    unread: Sequence[Unread] = ()
    runbooks_url: str = ""
    took: Sequence[tuple[str, float]] = ()
    slow: Sequence[SlowFact] = ()


def with_problems(result: RunResult, *problems: str) -> RunResult:
    """Returns the result with more problems. A new problem turns the exit code 0 into 3."""
    new = [problem for problem in problems if problem not in result.problems]
    code = BROKEN if result.exit_code == 0 and new else result.exit_code
    return replace(result, problems=(*result.problems, *new), exit_code=code)
