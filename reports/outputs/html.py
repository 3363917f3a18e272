"""The HTML page: pytest-html's file with a row for each finding, written once the causes are known."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from engine.hooks.outputs import Place
from engine.judge.finding import Finding
from engine.judge.result import RunResult, Unread
from reports import markup
from reports.whole import part_of
from reports.words import PAGE, cause_of

# pytest-html filters by pytest's outcomes and hides any other, so each outcome is mapped to one of them.
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
NAME = PAGE
# The file that `--html` names, or None for a page beside the other files of the run.
ASKED: pytest.StashKey[str | None] = pytest.StashKey()


def claim(config: pytest.Config) -> None:
    """Takes over `--html`, because pytest-html would write its table before the causes are known."""
    if config.pluginmanager.hasplugin("html"):
        config.stash[ASKED] = config.option.htmlpath
        config.option.htmlpath = None


def files(place: Place) -> list[Path]:
    """Returns the file that `--html` names, else the one in the run's folder; none without pytest-html."""
    if ASKED not in place.config.stash:
        return []
    return [place.here / Path(place.config.stash[ASKED] or place.folder / NAME).expanduser()]


def write(path: Path, result: RunResult, place: Place) -> None:
    """Writes the page atomically. Raises OSError."""
    import pytest_html
    from pytest_html.report_data import ReportData
    from pytest_html.selfcontained_report import SelfContainedReport
    from pytest_html.util import _process_css, _read_template

    resources = Path(pytest_html.__file__).parent / "resources"
    data = ReportData(place.config)
    data.set_data("environment", {"Python": platform.python_version(), "Platform": platform.platform()})
    data.outcomes.clear()
    data.outcomes.update({kind: {"label": label, "value": 0} for kind, label in FILTERS.values()})
    data.table_header = markup.head()
    data.running_state = "finished"
    data.total_duration = result.duration_s
    _add_rows(data, result.findings, result.unread)
    data.additional_summary["prefix"].append(
        markup.summary(result, lambda target: quote(os.path.relpath(place.root / target, path.parent)))
    )
    part = part_of(path)
    css = _process_css(resources / "style.css", [markup.CSS, *(Path(css) for css in place.config.option.css)])
    page = SelfContainedReport(str(part), place.config, data, _read_template([resources]), css)
    data.title = f"Runbook checks: {result.environment}"
    page._generate_report()
    part.replace(path)


def _add_rows(data: Any, findings: Sequence[Finding], unread: Iterable[Unread]) -> None:
    by_id = {finding.nodeid: finding for finding in findings}
    for finding in findings:
        kind = FILTERS.get(finding.outcome, FILTERS[UNKNOWN])[0]
        texts = markup.row(finding, _cause_text(cause_of(finding, by_id), finding.host))
        _add(data, finding.nodeid, kind, texts, markup.details(finding))
    for file in unread:
        kind, label = FILTERS[UNKNOWN]
        texts = dict(zip(markup.KINDS, (label, file.nodeid, "", "", "", ""), strict=True))
        _add(data, file.nodeid, kind, texts, markup.plain(file.text))


def _cause_text(cause: dict[str, str] | None, host: str) -> str:
    if cause is None:
        return ""
    return cause["check"] if cause["host"] == host else f"{cause['check']} on {cause['host']}"


def _add(data: Any, nodeid: str, kind: str, texts: dict[str, str], log: str) -> None:
    data.outcomes[kind]["value"] += 1
    row = {**texts, "extras": [], "result": kind, "resultsTableRow": markup.cells(texts), "log": log}
    data.data["tests"][nodeid].append(row)
