"""The documents are true: links lead somewhere, options are described, generated pages are current."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

import pytest

from engine.pages.reference import PAGE, page
from tests.conftest import ROOT, run_gate

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
ALL = "\n".join(path.read_text(encoding="utf-8") for path in PAGES)


@pytest.mark.parametrize("path", PAGES, ids=[path.name for path in PAGES])
def test_links_lead_somewhere(path: Path) -> None:
    """Every relative link of a page is a file of the repository."""
    for target in re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_every_option_is_described() -> None:
    """Each of the suite's own options is in a page."""
    text = run_gate(ROOT, "--help").text.partition("runbook checks:")[2].partition("\n\n")[0]
    options = re.findall(r"^  (--[a-z-]+)", text, re.MULTILINE)
    assert len(options) >= 5
    assert [option for option in options if option not in ALL] == []


def test_the_reference_is_current() -> None:
    """docs/reference.md is what `python -m fixtures.reference` writes."""
    assert PAGE.read_text(encoding="utf-8") == page(ROOT)


def test_every_tox_environment_that_a_page_names_exists() -> None:
    """`tox run -e NAME` in a page is an environment of tox.ini."""
    tox = ConfigParser()
    tox.read(ROOT / "tox.ini")
    known = {section.partition(":")[2] for section in tox.sections()}
    assert set(re.findall(r"(?:tox|tox\.sh) (?:run|exec) -e (\w+)", ALL)) <= known


def test_every_dependency_has_its_line() -> None:
    """Each package that the gate needs is in docs/dependencies.md with what it is for."""
    import tomllib

    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    lines = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    for requirement in groups["gate"]:
        name = re.split(r"[\[<>=~]", requirement)[0]
        assert f"| {name} |" in lines, name
