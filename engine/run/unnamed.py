"""Checks that no runbook names: they never run, and whoever wrote one should know."""

from __future__ import annotations

import re
from pathlib import Path

from engine.run.checks import Check, read_checks
from engine.run.run import CHECKS, RUNBOOKS

MARKER = re.compile(r"\bcheck:(.*)")


def unnamed_checks(root: Path) -> list[Check]:
    """Returns the checks that stand in no `check:` of any runbook. Raises ConfigError as `read_checks` does."""
    named: set[str] = set()
    for path in (root / RUNBOOKS).rglob("*.md"):
        # What is wrong with a runbook is told by its parser; here any mention will do.
        for listed in MARKER.findall(path.read_text(encoding="utf-8", errors="replace")):
            named.update(re.findall(r"\w+\.\w+", listed))
    return [check for check in read_checks(root / CHECKS).values() if check.name not in named]


def unnamed_line(check: Check) -> str:
    """Returns where it stands, and what to do."""
    return (
        f"{check.file}:{check.line}: no runbook names {check.name}, so it never runs; "
        f"expected '# check: {check.name}' above a diagnostic command in runbooks/"
    )
