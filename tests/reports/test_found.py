"""Outputs are found in reports/outputs/: one more is one file, one less is one less, and a broken one costs itself."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tests.conftest import ROOT, Project
from tests.reports.conftest import check, document, html

COUNT = '''"""How many causes there are: `--count=FILE`."""
from pathlib import Path
NAME = "the count"


def options(group):
    group.addoption("--count")


def files(place):
    return [place.here / place.config.option.count] if place.config.option.count else []


def write(path, result, place):
    path.write_text(str(len(result.causes)))
'''
CANNOT = "reports/outputs/spoiled.py cannot be used: "
NAMED = 'NAME = "spoiled"\n\n\n'
SPOILED = {
    "import": ("1 / 0", f"{CANNOT}ZeroDivisionError: division by zero (spoiled.py:1)"),
    "syntax": ("def", f"{CANNOT}SyntaxError: "),
    "no name": ("", f"{CANNOT}AttributeError: "),
    "options": (f'{NAMED}def options(group): group.addoption("--html")', f"{CANNOT}ArgumentError: "),
    "claim": (f"{NAMED}def claim(config): 1 / 0", f"{CANNOT}ZeroDivisionError: "),
    "begin": (f"{NAMED}def begin(config): 1 / 0", f"{CANNOT}ZeroDivisionError: "),
    "follow": (f"{NAMED}def follow(place): 1 / 0", "spoiled could not be written: ZeroDivisionError: "),
    "files": (f"{NAMED}def files(place): 1 / 0\ndef write(*_): 0", "spoiled could not be written: ZeroDivisionError: "),
    "no files": (f"{NAMED}def write(*_): 0", "spoiled could not be written: AttributeError: "),
}
OURS = sorted(path.name for path in (ROOT / "reports/outputs").glob("[!_]*.py"))


def test_an_output_is_found(suite: Project) -> None:
    """One file in reports/outputs/ is one output more: its option, and what it makes of the explained run."""
    suite.write("reports/outputs/count.py", COUNT)
    check(suite, 'assert identity == "x", "found something else"')
    assert suite.gate("--hosts=try", "--count=count.txt").code == 1
    assert (suite.root / "count.txt").read_text(encoding="utf-8") == "1"


@pytest.mark.parametrize("name", OURS)
def test_an_output_may_be_taken_out(suite: Project, name: str) -> None:
    """No output needs another one."""
    check(suite, "assert identity")
    (suite.root / "reports/outputs" / name).unlink()
    result = suite.gate("--hosts=try", *([] if name == "markdown.py" else ["--summary=s.md"]))
    assert result.code == 0, result.text
    assert ("READY: 2 checks passed" in result.text) is (name != "terminal.py")
    page = suite.root / "reports/out/try/latest/report.html"
    assert page.exists() is (name != "html.py")


@pytest.mark.parametrize(("text", "told"), SPOILED.values(), ids=SPOILED)
def test_a_broken_output_costs_itself(suite: Project, text: str, told: str) -> None:
    """Wherever it breaks: the run is made, all others are written and say so, and a green run is not green."""
    suite.write("reports/outputs/spoiled.py", text)
    check(suite, "assert identity")
    result = suite.gate("--hosts=try", "--junitxml=j.xml", "--summary=s.md")
    assert result.code == 3, result.text
    run = document(suite)
    assert [finding["outcome"] for finding in run["findings"]] == ["passed"] * 2
    (problem,) = run["problems"]
    assert problem.startswith(told)
    assert f"NOT READY: {problem}" in result.text
    assert told.partition(" (")[0] in html(suite)
    assert told.partition(" (")[0] in (suite.root / "s.md").read_text(encoding="utf-8")
    properties = ElementTree.parse(suite.root / "j.xml").getroot().iter("property")  # noqa: S314 - our own file
    assert [(each.get("name"), each.get("value")) for each in properties] == [("problem", problem)]


def test_an_output_may_refuse_what_was_asked_for(suite: Project) -> None:
    """Its UsageError is the user's mistake, not its own: one line, and nothing is run."""
    body = 'def claim(config):\n    raise pytest.UsageError("--count=x is no number")'
    check(suite, "assert identity")
    suite.write("reports/outputs/refusing.py", f"import pytest\n{NAMED}{body}\n")
    result = suite.gate("--hosts=try")
    assert (result.code, result.error) == (4, "--count=x is no number")
