"""The faults that show the most checks red: what CI has time for. The night and a release have all of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

# So many take half an hour, or a little more on a slow machine.
MOST = 134
SEEN = Path(__file__).with_name("expected") / "seen.json"


def covering(red: Mapping[str, Iterable[str]], proven: Iterable[str], most: int = MOST) -> set[str]:
    """Returns faults whose red checks are together those of all faults, or the `most` that show as many as they can.

    `red` are the checks by fault, `proven` are faults that are looked at anyway. Greedy: the fault with the most checks
    that are not covered yet.
    """
    left = {check for checks in red.values() for check in checks}
    left -= {check for fault in proven for check in red.get(fault, ())}
    chosen: set[str] = set()
    while left and len(chosen) < most:
        best = max((len(left.intersection(checks)), fault) for fault, checks in red.items())[1]
        chosen.add(best)
        left.difference_update(red[best])
    return chosen


def cover(faults: Iterable[str], proven: Iterable[str]) -> set[str]:
    """Returns the covering faults among `faults`, and those that no run of the matrix has seen."""
    seen = json.loads(SEEN.read_text(encoding="utf-8"))
    red = {fault: seen[fault]["failed"] for fault in faults if fault in seen}
    return covering(red, proven) | (set(faults) - set(red))
