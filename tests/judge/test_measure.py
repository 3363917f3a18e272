"""Measures: the comparison that a check makes, kept with its number, its unit and its limit."""

from __future__ import annotations

import ast
import re

import pytest

from engine.judge.measure import Measure, at_least, at_most, measuring
from tests.conftest import ROOT


def test_the_answer_is_the_comparison() -> None:
    """Also where nobody keeps it."""
    assert at_most(1, 1, "s")
    assert not at_most(1.1, 1, "s")
    assert at_least(1, 1, "s")
    assert not at_least(0.9, 1, "s")


def test_what_is_compared_is_kept() -> None:
    """In its order, of this check alone; what is no number is compared, and not kept."""
    with measuring() as outer:
        at_most(1, 2, "s", "a")
        with measuring() as inner:
            assert not at_least(float("nan"), 2, "s")
            at_least(1, 2, "s", "b")
    assert outer == [Measure("a", 1, "s", 2, "at most")]
    assert inner == [Measure("b", 1, "s", 2, "at least")]


@pytest.mark.parametrize(
    ("value", "limit", "direction", "nearness"),
    [(50, 100, "at most", 0.5), (5, 0, "at most", float("inf")), (0, 0, "at most", 1), (20, 10, "at least", 0.5)],
)
def test_how_near_it_is(value: float, limit: float, direction: str, nearness: float) -> None:
    """1 at the limit, more beyond it."""
    assert Measure("", value, "s", limit, direction).nearness == nearness  # type: ignore[arg-type]


def test_many_checks_measure() -> None:
    """At least sixty checks that compare a number with a limit report it; none compares with a limit otherwise."""
    measuring_checks, bare = set(), []
    for path in sorted((ROOT / "checks").glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                text = ast.unparse(node)
                if (
                    "at_most(" in text
                    or "at_least(" in text
                    or re.search(r"expect\.quiet|_(over|within|quiet|few|served|less|repeated)\(", text)
                ):
                    measuring_checks.add(f"{path.stem}.{node.name}")
                elif "limits." in text:
                    bare.append(f"{path.stem}.{node.name}")
    assert len(measuring_checks) >= 60
    # Their limits say from when on an index or a database is judged at all, and what a missing name explains.
    assert bare == [
        "test_network.test_names_resolve",
        "test_postgres.test_unused_indexes",
        "test_redis_keys.test_keyspaces_filled",
    ]
