"""Past failures that are over: the vital checks beneath them passed in the same run (docs/logs.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from engine.judge.finding import Finding

# Seconds: a line logged this long before --since still counts, because clocks differ.
MARGIN_S = 5


def quieted(findings: Sequence[Finding]) -> list[Finding]:
    """Returns the findings; a past failure that is over has `quiet` set, with its time and --since, and no steps."""
    over = {f.nodeid: datetime.fromisoformat(f.ended) for f in findings if _is_over(f, findings)}
    if not over:
        return list(findings)
    # One --since for all of them: after it none of their events counts.
    again = max(over.values()) + timedelta(seconds=MARGIN_S + 1)
    return [_settled(f, over[f.nodeid], again) if f.nodeid in over else f for f in findings]


def _settled(finding: Finding, ended: datetime, again: datetime) -> Finding:
    quiet = f"quiet since {ended:%H:%M:%S}; ask again with --since={again:%H:%M:%S}"
    return replace(finding, quiet=quiet, guidance=replace(finding.guidance, remediation=()))


def _is_over(finding: Finding, findings: Sequence[Finding]) -> bool:
    """Whether every present vital check of the component and of those beneath it passed, and there is at least one."""
    if finding.outcome != "failed" or not finding.ended:
        return False
    rests_on = (finding.component, *finding.depends_on)
    states = [
        other
        for other in findings
        if other.vital and not other.ended and other.system == finding.system and other.component in rests_on
    ]
    return bool(states) and all(state.outcome == "passed" for state in states)
