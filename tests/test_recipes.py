"""docs/recipes.md: what it shows is read, is not refused, and finds real faults of a service that no check knows."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from engine.run.declared import answers, declared, wrong_expectations
from engine.runbook.parser import parse
from tests.conftest import ROOT, reports, run_gate
from tests.lab_gate import inventory, lab

PAGE = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
PARTS = {part.partition("\n")[0]: part.partition("````markdown\n")[2] for part in PAGE.split("\n## ")[1:]}
SAMPLES = {title: text.partition("````")[0] for title, text in PARTS.items() if text}
# What each of these faults of the lab turns red, in the words of the page.
FAULTS = {
    "haproxy-stopped": {"unit_running", "port_open", "page_answers", "page_says", "processes", "memory"},
    "haproxy-disabled": {"unit_enabled"},
    "haproxy-reload-refused": {"config_valid"},
}


@pytest.mark.parametrize("title", SAMPLES)
def test_a_recipe_is_read(title: str) -> None:
    """Each sample is a runbook whose commands only look."""
    runbook = parse(Path("r.md"), f"# The queue\n\n## {title}\n\n{SAMPLES[title]}")
    assert not list(wrong_expectations(runbook, {}, (), ROOT, {}))
    checks = declared(runbook, "queue", ROOT)
    assert len(checks) >= 2
    assert {name for check in checks.values() for name in check.facts} == set(answers(runbook, "queue", {}))


def test_all_of_the_page() -> None:
    """No sample is passed over."""
    assert len(SAMPLES) == PAGE.count("````markdown") == 4


@pytest.fixture
def queue(tmp_path: Path) -> Path:
    """A content folder of nothing but the page's first sample, for the lab's balancer."""
    system = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert system
    for name, text in {
        "runbooks/queue/system.yml": system[1],
        "runbooks/queue/runbook.md": f"# The queue\n\n## Things\n\n{SAMPLES['Things']}",
        "inventory/here.yml": yaml.safe_dump(
            {
                **inventory(),
                "hosts": {"queue-1": {**inventory()["hosts"]["balancer-1"], "systems": {"queue": []}}},
                "public": {},
            }
        ),
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def red(folder: Path) -> set[str]:
    """The names of what a gate finds wrong of the sample."""
    run_gate(ROOT, f"--content={folder}", "--hosts=here", "-k", "runbook.")
    found = json.loads((reports(folder, "here") / "findings.json").read_text(encoding="utf-8"))["findings"]
    assert found
    return {each["check"].removeprefix("runbook.") for each in found if each["outcome"] != "passed"}


@pytest.mark.lab
def test_things_of_a_real_host(queue: Path) -> None:
    """All is green on a healthy host, a fault turns what it breaks red, and it is green again after the repair."""
    assert red(queue) == set()
    for fault, expected in FAULTS.items():
        lab("break", fault)
        try:
            assert red(queue) == expected, fault
        finally:
            lab("repair", fault)
        assert red(queue) == set(), fault
