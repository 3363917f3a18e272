"""The HTML page: pytest-html's file and its table, a row for each finding, made once the causes are known."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from engine.judge.finding import Finding
from reports import html
from reports.record import CollectError
from reports.store import cause_of
from reports.summary import RunResult

# pytest-html's filters know pytest's outcomes only, and hide what has another: each of ours stands for one of them.
FILTERS = {
    "failed": ("failed", "Failed"),
    "blocked": ("skipped", "Blocked"),
    "error": ("error", "Errors"),
    "warned": ("xfailed", "Warned"),
    "waived": ("xpassed", "Waived"),
    "passed": ("passed", "Passed"),
    "not_run": ("rerun", "Not run"),
}
UNKNOWN = "error"


def write(path: Path, config: pytest.Config, root: Path, result: RunResult, errors: Sequence[CollectError]) -> None:
    """Writes the page, whole or not at all; links lead from it to files given by their path from `root`."""
    import pytest_html
    from pytest_html.report_data import ReportData
    from pytest_html.selfcontained_report import SelfContainedReport
    from pytest_html.util import _process_css, _read_template

    resources = Path(pytest_html.__file__).parent / "resources"
    data = ReportData(config)
    data.set_data("environment", {"Python": platform.python_version(), "Platform": platform.platform()})
    data.outcomes.clear()
    data.outcomes.update({kind: {"label": label, "value": 0} for kind, label in FILTERS.values()})
    data.table_header = html.head()
    data.running_state = "finished"
    data.total_duration = result.duration_s
    _add_rows(data, result.findings, errors)
    data.additional_summary["prefix"].append(
        html.summary(result, lambda target: quote(os.path.relpath(root / target, path.parent)))
    )
    part = path.with_name(f".{path.name}.part")
    css = _process_css(resources / "style.css", [html.CSS, *(Path(css) for css in config.option.css)])
    path.parent.mkdir(parents=True, exist_ok=True)
    page = SelfContainedReport(str(part), config, data, _read_template([resources]), css)
    data.title = f"Runbook checks: {result.environment}"
    page._generate_report()
    part.replace(path)


def _add_rows(data: Any, findings: Sequence[Finding], errors: Iterable[CollectError]) -> None:
    by_id = {finding.nodeid: finding for finding in findings}
    for finding in findings:
        kind = FILTERS.get(finding.outcome, FILTERS[UNKNOWN])[0]
        texts = html.row(finding, _told(cause_of(finding, by_id), finding.host))
        _add(data, finding.nodeid, kind, texts, html.details(finding))
    for nodeid, text in errors:
        kind, label = FILTERS[UNKNOWN]
        _add(data, nodeid, kind, dict(zip(html.KINDS, (label, nodeid, "", "", "", ""), strict=True)), html.plain(text))


def _told(cause: dict[str, str] | None, host: str) -> str:
    if cause is None:
        return ""
    return cause["check"] if cause["host"] == host else f"{cause['check']} on {cause['host']}"


def _add(data: Any, nodeid: str, kind: str, texts: dict[str, str], log: str) -> None:
    data.outcomes[kind]["value"] += 1
    row = {**texts, "extras": [], "result": kind, "resultsTableRow": html.cells(texts), "log": log}
    data.data["tests"][nodeid].append(row)
