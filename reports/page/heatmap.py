"""The map of a run: hosts by components, each cell with its worst outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from engine.judge.finding import Finding
from engine.judge.order import natural

# The worst first, each with the sign that stands beside its colour.
SIGNS = {"failed": "✗", "error": "!", "blocked": "■", "not_run": "?", "warned": "△", "waived": "○", "passed": "✓"}


@dataclass(frozen=True)
class Cell:
    """The findings of a component on a host: their worst outcome, how many have it, and how many there are."""

    host: str
    component: str
    outcome: str
    bad: int
    total: int

    @property
    def sign(self) -> str:
        """The sign of the outcome."""
        return SIGNS.get(self.outcome, "!")

    @property
    def words(self) -> str:
        """What a screen reader says: `redis on santas-1: 3 of 41 failed`."""
        told = f"{self.bad} of {self.total} {self.outcome}" if self.bad else f"all {self.total} passed"
        return f"{self.component} on {self.host}: {told.replace('_', ' ')}"


@dataclass(frozen=True)
class Heatmap:
    """The rows of the map by host, each with a cell or None for each component."""

    components: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell | None, ...]], ...]


def heatmap(findings: Iterable[Finding]) -> Heatmap:
    """Returns the map, hosts and components in their natural order."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for finding in findings:
        counts.setdefault((finding.host, finding.component), Counter())[finding.outcome] += 1
    hosts = sorted({host for host, _ in counts}, key=natural)
    components = tuple(sorted({component for _, component in counts}))
    return Heatmap(
        components,
        tuple((host, tuple(_cell(host, name, counts.get((host, name))) for name in components)) for host in hosts),
    )


def _cell(host: str, component: str, counts: Counter[str] | None) -> Cell | None:
    if not counts:
        return None
    ranks = [*SIGNS]
    outcome = min(counts, key=lambda name: ranks.index(name) if name in ranks else 0)
    return Cell(host, component, outcome, 0 if outcome == "passed" else counts[outcome], counts.total())
