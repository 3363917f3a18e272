"""The store: every finding on disk as it happens, and the whole run as JSON at its end."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.judge.finding import Finding
from reports.summary import RunResult, call_by

LINES = "findings.jsonl"
DOCUMENT = "findings.json"


class Lines:
    """One line a finding, flushed as it is written: a killed run keeps what it knew."""

    def __init__(self, folder: Path) -> None:
        self._file = (folder / LINES).open("w", encoding="utf-8", errors="replace")

    def add(self, finding: Finding) -> None:
        """Appends a finding."""
        self._file.write(json.dumps(finding.to_dict(), ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


def document(result: RunResult) -> dict[str, Any]:
    """Returns a whole run as plain types; `docs/json.md` describes it."""
    by_id = {finding.nodeid: finding for finding in result.findings}
    return {
        "environment": result.environment,
        "started": result.started.isoformat(timespec="seconds"),
        "duration_s": round(result.duration_s, 3),
        "complete": result.complete,
        "exit_code": result.exit_code,
        "problems": list(result.problems),
        "since": result.since.isoformat(timespec="seconds") if result.since else None,
        "absent": [asdict(absence) for absence in result.absences],
        "findings": [_entry(finding, by_id, result.started) for finding in result.findings],
    }


def _entry(finding: Finding, by_id: dict[str, Finding], started: datetime) -> dict[str, Any]:
    by = call_by(finding.guidance, started)
    return {
        "check": finding.check,
        "host": finding.host,
        "system": finding.system,
        "component": finding.component,
        "item": finding.item,
        "section": finding.guidance.section,
        "severity": finding.severity,
        "outcome": finding.outcome,
        "cause": cause_of(finding, by_id),
        "message": finding.message,
        "quiet": finding.quiet,
        "where": finding.where,
        "expected": finding.expected,
        "remediation": [asdict(step) for step in finding.guidance.remediation],
        "evidence": [asdict(each) for each in finding.evidence],
        "call": {"by": by.isoformat(timespec="seconds") if by else None, "people": list(finding.guidance.call)},
        "files": [asdict(each) for each in finding.files],
        "nodeid": finding.nodeid,
    }


def cause_of(finding: Finding, by_id: dict[str, Finding]) -> dict[str, str] | None:
    """Returns the check and the host that explain a finding, None for one that stands for itself."""
    if finding.cause is not None:
        return {"check": by_id[finding.cause].check, "host": by_id[finding.cause].host}
    if finding.outcome == "blocked":
        return {"check": finding.missing or "", "host": finding.host}
    return None


def write(path: Path, run: dict[str, Any]) -> None:
    """Writes the document whole or not at all: a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(json.dumps(run, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", errors="replace")
    part.replace(path)
