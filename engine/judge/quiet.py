"""What is over: what a check of the past complains of is healthy again in the same run (docs/logs.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from engine.judge.finding import Finding

# What was logged some seconds before --since counts too: no two clocks agree.
MARGIN_S = 5


def quieted(findings: Sequence[Finding]) -> list[Finding]:
    """Returns the findings; those of the past that are over say since when, how to ask again, and offer no steps."""
    over = {f.nodeid: datetime.fromisoformat(f.ended) for f in findings if _is_over(f, findings)}
    if not over:
        return list(findings)
    # One command for all of them: nothing of what they complain of counts any more.
    again = max(over.values()) + timedelta(seconds=MARGIN_S + 1)
    return [_told(f, over[f.nodeid], again) if f.nodeid in over else f for f in findings]


def _told(finding: Finding, ended: datetime, again: datetime) -> Finding:
    quiet = f"quiet since {ended:%H:%M:%S}; ask again with --since={again:%H:%M:%S}"
    return replace(finding, quiet=quiet, guidance=replace(finding.guidance, remediation=()))


def _is_over(finding: Finding, findings: Sequence[Finding]) -> bool:
    """Whether all vital checks of the present passed, of its component and of what that rests on, one at least."""
    if finding.outcome != "failed" or not finding.ended:
        return False
    rests_on = (finding.component, *finding.depends_on)
    states = [
        each
        for each in findings
        if each.vital and not each.ended and each.system == finding.system and each.component in rests_on
    ]
    return bool(states) and all(each.outcome == "passed" for each in states)
