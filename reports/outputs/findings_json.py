"""The whole run as JSON (docs/json.md): `findings.json` in its folder, and where `--findings` says."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.hooks.outputs import Place
from engine.judge.finding import Finding
from engine.judge.result import RunResult
from reports.whole import write_whole
from reports.words import call_by, cause_of

NAME = "findings.json"
# Written at the start of a run, too: a reader never finds the last run's and takes it for this one's.
EARLY = True
# Counts up when a key goes, or means something else; a key that comes is no new version.
VERSION = 1


def options(group: pytest.OptionGroup) -> None:
    """`--findings`: it may go elsewhere, too."""
    group.addoption("--findings", metavar="FILE", help="write the findings as JSON there, too")


def files(place: Place) -> list[Path]:
    """Returns the run's own, and that of `--findings`."""
    elsewhere = place.config.option.findings
    return [place.folder / NAME, *([place.here / Path(elsewhere).expanduser()] if elsewhere else [])]


def write(path: Path, result: RunResult, _: Place) -> None:
    """Writes the document whole or not at all: a reader never sees half of it. Raises OSError."""
    run = document(result)
    # A finding a line: to be read and compared, and in a quarter of the time that Python takes to indent.
    findings = ",\n".join(json.dumps(finding, ensure_ascii=False) for finding in run.pop("findings"))
    head = json.dumps(run, ensure_ascii=False, indent=1).removesuffix("\n}")
    write_whole(path, f'{head},\n "findings": [\n{findings}\n ]\n}}\n')


def document(result: RunResult) -> dict[str, Any]:
    """Returns a whole run as plain types; `docs/json.md` describes it."""
    by_id = {finding.nodeid: finding for finding in result.findings}
    return {
        "version": VERSION,
        "environment": result.environment,
        "started": result.started.isoformat(timespec="seconds"),
        "duration_s": round(result.duration_s, 3),
        "complete": result.complete,
        "exit_code": result.exit_code,
        "problems": list(result.problems),
        "since": result.since.isoformat(timespec="seconds") if result.since else None,
        "absent": [asdict(absence) for absence in result.absences],
        "unasked": list(result.unasked),
        "findings": [_entry(finding, by_id, result.started) for finding in result.findings],
    }


def _entry(finding: Finding, by_id: dict[str, Finding], started: datetime) -> dict[str, Any]:
    by = call_by(finding.guidance, started)
    return {
        "check": finding.check,
        "place": finding.place,
        "host": finding.host,
        "system": finding.system,
        "component": finding.component,
        "item": finding.item,
        "section": finding.guidance.section,
        "section_place": finding.guidance.place,
        "severity": finding.severity,
        "outcome": finding.outcome,
        "cause": cause_of(finding, by_id),
        "message": finding.message,
        "quiet": finding.quiet,
        "where": finding.where,
        "expected": finding.expected,
        "measures": [asdict(each) for each in finding.measures],
        "remediation": [asdict(step) for step in finding.guidance.remediation],
        "evidence": [asdict(each) for each in finding.evidence],
        "call": {"by": by.isoformat(timespec="seconds") if by else None, "people": list(finding.guidance.call)},
        "files": [asdict(each) for each in finding.files],
        "nodeid": finding.nodeid,
    }
