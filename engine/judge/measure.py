"""Measures: the numbers that a check compared with limits, kept for the finding even when the check passes.

A check calls `at_most(used, limit, "%")` instead of `used <= limit`; the result is the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

Direction = Literal["at most", "at least"]
# The most measures of one finding; a host may have thousands of processes.
MOST = 50


@dataclass(frozen=True)
class Measure:
    """A number in `unit` that must be `at most` or `at least` its limit; `name` is the measured thing, or ""."""

    name: str
    value: float
    unit: str
    limit: float
    direction: Direction

    @property
    def nearness(self) -> float:
        """The ratio to the limit: 1 at the limit, above 1 when it is exceeded, 0 when it is as far away as possible."""
        part, whole = (self.value, self.limit) if self.direction == "at most" else (self.limit, self.value)
        if whole:
            return part / whole
        return math.inf if part > 0 else 1.0


_KEPT: ContextVar[list[Measure] | None] = ContextVar("measures", default=None)


def at_most(value: float, limit: float, unit: str, name: str = "") -> bool:
    """Returns whether `value` is at most `limit`, both in `unit`, and keeps the measure for the running check."""
    _keep(Measure(name, value, unit, limit, "at most"))
    return value <= limit


def at_least(value: float, limit: float, unit: str, name: str = "") -> bool:
    """Returns whether `value` is at least `limit`, both in `unit`, and keeps the measure for the running check."""
    _keep(Measure(name, value, unit, limit, "at least"))
    return value >= limit


def _keep(measure: Measure) -> None:
    kept = _KEPT.get()
    # JSON has neither NaN nor infinity.
    if kept is not None and math.isfinite(measure.value) and math.isfinite(measure.limit):
        kept.append(measure)


@contextmanager
def measuring() -> Iterator[list[Measure]]:
    """Yields a list that receives the measures made inside the context."""
    kept: list[Measure] = []
    token = _KEPT.set(kept)
    try:
        yield kept
    finally:
        _KEPT.reset(token)


def nearest(measures: list[Measure]) -> tuple[Measure, ...]:
    """Returns the measures in their order, or the MOST that are nearest to their limits when there are more."""
    if len(measures) <= MOST:
        return tuple(measures)
    places = sorted(range(len(measures)), key=lambda place: -measures[place].nearness)[:MOST]
    return tuple(measures[place] for place in sorted(places))
