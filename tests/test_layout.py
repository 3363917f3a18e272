"""Imports point one way, as docs/layout.md says."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import TypeGuard

import pytest

from engine.config.found import components
from engine.gather import ways
from engine.gather.catalogue import fact_modules
from engine.gather.fact import Client, Name
from engine.run.checks import read_checks
from engine.run.run import all_systems
from tests.conftest import ROOT
from tests.ours import CATALOGUE

ALLOWED = {
    "checks": {"checks", "fixtures", "engine"},
    "engine": {"engine"},
    "fixtures": {"fixtures", "engine"},
    "reports": {"reports", "engine.judge", "engine.hooks", "engine.text"},
    "lab": {"lab"},
}
# Inside engine/ imports point down; what stands beside the parts is for all of them.
ENGINE = {
    "drafting": {"run", "gather", "config", "runbook"},
    "pages": {"run", "gather", "config", "runbook"},
    "hooks": {"drafting", "judge", "run", "gather", "config", "runbook", "mask"},
    "judge": {"run", "gather", "config", "runbook", "mask"},
    "run": {"gather", "config", "runbook", "mask"},
    "gather": {"config", "mask"},
    "runbook": {"config"},
    "config": set(),
    "mask": set(),
}
OURS = (*ALLOWED, "tests", "conftest")


def imported(path: Path) -> set[str]:
    """Returns the modules of this repository that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name for name in modules if (ROOT / name.replace(".", "/")).with_suffix(".py").exists()} or {
                node.module
            }
    return {name for name in found if name.split(".")[0] in OURS}


@pytest.mark.parametrize("folder", ALLOWED)
def test_imports(folder: str) -> None:
    """No folder imports from one that it must not know."""
    for path in (ROOT / folder).rglob("*.py"):
        if "files" in path.parts:
            continue
        for name in imported(path):
            parts = name.split(".")
            prefixes = {".".join(parts[: n + 1]) for n in range(len(parts))}
            assert prefixes & ALLOWED[folder], f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("folder", [path.name for path in sorted((ROOT / "engine").iterdir()) if path.is_dir()])
def test_imports_inside_the_engine(folder: str) -> None:
    """No part of the engine imports from one above it; each part has its place."""
    assert folder in ENGINE, f"engine/{folder}/ has no place yet; expected one of {', '.join(ENGINE)}"
    below = {f"engine.{name}" for name in (folder, "text", "mistake", "places", "bounded", *ENGINE[folder])}
    for path in (ROOT / "engine" / folder).rglob("*.py"):
        for name in imported(path):
            assert ".".join(name.split(".")[:2]) in below, f"{path.relative_to(ROOT)} imports {name}"


def test_what_stands_beside_the_engines_parts_is_below_them() -> None:
    """A module beside the parts, such as text.py, is for all of them: it may mask what it shows, and no more."""
    for path in (ROOT / "engine").glob("*.py"):
        assert {".".join(name.split(".")[:2]) for name in imported(path)} <= {"engine.mask", "engine.places"}, path.name


def test_every_check_is_in_a_runbook() -> None:
    """A check that no runbook names would never run."""
    named = {check for system in all_systems(ROOT) for section in system.runbook.sections for check in section.checks}
    assert set(read_checks(ROOT / "checks")) <= named


def test_every_check_says_what_must_be_true() -> None:
    """A check's docstring is what the report shows as expected."""
    for check in read_checks(ROOT / "checks").values():
        assert check.expected.endswith((".", ")")), f"{check.file}:{check.line}: {check.name} has no sentence"


def test_every_fact_is_owned_or_used() -> None:
    """A fact that no check, no other fact and nothing in a runbook needs would be asked for nothing."""
    used = {name for check in read_checks(ROOT / "checks").values() for name in check.facts}
    used |= {need for name in CATALOGUE for need in CATALOGUE[name].needs} | {"units"}
    runbooks = [system.runbook for system in all_systems(ROOT)]
    used |= {name for book in runbooks for each in book.sections for item in each.evidence for name in item.facts}
    used |= {model.ASKED for model in components().values()}
    used |= {lead.fact for book in runbooks for leads in book.leads.values() for lead in leads}
    assert {name for name in CATALOGUE if not isinstance(CATALOGUE[name], Name)} <= used


def test_no_check_asks_for_a_live_client() -> None:
    """Checks run when the connections are closed already."""
    for check in read_checks(ROOT / "checks").values():
        facts = [CATALOGUE[name] for name in check.facts if name in CATALOGUE]
        assert not [fact for fact in facts if isinstance(fact, Client) and fact.closes], check.name


def test_every_owned_fact_exists() -> None:
    """`@owns` names facts that there are."""
    for check in read_checks(ROOT / "checks").values():
        assert not [name for name in check.owns if name not in CATALOGUE and name != "host"], check.name


HEAVY = ("pydantic", "yaml", "markdown_it", "testinfra", "jinja2")
# `units`, whose values say when a service was started, and `runbook`, whose checks runbooks declare themselves.
KNOWN_TO_THE_ENGINE = {"units", "runbook"}


def test_parsers_load_nothing_heavy() -> None:
    """A component's facts and parsers can be imported without what reads files, runbooks and inventories."""
    names = [name for name in fact_modules() if name.startswith("fixtures.")]
    script = f"import sys, {', '.join(names)}; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_engine_names_no_component() -> None:
    """No component's name, and no name of a component's fact, decides anything in the engine."""
    facts = {name for name in CATALOGUE if CATALOGUE[name].place.split(":")[0] != ways.__file__}
    names = {*components(), *facts} - KNOWN_TO_THE_ENGINE
    for path in (ROOT / "engine").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and node.value in names:
                raise AssertionError(f"{path.relative_to(ROOT)}:{node.lineno}: {node.value}")


def test_a_fact_is_a_fixture_at_its_own_line() -> None:
    """`pytest --fixtures` leads to the line that defines a fact, whatever factory made it."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--fixtures"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    shown = dict(re.findall(r"^(\w+) -- (\S+:\d+)$", done.stdout, re.MULTILINE))
    for name in CATALOGUE:
        file, _, line = shown[name].rpartition(":")
        lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
        assert any(re.match(rf"(def )?{name}\b", text) for text in lines[int(line) - 1 : int(line) + 4]), shown[name]


def test_what_may_be_missing_is_declared() -> None:
    """A FactError names a fact, or a name that is declared for what may be missing: reports and owners know it."""
    for path in [*(ROOT / "fixtures").rglob("*.py"), *(ROOT / "engine").rglob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        given = [node.args[1] for node in ast.walk(tree) if _raises(node)]
        named = [node.value for node in ast.walk(tree) if isinstance(node, ast.Assign) and _is_missing(node)]
        for value in (*given, *named):
            if isinstance(value, ast.Constant) and value.value:
                assert value.value in (*CATALOGUE, "host"), f"{path.relative_to(ROOT)}:{value.lineno}"


def _raises(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "FactError" and len(node.args) > 1


def _is_missing(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id in ("MISSING", "FACT") for target in node.targets)
