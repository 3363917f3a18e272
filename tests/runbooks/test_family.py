"""The family system's runbook says who is called by when, as its severities ask for."""

from __future__ import annotations

import pytest

from engine.run.run import all_systems
from engine.runbook.model import Section
from tests.conftest import ROOT

RUNBOOK = next(system.runbook for system in all_systems(ROOT) if system.id == "family-management")
# How long each severity leaves until somebody is at work; sooner is always right.
SOON = ("at once", "15 minutes", "before step")
IN_TIME = {"P1": SOON, "P2": (*SOON, "1 hour"), "P3": (*SOON, "1 hour", "4 hours", "24 hours")}


@pytest.mark.parametrize("section", RUNBOOK.sections, ids=lambda s: s.anchor)
def test_escalation_says_by_when(section: Section) -> None:
    """P1 within a quarter of an hour, P2 within one hour, P3 within four."""
    assert section.severity
    assert any(words in " ".join(section.escalation) for words in IN_TIME[section.severity])


@pytest.mark.parametrize("section", RUNBOOK.sections, ids=lambda s: s.anchor)
def test_a_section_says_with_what(section: Section) -> None:
    """Whoever is called gets evidence, not only a call: one list, which the escalation does not repeat."""
    assert section.evidence or section.checks
    assert not any(words in " ".join(section.escalation).lower() for words in (", with the ", "hand over"))


@pytest.mark.parametrize("section", RUNBOOK.sections, ids=lambda s: s.anchor)
def test_an_issue_is_one_of_the_matrix(section: Section) -> None:
    """An escalation that begins with an issue leads to its row, whose first or second is named by the section too."""
    issue = section.escalation[0].partition(":")[0] if ":" in section.escalation[0] else ""
    assert not issue or RUNBOOK.people(section), issue
    told = " ".join(section.escalation).lower()
    assert not issue or any(who.lower() in told for who in (*RUNBOOK.people(section)[:2], "devops team"))


def test_by_when_and_whom() -> None:
    """The head says how fast, the last chapter whom to call for what."""
    assert {name: asked.s for name, asked in RUNBOOK.response.items()} == {"P1": 15 * 60, "P2": 3600, "P3": 4 * 3600}
    assert list(RUNBOOK.matrix) == ["service outage", "security incident", "data loss", "performance"]


def test_a_step_that_asks_mongodb_can_be_pasted_alone() -> None:
    """What the report shows brings the functions that it calls, and the programs that these are given."""
    asking = [step for section in RUNBOOK.sections for step in section.resolution if "| mongo_" in step.command]
    assert len(asking) > 20
    for step in asking:
        pasted = RUNBOOK.pasteable(step.command)
        assert all(f"\n{name}() {{" in f"\n{pasted}" for name in ("mongo_run", "mongo_connect"))
