"""A mistake of the suite's own: every output tells it as that, with its place, and never as the host's."""

from __future__ import annotations

import pytest

from tests.conftest import Project
from tests.reports.conftest import CHECKS, check, document, html

BODIES = {
    "import": ("import absent_module", "ModuleNotFoundError"),
    "assertion elsewhere": ("from engine.text import size; size('x')", "TypeError"),
    "exit": ("raise SystemExit(0)", "SystemExit"),
    "text": ("raise type('E', (Exception,), {'__str__': lambda self: 1 / 0})()", "its text cannot be had"),
}


@pytest.mark.parametrize(("body", "kind"), BODIES.values(), ids=BODIES)
def test_every_output_says_whose_mistake_it_is(suite: Project, body: str, kind: str) -> None:
    """The place, no step that changes a host, nobody to call, and exit code 1."""
    check(suite, body)
    run = suite.gate("--hosts=try", "--junitxml=junit.xml")
    assert run.code == 1
    found = document(suite)["findings"][1]
    assert (found["outcome"], found["remediation"], found["cause"]) == ("error", [], None)
    assert kind in found["message"]
    place = found["where"]
    assert place.startswith((CHECKS, "engine/text.py"))
    assert f"1. error in {place} on here  [the suite's own]" in run.text
    assert "NOT READY: 1 cause, 0 failed, 1 error, 1 passed on 1 host" in run.text
    for text in (run.text, html(suite), (suite.root / "junit.xml").read_text(encoding="utf-8")):
        assert place in text
        assert "rm -rf" not in text
    assert "Traceback" not in run.text
    assert f"error in {place}, a mistake of the suite" in (suite.root / "junit.xml").read_text(encoding="utf-8")


def test_the_traceback_is_there_when_it_is_asked_for(suite: Project) -> None:
    """With --tb."""
    check(suite, "import absent_module")
    run = suite.gate("--hosts=try", "--tb=short")
    assert "Traceback (most recent call last)" in run.text


def test_a_mistake_in_set_up_costs_its_check(suite: Project) -> None:
    """A fixture of ours that breaks is no reason to stop, nor to blame the host."""
    check(suite, "assert identity")
    suite.replace("fixtures/common.py", "    return target.limits", "    return 1 / 0")
    suite.replace(CHECKS, "def test_tried(identity):", "def test_tried(identity, limits):")
    run = suite.gate("--hosts=try")
    found = document(suite)["findings"]
    assert [f["outcome"] for f in found] == ["passed", "error"]
    assert found[1]["where"].startswith("fixtures/common.py:")
    assert "READY: 1 cause" in run.text


def test_it_is_the_same_under_xdist(suite: Project) -> None:
    """What a worker could not judge comes home."""
    check(suite, "import absent_module")
    suite.gate("--hosts=try", "-n", "2")
    assert sorted(f["outcome"] for f in document(suite)["findings"]) == ["error", "passed"]
