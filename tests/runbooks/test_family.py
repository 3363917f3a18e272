"""The family system's runbook says who is called by when, as its severities ask for."""

from __future__ import annotations

import pytest

from runbooks.model import Section
from runbooks.parser import parse
from tests.conftest import ROOT

RUNBOOK = parse(ROOT / "runbooks" / "family-management" / "runbook.md")
# How long each severity leaves until somebody is at work; sooner is always right.
SOON = ("at once", "15 minutes", "before step")
IN_TIME = {"P1": SOON, "P2": (*SOON, "1 hour"), "P3": (*SOON, "1 hour", "4 hours", "24 hours")}


@pytest.mark.parametrize("section", RUNBOOK.sections, ids=lambda s: s.anchor)
def test_escalation_says_by_when(section: Section) -> None:
    """P1 within a quarter of an hour, P2 within one hour, P3 within four."""
    assert section.severity
    assert any(words in " ".join(section.escalation) for words in IN_TIME[section.severity])


@pytest.mark.parametrize("section", RUNBOOK.sections, ids=lambda s: s.anchor)
def test_escalation_says_with_what(section: Section) -> None:
    """Whoever is called gets evidence, not only a call."""
    assert any(words in " ".join(section.escalation).lower() for words in ("with ", "hand over"))


def test_a_step_that_asks_mongodb_can_be_pasted_alone() -> None:
    """What the report shows brings the function that it calls."""
    asking = [step for section in RUNBOOK.sections for step in section.resolution if "mongo_" in step.command]
    assert len(asking) > 20
    for step in asking:
        assert RUNBOOK.pasteable(step.command).startswith(("mongo_member() {", "mongo_set() {"))
