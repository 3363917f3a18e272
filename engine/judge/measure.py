"""Measures: what a check compared with a limit, also where it passed: how near is it?

A check asks `at_most(used, limit, "%")` where it would write `used <= limit`: the answer is the same, and the
comparison is kept for the finding.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

Direction = Literal["at most", "at least"]
# Measures of one finding: of a host with thousands of processes, those that are nearest to their limit.
MOST = 50


@dataclass(frozen=True)
class Measure:
    """A number in `unit` that must be `at most` or `at least` its limit; `name` says of which of several things."""

    name: str
    value: float
    unit: str
    limit: float
    direction: Direction

    @property
    def nearness(self) -> float:
        """How near it is to its limit: 1 at it, more beyond it, 0 for as far away as can be."""
        part, whole = (self.value, self.limit) if self.direction == "at most" else (self.limit, self.value)
        if whole:
            return part / whole
        return math.inf if part > 0 else 1.0


_KEPT: ContextVar[list[Measure] | None] = ContextVar("measures", default=None)


def at_most(value: float, limit: float, unit: str, name: str = "") -> bool:
    """Whether `value` is not above `limit`, both in `unit`; kept as a measure of the check that asks."""
    _keep(Measure(name, value, unit, limit, "at most"))
    return value <= limit


def at_least(value: float, limit: float, unit: str, name: str = "") -> bool:
    """Whether `value` is not below `limit`, both in `unit`; kept as a measure of the check that asks."""
    _keep(Measure(name, value, unit, limit, "at least"))
    return value >= limit


def _keep(measure: Measure) -> None:
    kept = _KEPT.get()
    # JSON has no word for what is no number, or without end.
    if kept is not None and math.isfinite(measure.value) and math.isfinite(measure.limit):
        kept.append(measure)


@contextmanager
def measuring() -> Iterator[list[Measure]]:
    """Keeps what is compared meanwhile, in the list that it gives."""
    kept: list[Measure] = []
    token = _KEPT.set(kept)
    try:
        yield kept
    finally:
        _KEPT.reset(token)


def nearest(measures: list[Measure]) -> tuple[Measure, ...]:
    """Returns the measures in their order, of very many those that are nearest to their limits."""
    if len(measures) <= MOST:
        return tuple(measures)
    places = sorted(range(len(measures)), key=lambda place: -measures[place].nearness)[:MOST]
    return tuple(measures[place] for place in sorted(places))
