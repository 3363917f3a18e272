"""The documents are true: links lead somewhere, options are described, generated pages are current."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import jsonschema
import pytest
import yaml
from pydantic import BaseModel

from engine.config.described import described
from engine.config.found import components
from engine.config.inventoryfile import inventory_file
from engine.config.limits import Limits
from engine.config.settings import Component
from engine.pages import settings, written
from engine.run.systemfile import system_file
from tests.conftest import ROOT, run_gate

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FILES = sorted([*ROOT.glob("runbooks/*/system.yml"), *ROOT.glob("inventory/*.yml")])
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


def test_made_pages_are_current() -> None:
    """What `python -m engine.pages` writes is what is there."""
    for file, text in written(ROOT).items():
        assert (ROOT / file).read_text(encoding="utf-8") == text, f"{file}: run python -m engine.pages"


def models_of_settings() -> list[type[BaseModel]]:
    """The models of what people write in YAML: of system.yml and of inventories, at any depth."""
    roots: list[type[BaseModel]] = [system_file(), inventory_file()]
    return list(dict.fromkeys([*roots, Component, *(part for root in roots for part in settings.nested(root))]))


def test_every_setting_has_words() -> None:
    """Each says in at least three words what it is, and more than its own name."""
    for model in models_of_settings():
        for name in model.model_fields:
            text = described(model).get(name, "")
            words = re.findall(r"\w+", text)
            more = {word.lower() for word in words} - {*name.lower().split("_"), "a", "an", "its", "of", "the"}
            told = f"{model.__name__}.{name} says '{text}'; expected a docstring below it that explains it"
            assert more, told
            assert len(words) >= 3, told


def test_every_setting_is_on_the_page() -> None:
    """Each model has one table there, with a line for each of its settings; limits have one together."""
    sections = re.split(r"^##+ ", (ROOT / settings.FILE).read_text(encoding="utf-8"), flags=re.MULTILINE)
    names: dict[type[BaseModel], str] = {model: name for name, model in components().items()}
    names |= {system_file(): "system.yml", inventory_file(): "Inventories", Component: "Every component"}
    for model in models_of_settings():
        title = names.get(model, model.__name__)
        (section,) = (text for text in sections if text.startswith(f"{title}\n"))
        general = Component.model_fields if issubclass(model, Component) and model is not Component else ()
        lines = [name for name in model.model_fields if name not in general]
        assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == (
            sorted(lines) if model.__name__ == Limits.__name__ else lines
        )


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(ROOT)) for path in FILES])
def test_editors_accept_what_is_shipped(path: Path) -> None:
    """Each file names its schema in its first line, and is valid by it."""
    text = path.read_text(encoding="utf-8")
    named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert named
    schema = json.loads((path.parent / named[1]).read_text(encoding="utf-8"))
    # JSON has no dates: a waiver's is text there, as it is in the file.
    jsonschema.validate(json.loads(json.dumps(yaml.safe_load(text), default=str)), schema)


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


def test_the_changelog_knows_the_version() -> None:
    """Its newest version is the project's, with its day; what is not released yet stands above."""
    import tomllib

    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    released = [heading for heading in headings if heading != "Unreleased"]
    assert re.fullmatch(rf"{re.escape(version)} - \d{{4}}-\d\d-\d\d", released[0])


def test_pre_commit_runs_what_there_is() -> None:
    """Each of its hooks is a command of the project's, known to tox or to Python."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    tox = (ROOT / "tox.ini").read_text(encoding="utf-8")
    for hook in hooks:
        program, *arguments = hook["entry"].split()
        if program == "python":
            done = subprocess.run([sys.executable, *arguments, "--help"], cwd=ROOT, capture_output=True, check=False)
            assert done.returncode == 0, hook["id"]
        else:
            assert hook["entry"] in tox, hook["id"]


def test_what_decides_is_where_a_page_says() -> None:
    """A function that a page names, `file.py` (`function`), is defined there."""
    named = re.findall(r"`([\w/]+\.py)` \(`(\w+)`\)", ALL)
    assert len(named) > 10
    for file, function in named:
        assert f"def {function}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file}: {function}"


def test_files_that_a_page_names_are_there() -> None:
    """A path of the project in backticks leads to something, but in the history, and where it is an example's."""
    ours = ("checks", "engine", "fixtures", "reports/outputs", "lab", "tests", "docs")
    text = ALL.replace((ROOT / "docs" / "adding.md").read_text(encoding="utf-8"), "")
    for path in re.findall(rf"`((?:{'|'.join(ours)})/[\w./-]+)`", text):
        assert (ROOT / path).exists(), path
