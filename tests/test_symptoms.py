"""What both original runbooks promise to help with: two faults of the lab bring each symptom about, in two ways."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from engine.run.run import all_systems
from engine.runbook.model import Section
from tests.conftest import ROOT
from tests.content import CHECKOUT
from tests.faults import Expected, expectations, system_of

SYMPTOMS: dict[str, dict[str, Any]] = yaml.safe_load((CHECKOUT / "tests/symptoms.yml").read_text(encoding="utf-8"))
EXPECTED = {each.fault: each for each in expectations()}
RUNBOOKS = {system.id: system.runbook for system in all_systems(ROOT)}
EACH = [(system, symptom) for system, symptoms in SYMPTOMS.items() for symptom in symptoms]


def shown(fault: Expected) -> Section:
    """Returns the section that the report shows of a fault's cause."""
    runbook = RUNBOOKS[system_of(fault.fault)]
    return next(section for section in runbook.sections if section.title.endswith(fault.section))


@pytest.mark.parametrize(("system", "symptom"), EACH)
def test_a_symptom_is_brought_about_in_two_ways(system: str, symptom: str) -> None:
    """Both faults are found (tests/test_matrix.py), and the section that is shown then is about the symptom."""
    entry = SYMPTOMS[system][symptom]
    faults = [EXPECTED[name] for name in dict.fromkeys(entry["faults"])]
    assert len(faults) == 2
    for fault in faults:
        section = shown(fault)
        text = " ".join((section.title, *section.symptoms))
        assert any(word in text for word in entry["words"]), f"{fault.fault}: {text}"


def test_every_symptom_is_there() -> None:
    """The originals list 33 and 24."""
    assert [len(symptoms) for symptoms in SYMPTOMS.values()] == [33, 24]
