"""JUnit, read as a CI server reads it: one failure a cause, what follows from it skipped, and the counts add up."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from tests.conftest import Project
from tests.reports.conftest import CHECKS, RUNBOOK, check, document

SPREAD = pytest.mark.parametrize("options", [(), ("-n", "2"), ("-o", "junit_family=xunit1")], ids=str)
RESULTS = ("failure", "error", "skipped")


def read(path: Path) -> dict[str, Element]:
    """Returns the cases by the names of their tests, as a consumer trusts them: one result each, and counted."""
    root = ElementTree.parse(path).getroot()  # noqa: S314 - our own file
    (tests,) = root.iter("testsuite")
    cases = list(tests.iter("testcase"))
    results = [[each.tag for each in case if each.tag in RESULTS] for case in cases]
    assert all(len(each) <= 1 for each in results)
    counts = Counter(tag for each in results for tag in each)
    told = {name: int(tests.get(name, "")) for name in ("tests", "failures", "errors", "skipped")}
    assert told == {
        "tests": len(cases),
        "failures": counts["failure"],
        "errors": counts["error"],
        "skipped": counts["skipped"],
    }
    return {case.get("name", ""): case for case in cases}


def properties(case: Element) -> list[tuple[str, str]]:
    """Returns the properties of a case."""
    return [(each.get("name", ""), each.get("value", "")) for each in case.iter("property")]


def skipped(case: Element) -> str:
    """Returns why a case was skipped, "" where it was not."""
    found = case.find("skipped")
    return "" if found is None else found.get("message", "")


@SPREAD
def test_a_cause_is_one_failure(suite: Project, options: tuple[str, ...]) -> None:
    """The cause is a failure, with what to do as its properties; what it blocks is skipped, with its name."""
    check(suite, "assert memory")
    suite.replace("inventory/try.yml", "local://", "ssh://nobody@127.0.0.9:1")
    assert suite.gate("--hosts=try", "--junitxml=j.xml", *options).code == 1
    cases = read(suite.root / "j.xml")
    assert [name for name, case in cases.items() if case.find("failure") is not None] == ["test_reachable[here]"]
    told = dict(properties(cases["test_reachable[here]"]))
    assert (told["cause"], told["severity"], told["section"]) == ("os.reachable", "P1", "Host / Away")
    assert skipped(cases["test_tried[here]"]).startswith("follows from os.reachable on here: ")
    assert properties(cases["test_tried[here]"]) == []


@SPREAD
def test_the_same_on_several_hosts_is_one_failure(suite: Project, options: tuple[str, ...]) -> None:
    """One cause with two hosts: the first has the failure and names both. Written twice, it is the same."""
    check(suite, 'assert identity == "x", "no <b> ]]> \\x1b[31m \\ufffe"')
    host = "connection: local://\n    systems: {try: []}\n"
    suite.write("inventory/try.yml", f"hosts:\n  here:\n    {host}  yonder:\n    {host}")
    suite.write("wall", "")
    # Another output that is lost has all of them written once more.
    assert suite.gate("--hosts=try", "--junitxml=j.xml", "--findings=wall/x", *options).code == 1
    cases = read(suite.root / "j.xml")
    assert skipped(cases["test_tried[yonder]"]).startswith("follows from os.tried on here, yonder: no <b> ]]>")
    assert properties(cases["test_tried[here]"]) == [
        ("cause", "os.tried"),
        ("hosts", "here, yonder"),
        ("severity", "P2"),
        ("check", f"{CHECKS}:{suite.line(CHECKS, 'def test_tried')}"),
        ("section", "Host / Wrong <b>"),
        ("runbook", f"{RUNBOOK}#wrong-b"),
        ("remediation", "# Mind the <gap>.\nrm -rf 'here' && echo \"<done>\""),
    ]
    text = (suite.root / "j.xml").read_text(encoding="utf-8")
    (problem,) = document(suite)["problems"]
    assert text.count('<property name="problem" ') == 1
    assert problem.partition(":")[0] in text


def test_what_a_test_records_stays(suite: Project) -> None:
    """A case that has properties of its own has the cause's, too."""
    check(suite, 'assert identity == "x", "no"')
    suite.replace(CHECKS, "def test_tried(identity):", "def test_tried(identity, record_property):")
    suite.replace(CHECKS, '    assert identity == "x", "no"', '    record_property("a", "b"); assert 0, "no"')
    assert suite.gate("--hosts=try", "--junitxml=j.xml").code == 1
    names = [name for name, _ in properties(read(suite.root / "j.xml")["test_tried[here]"])]
    assert names[:2] == ["a", "cause"]


def test_a_mistake_of_ours_and_a_dead_worker(suite: Project) -> None:
    """Both are the one result of their case."""
    check(suite, "import os; os._exit(1)")
    suite.gate("--hosts=try", "--junitxml=j.xml", "-n", "1", "--max-worker-restart=0")
    case = next(case for name, case in read(suite.root / "j.xml").items() if "tried" in name)
    assert case.find("error") is not None
    assert dict(properties(case))["cause"].startswith("error in ")
