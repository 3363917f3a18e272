"""Causes are a function of the set of findings: in whatever order they come, they are the same, in the same order."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.judge.causes import causes, explain
from engine.judge.finding import Finding
from tests.faults import expectations
from tests.judge import recorded
from tests.judge.findings import BENEATH, finding, guided

SHUFFLES = 100


def told(findings: Sequence[Finding]) -> list[tuple[object, ...]]:
    """Returns all that a report says of causes, in its order."""
    found = causes(explain(findings))
    return [
        (c.name, c.gravest.severity, *(tuple(f.nodeid for f in part) for part in (c.findings, c.alike, c.consequences)))
        for c in found
    ]


@pytest.mark.parametrize("fault", recorded.faults())
def test_shuffled_faults_have_the_same_causes(fault: str) -> None:
    """The findings of every recorded fault, shuffled 100 times."""
    findings = list(recorded.faults()[fault])
    expected = told(findings)
    for seed in range(SHUFFLES):
        random.Random(seed).shuffle(findings)  # noqa: S311 - nothing secret
        assert told(findings) == expected


EXPECTED = {each.fault: each.cause for each in expectations()}


@pytest.mark.parametrize("fault", [fault for fault in recorded.faults() if fault in EXPECTED])
def test_recorded_faults_have_their_cause_first(fault: str) -> None:
    """What the lab showed for each fault, worked out again by the marks as they are now."""
    first = causes(explain(recorded.faults()[fault]))[0]
    assert first.first.check == EXPECTED[fault]


CHECKS = [f"{component}.{name}" for component in BENEATH for name in ("a", "b", "c")]
FINDINGS = st.builds(
    finding,
    st.sampled_from(CHECKS),
    st.sampled_from(["passed", "failed", "blocked", "error", "waived", "warned"]),
    st.sampled_from(["one", "two"]),
    severity=st.sampled_from(["P1", "P2", "P3"]),
    symptom=st.booleans(),
    vital=st.booleans(),
    shared=st.booleans(),
    item=st.sampled_from(["", "x", "y"]),
    rank=st.integers(0, 2),
    missing=st.sampled_from([None, "facts", "other"]),
    owners=st.lists(st.sampled_from(CHECKS), max_size=2).map(tuple),
    of=st.lists(st.sampled_from([*CHECKS, *BENEATH]), max_size=2).map(tuple),
    brings=st.lists(st.sampled_from([*CHECKS, *BENEATH]), max_size=2).map(tuple),
    ended=st.sampled_from(["", "2026-11-24T14:05:27+00:00"]),
    guidance=st.sampled_from([guided(""), guided("One", "do"), guided("Two", "do")]),
)
SETS = st.lists(FINDINGS, max_size=14, unique_by=lambda f: f.nodeid)


@settings(max_examples=300, deadline=None)
@given(SETS, st.randoms(use_true_random=False))
def test_any_findings_have_the_same_causes_in_any_order(findings: list[Finding], order: random.Random) -> None:
    """Whatever marks, owners and outcomes there are: nothing goes round in a circle, nothing depends on the order."""
    shuffled = list(findings)
    order.shuffle(shuffled)
    assert told(shuffled) == told(findings)


@settings(max_examples=300, deadline=None)
@given(SETS)
def test_every_unhealthy_finding_is_on_a_card(findings: list[Finding]) -> None:
    """Nothing that fails the run is told nowhere."""
    explained = explain(findings)
    shown = {f.nodeid for c in causes(explained) for part in (c.findings, c.alike, c.consequences) for f in part}
    assert {f.nodeid for f in explained if f.outcome in ("failed", "blocked", "error")} <= shown
