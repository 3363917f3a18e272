"""Checks that no runbook names, which therefore never run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from engine.places import CHECKS, RUNBOOKS, folders
from engine.run.checks import Check

MARKER = re.compile(r"\bcheck:(.*)")


def unnamed_checks(root: Path, checks: Mapping[str, Check]) -> list[Check]:
    """Returns those of the content folder's checks that no `check:` of a runbook names."""
    named: set[str] = set()
    for path in (path for folder in folders(root, RUNBOOKS) for path in folder.rglob("*.md")):
        # The parser reports mistakes in a runbook; here any mention counts.
        for listed in MARKER.findall(path.read_text(encoding="utf-8", errors="replace")):
            named.update(re.findall(r"\w+\.\w+", listed))
    own = {f"{CHECKS}/{path.name}" for path in (root / CHECKS).glob("*.py")}
    return [check for check in checks.values() if check.name not in named and check.file in own]


def unnamed_line(check: Check) -> str:
    """Returns the message about such a check: its place and the line that is expected in a runbook."""
    return (
        f"{check.file}:{check.line}: no runbook names {check.name}, so it never runs; "
        f"expected '# check: {check.name}' above a diagnostic command in runbooks/"
    )
