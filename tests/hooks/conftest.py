"""A small suite of three checks on two "hosts", both this machine; the second fails, and a test may spoil all."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Project
from tests.content import SUITE

CHECKS = "checks/test_os.py"
RUNBOOK = "runbooks/try/runbook.md"
OUT = "reports/out/try"
HOST = "    connection: local://\n    systems: {try: []}\n"
SECTIONS = """# Try

## Host

### Away

**Severity:** P1

**Diagnostics:**

```bash
# check: os.reachable
true
```

### Wrong

**Severity:** P2

**Diagnostics:**

```bash
# check: os.tried, os.second
true
```
"""
BODY = '''

def test_tried(identity):
    """It is well."""
    assert identity == "x", "wrong"


def test_second(filesystems):
    """It is well, too."""
    assert filesystems
'''


def made(root: Path) -> Project:
    """Returns a copy of the suite in `root`, with the small system in it."""
    for name in SUITE:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "out", ".*_cache")
            shutil.copytree(ROOT / name, root / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, root / name)
    project = Project(root)
    (root / "runbooks/try").mkdir()
    project.write("runbooks/try/system.yml", "name: Try\ncomponents:\n  os: {}\n")
    project.write(RUNBOOK, SECTIONS)
    project.write("inventory/try.yml", f"hosts:\n  here:\n{HOST}  yonder:\n{HOST}")
    project.write("inventory/other.yml", f"hosts:\n  here:\n{HOST}")
    project.write(CHECKS, (root / CHECKS).read_text(encoding="utf-8") + BODY)
    return project


@pytest.fixture
def small(tmp_path: Path) -> Project:
    """A copy for one test."""
    return made(tmp_path)


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy for all tests of a module that spoil nothing; it has one red run behind it."""
    project = made(tmp_path_factory.mktemp("small"))
    assert project.gate("--hosts=try").code == 1
    return project


def document(project: Project, environment: str = "try") -> dict[str, Any]:
    """Returns findings.json of the newest run."""
    text = (project.root / "reports/out" / environment / "latest/findings.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def outcomes(project: Project) -> dict[tuple[str, str], str]:
    """Returns the outcome of each check of the newest run, by its name and host."""
    return {(f["check"], f["host"]): f["outcome"] for f in document(project)["findings"]}


def add(project: Project, text: str | bytes) -> int:
    """Adds text to the check file; returns the number of the line where it begins."""
    path = project.root / CHECKS
    before = path.read_bytes()
    path.write_bytes(before + (text.encode() if isinstance(text, str) else text))
    return before.count(b"\n") + 1
