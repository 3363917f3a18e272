"""Limits in words, for the prose of a runbook: `{{ limits.backup_age_s | duration }}` is "26 hours"."""

from __future__ import annotations

LENGTHS = (("day", 86400), ("hour", 3600), ("minute", 60))
SIZES = (("GiB", 1024**3), ("MiB", 1024**2), ("KiB", 1024))


def percent(share: float) -> str:
    """Returns a share of 0 to 1 in percent: `80 %`."""
    return f"{share * 100:.4g} %"


def duration(seconds: float) -> str:
    """Returns a time in its largest unit of which it has at least two, or one, and no fraction: `26 hours`."""
    for word, length in LENGTHS:
        if seconds >= length and seconds % length == 0 and (seconds >= 2 * length or word == "hour"):
            return _counted(seconds // length, word)
    return _counted(seconds, "second")


def size(amount: float) -> str:
    """Returns a number of bytes in its largest unit of which it has no fraction: `512 MiB`."""
    for word, length in SIZES:
        if amount >= length and amount % length == 0:
            return f"{amount / length:g} {word}"
    return f"{amount:g} bytes"


# By the first word of a limit's unit.
FILTERS = {"of": percent, "s": duration, "bytes": size}


def filter_of(unit: str) -> str:
    """Returns the name of the filter for a limit's unit; "" for one that is shown as it is."""
    first = unit.partition(" ")[0]
    return FILTERS[first].__name__ if first in FILTERS else ""


def _counted(amount: float, word: str) -> str:
    return f"{amount:g} {word}{'' if amount == 1 else 's'}"
