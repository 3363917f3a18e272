"""Every check was seen to fail, and docs/faults.md says in which fault."""

from __future__ import annotations

from typing import Any

import pytest

from engine.run.checks import read_checks
from lab.fault import faults
from tests.conftest import ROOT, Result
from tests.faults import Expected, expectations, judge
from tests.faults_page import PAGE, never_red, page, recorded, seen
from tests.lab_gate import Gate


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
    red = {check for each in expectations() for check in (each.cause, *each.red, *each.may)}
    assert set(read_checks(ROOT / "checks")) - red - set(recorded()) == set()


def test_every_fault_was_seen() -> None:
    """The matrix saw each fault of the lab."""
    assert set(seen()) == set(faults())


def test_every_check_was_seen_red() -> None:
    """Each check failed in at least one fault, or is proven on recorded output, with the reason in that test."""
    red = {check for was in seen().values() for check in was["failed"]}
    assert set(read_checks(ROOT / "checks")) - red - set(recorded()) == set()


def test_what_must_be_red_was() -> None:
    """What the matrix saw last agrees with each expectation: all of `red`, and beyond it nothing but `may`."""
    was = seen()
    for each in expectations():
        if each.fault not in was:
            continue  # the test above says so
        failed = set(was[each.fault]["failed"])
        assert set(each.red) <= failed, f"{each.fault}: not red: {set(each.red) - failed}"
        assert failed <= each.told, f"{each.fault}: red: {failed}"


def test_nothing_both_must_and_may() -> None:
    """A check stands in one of the lists of a fault, once."""
    for each in expectations():
        listed = [each.cause, *each.red, *each.may]
        assert len(listed) == len(set(listed)), each.fault


def test_a_whole_run_tells_what_was_not_red() -> None:
    """What may be red and was not is told by check; a run of some faults tells nothing."""
    run: dict[str, dict[str, Any]] = {each.fault: {"failed": list(each.may)} for each in expectations()}
    assert never_red(run) == {}
    run["redis-full"]["failed"] = run["app-stopped"]["failed"] = []
    told = {check: faults for check, faults in never_red(run).items() if "app-stopped" in faults}
    assert told == {check: ["app-stopped"] for check in _of("app-stopped").may}
    assert {check for check, faults in never_red(run).items() if "redis-full" in faults} == set(_of("redis-full").may)
    del run["nginx-stopped"]
    assert never_red(run) == {}


def _of(fault: str) -> Expected:
    return next(each for each in expectations() if each.fault == fault)


@pytest.mark.parametrize(
    ("failed", "words"),
    [
        (["cause"], r"not red: \['must'\]"),
        (["cause", "must", "may", "other"], r"unexpected red: \['other'\]"),
        (["must", "may"], "first: no cause"),
        (["cause", "must"], ""),
        (["cause", "must", "may"], ""),
    ],
)
def test_red_must_and_may_may(failed: list[str], words: str) -> None:
    """A fault whose `red` is not red fails, one whose `may` is not red does not."""
    expected = Expected("fault", "cause", red=("must",), may=("may",))
    steps: list[dict[str, Any]] = []
    findings = [
        {"check": name, "outcome": "failed", "cause": None, "section": "", "remediation": steps} for name in failed
    ]
    text = "\n  1. cause on santas-1 \n" if "cause" in failed else ""
    gate = Gate(Result(1, text), findings, "", [])
    if words:
        with pytest.raises(AssertionError, match=words):
            judge(expected, gate)
    else:
        judge(expected, gate)
