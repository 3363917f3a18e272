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


def test_every_fault_is_expected_to_show() -> None:
    """Each fault of the lab has an expectation, and what the matrix saw of it was that."""
    expected = {each.fault: each.cause for each in expectations()}
    assert set(faults()) == set(expected)
    assert {name: was["cause"] for name, was in seen().items()}.items() <= expected.items()


def test_every_check_is_expected_red() -> None:
    """Each check is red in at least one fault, or proven on recorded output."""
    red = {check for each in expectations() for check in (each.cause, *each.red)}
    assert set(read_checks(ROOT / "checks")) - red - set(recorded()) == set()


def test_every_fault_was_seen() -> None:
    """The matrix saw each fault of the lab."""
    assert set(seen()) == set(faults())


def test_every_check_was_seen_red() -> None:
    """Each check failed in at least one fault, or is proven on recorded output, with the reason in that test."""
    red = {check for was in seen().values() for check in was["failed"]}
    assert set(read_checks(ROOT / "checks")) - red - set(recorded()) == set()
