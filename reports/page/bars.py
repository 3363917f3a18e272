"""A measure against its limit, as words and as a bar."""

from __future__ import annotations

from markupsafe import Markup

from engine.judge.measure import Measure
from engine.text import size, span

# The width of the bar that stands for the limit; what is beyond it has the rest.
LIMIT = 80
WIDTH = 100


def measured(measure: Measure) -> str:
    """Returns a measure in words: `used memory 81 % (at most 90 %)`."""
    value, limit = amount(measure.value, measure.unit), amount(measure.limit, measure.unit)
    return " ".join(filter(None, (measure.name, value, f"({measure.direction} {limit})")))


def amount(value: float, unit: str) -> str:
    """Returns a number with its unit, in the unit that people read: bytes as MiB, many seconds as hours."""
    if unit == "bytes":
        return size(value)
    if unit == "s" and abs(value) >= 120:
        return span(value)
    number = f"{value:.0f}" if float(value).is_integer() or abs(value) >= 1000 else f"{value:.3g}"
    return f"{number} {unit}".rstrip()


def bar(measure: Measure) -> Markup:
    """Returns the measure as a bar, in SVG: the share of its limit, which is the line at four fifths."""
    share = max(0.0, measure.nearness)
    width = min(WIDTH, share * LIMIT)
    kind = "over" if share > 1 else "near" if share >= 0.8 else "far"
    return Markup(
        '<svg class="bar {}" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<path d="M0 0h{}v8H0z"/><path class="limit" d="M{} 0v8"/></svg>'
    ).format(kind, f"{share:.0%} of its limit" if share < 100 else "beyond its limit", round(width, 1), LIMIT)
