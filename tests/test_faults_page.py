"""Every check was seen to fail, and docs/faults.md says in which fault."""

from __future__ import annotations

from fixtures.catalogue import read_checks
from lab.fault import faults
from tests.conftest import ROOT
from tests.faults import expectations
from tests.faults_page import PAGE, page, recorded, seen


def test_the_page_is_current() -> None:
    """docs/faults.md is what `python -m tests.faults_page` writes."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_fault_was_seen() -> None:
    """Each fault of the lab has an expectation, and a matrix run saw it as expected."""
    expected = {each.fault: each for each in expectations()}
    assert set(faults()) == set(expected) == set(seen())
    assert {name: was["cause"] for name, was in seen().items()} == {n: each.cause for n, each in expected.items()}


def test_every_check_was_seen_red() -> None:
    """Each check failed in at least one fault, or is proven on recorded output, with the reason in that test."""
    red = {check for was in seen().values() for check in was["failed"]}
    assert set(read_checks(ROOT / "checks")) - red - set(recorded()) == set()
