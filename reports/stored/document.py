"""A whole run as it stands in findings.json (docs/json.md)."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import Any

from engine.judge.result import RunResult
from reports.stored.entry import entry
from reports.stored.tables import Tables

NAME = "findings.json"
# Incremented when a key is removed or changes its meaning; a new key does not change it.
VERSION = 1
FINDINGS = "findings"
# The line at which the head ends: what is above it says how a run ended, without its findings.
BEGIN = f' "{FINDINGS}": ['


def document(result: RunResult) -> dict[str, Any]:
    """Returns a whole run as plain types; `docs/json.md` describes it."""
    tables = Tables.of(result.findings)
    return {**_head(result), FINDINGS: _findings(result, tables), **_tail(result, tables)}


def text(result: RunResult) -> str:
    """Returns the text of the file: the head, one finding a line, and what all of them share."""
    tables = Tables.of(result.findings)
    # One finding a line is readable and comparable, and takes a quarter of the time of indented JSON.
    head = json.dumps(_head(result), ensure_ascii=False, indent=1).removesuffix("\n}")
    findings = ",\n".join(json.dumps(finding, ensure_ascii=False) for finding in _findings(result, tables))
    tail = "".join(f',\n "{key}": {_lines(value)}' for key, value in _tail(result, tables).items())
    return f"{head},\n{BEGIN}\n{findings}\n ]{tail}\n}}\n"


def _head(result: RunResult) -> dict[str, Any]:
    outcomes = Counter(finding.outcome for finding in result.findings)
    return {
        "version": VERSION,
        "environment": result.environment,
        "started": result.started.isoformat(timespec="seconds"),
        "duration_s": round(result.duration_s, 3),
        "complete": result.complete,
        "exit_code": result.exit_code,
        "counts": {"causes": len(result.causes), FINDINGS: len(result.findings), **outcomes},
        "problems": list(result.problems),
        "since": result.since.isoformat(timespec="seconds") if result.since else None,
        "absent": [asdict(absence) for absence in result.absences],
        "unasked": list(result.unasked),
    }


def _findings(result: RunResult, tables: Tables) -> list[dict[str, Any]]:
    by_id = {finding.nodeid: finding for finding in result.findings}
    return [entry(finding, by_id, result.started, tables) for finding in result.findings]


def _tail(result: RunResult, tables: Tables) -> dict[str, Any]:
    return {
        "unnamed": list(result.unnamed),
        "unread": [asdict(file) for file in result.unread],
        "runbooks_url": result.runbooks_url,
        "took": {host: round(seconds, 3) for host, seconds in result.took},
        "slow": [asdict(fact) for fact in result.slow],
        **tables.plain(),
    }


def _lines(value: Any) -> str:
    """Returns JSON with a line for each key of an object, and no spaces: it is long, and nobody reads all of it."""
    if not isinstance(value, dict) or not value:
        return _compact(value)
    inner = ",\n".join(f"  {_compact(key)}: {_compact(each)}" for key, each in value.items())
    return f"{{\n{inner}\n }}"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
