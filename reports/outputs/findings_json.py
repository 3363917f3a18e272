"""The whole run as JSON (docs/json.md): `findings.json` in the run's folder, and the file of `--findings`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.hooks.outputs import Place
from engine.judge.finding import Finding, Further, Guidance, Remediation
from engine.judge.result import RunResult
from reports.paste import paste
from reports.whole import write_whole
from reports.words import call_by, cause_of, contacts

NAME = "findings.json"
# It is also written at the start of a run, so that nobody reads the file of an earlier run as this one's.
EARLY = True
# Incremented when a key is removed or changes its meaning; a new key does not change it.
VERSION = 1


def options(group: pytest.OptionGroup) -> None:
    """Adds `--findings`, a second file for the same JSON."""
    group.addoption("--findings", metavar="FILE", help="write the findings as JSON there, too")


def files(place: Place) -> list[Path]:
    """Returns the file in the run's folder, and that of `--findings` where it is given."""
    elsewhere = place.config.option.findings
    return [place.folder / NAME, *([place.here / Path(elsewhere).expanduser()] if elsewhere else [])]


def write(path: Path, result: RunResult, _: Place) -> None:
    """Writes the document atomically. Raises OSError."""
    run = document(result)
    # One finding a line is readable and comparable, and takes a quarter of the time of indented JSON.
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
        "measures": [asdict(measure) for measure in finding.measures],
        "remediation": _steps(finding.guidance.remediation),
        "paste": paste(finding.guidance.remediation),
        "further": [_further(section) for section in finding.guidance.further],
        "evidence": [asdict(evidence) for evidence in finding.evidence],
        "call": _call(finding.guidance, started),
        "files": [asdict(file) for file in finding.files],
        "nodeid": finding.nodeid,
    }


def _steps(steps: Sequence[Remediation]) -> list[dict[str, str]]:
    return [{"command": step.pasteable, "danger": step.danger, "text": step.text} for step in steps]


def _further(section: Further) -> dict[str, Any]:
    return {
        "section": section.section,
        "section_place": section.place,
        "severity": section.severity,
        "why": section.why,
        "remediation": _steps(section.remediation),
        "paste": paste(section.remediation),
    }


def _call(guidance: Guidance, started: datetime) -> dict[str, Any]:
    by = call_by(guidance, started)
    return {
        "by": by.isoformat(timespec="seconds") if by else None,
        "within_s": guidance.response_s,
        "demands": guidance.demands,
        "people": list(guidance.call),
        "escalation": list(guidance.escalation),
        "contacts": list(contacts(guidance)) if guidance.escalation or guidance.contacts else [],
    }
