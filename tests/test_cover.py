"""CI's choice of faults."""

from __future__ import annotations

import json

from tests.cover import MOST, SEEN, cover, covering

RED = {"a": ["x", "y"], "b": ["y"], "c": ["z"], "d": ["z", "y"]}


def test_each_check_is_red_in_one_of_the_chosen() -> None:
    """As few as are needed; what is proven anyway counts."""
    assert covering(RED, []) == {"a", "d"}
    assert covering(RED, ["d"]) == {"a"}
    assert covering({}, ["d"]) == set()
    assert covering(RED, [], most=1) == {"d"}


def test_a_fault_that_nobody_saw_is_looked_at() -> None:
    """Also when another one shows the same."""
    seen = json.loads(SEEN.read_text(encoding="utf-8"))
    chosen = cover([*seen, "made today"], [])
    assert "made today" in chosen
    assert len(chosen) == MOST + 1
    every = {check for fault in seen for check in seen[fault]["failed"]}
    shown = {check for fault in chosen - {"made today"} for check in seen[fault]["failed"]}
    assert len(shown) > len(every) * 0.7
