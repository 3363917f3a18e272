"""The explained run: what every output is made of."""

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
    """A file of checks that could not be collected: pytest's id of it, and what was said of it."""

    nodeid: str
    text: str


@dataclass(frozen=True)
class RunResult:
    """A run. `findings` went through `explain`, and those that stand for a cause have their guidance.

    `exit_code` is None as long as it is not over. It is `complete` when every selected check was run to its end;
    `problems` say in a line each what kept it from that, or an output from being written. What logs said before
    `since` did not count. `unnamed` are lines about checks that no runbook names, `unasked` the hosts of the
    environment that no selected check is about: nothing is known of them. `unread` are files of checks that could not
    be collected.
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


def with_problems(result: RunResult, *problems: str) -> RunResult:
    """Returns the result with more problems: a run of which something could not be made or told is never green."""
    new = [problem for problem in problems if problem not in result.problems]
    code = BROKEN if result.exit_code == 0 and new else result.exit_code
    return replace(result, problems=(*result.problems, *new), exit_code=code)
