"""Imports point one way, as docs/layout.md says."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from fixtures.catalogue import read_checks
from fixtures.facts import CATALOGUE
from fixtures.run import all_systems
from tests.conftest import ROOT

ALLOWED = {
    "checks": {"checks", "fixtures", "engine"},
    "engine": {"engine"},
    "fixtures": {"fixtures", "runbooks", "engine"},
    "runbooks": {"runbooks", "engine.config"},
    "reports": {"reports", "engine.judge", "engine.hooks", "engine.text"},
    "lab": {"lab"},
}
# Inside engine/ imports point down; what stands beside the parts is for all of them.
ENGINE = {
    "hooks": {"judge", "gather", "config", "runbook", "mask"},
    "judge": {"gather", "config", "mask"},
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
            found.add(node.module)
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
    below = {f"engine.{name}" for name in (folder, "text", "mistake", *ENGINE[folder])}
    for path in (ROOT / "engine" / folder).rglob("*.py"):
        for name in imported(path):
            assert ".".join(name.split(".")[:2]) in below, f"{path.relative_to(ROOT)} imports {name}"


def test_what_stands_beside_the_engines_parts_is_below_them() -> None:
    """A module beside the parts, such as text.py, is for all of them: it may mask what it shows, and no more."""
    for path in (ROOT / "engine").glob("*.py"):
        assert {".".join(name.split(".")[:2]) for name in imported(path)} <= {"engine.mask"}, path.name


def test_every_check_is_in_a_runbook() -> None:
    """A check that no runbook names would never run."""
    named = {check for system in all_systems(ROOT) for section in system.runbook.sections for check in section.checks}
    assert set(read_checks(ROOT / "checks")) <= named


def test_every_check_says_what_must_be_true() -> None:
    """A check's docstring is what the report shows as expected."""
    for check in read_checks(ROOT / "checks").values():
        assert check.expected.endswith((".", ")")), f"{check.file}:{check.line}: {check.name} has no sentence"


def test_every_fact_is_owned_or_used() -> None:
    """A fact that no check, no other fact and no section's evidence needs would be asked for nothing."""
    used = {name for check in read_checks(ROOT / "checks").values() for name in check.facts}
    used |= {need for name in CATALOGUE for need in CATALOGUE[name].needs} | {"units"}
    sections = (section for system in all_systems(ROOT) for section in system.runbook.sections)
    used |= {name for section in sections for item in section.evidence for name in item.facts}
    assert set(CATALOGUE) <= used


def test_no_check_asks_for_a_live_client() -> None:
    """Checks run when the connections are closed already."""
    for check in read_checks(ROOT / "checks").values():
        assert not [name for name in check.facts if name in CATALOGUE and CATALOGUE[name].closes], check.name


def test_every_owned_fact_exists() -> None:
    """`@owns` names facts that there are."""
    for check in read_checks(ROOT / "checks").values():
        assert not [name for name in check.owns if name not in CATALOGUE and name != "host"], check.name
