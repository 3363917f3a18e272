"""What passed, in a line for each system: its chapters of the runbook, with how many checks of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from engine.judge.finding import Finding


def passed(findings: Sequence[Finding]) -> Iterator[str]:
    """Yields `shop passed: Redis 41, PostgreSQL 59 of 60` for each system, in the order of the findings."""
    systems: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for finding in findings:
        chapter = finding.guidance.section.partition(" / ")[0] or finding.component
        systems[finding.system][chapter][finding.outcome] += 1
    for system, chapters in systems.items():
        yield f"{system} passed: {', '.join(f'{name} {_count(counts)}' for name, counts in chapters.items())}"


def _count(outcomes: Counter[str]) -> str:
    good = outcomes["passed"]
    return f"{good}" if good == outcomes.total() else f"{good} of {outcomes.total()}"
