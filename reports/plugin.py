"""The pytest side of the reports: takes each finding as it comes, and renders all of them when the run is over."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from engine.judge.causes import causes, explain
from engine.judge.finding import Absence, Finding
from reports import html, store, terminal
from reports.summary import RunResult

NODEID = re.compile(r"test_(?P<component>\w+)\.py::test_(?P<function>\w+)(?:\[(?P<host>.*)\])?$")


@dataclass(frozen=True)
class RunInfo:
    """What a run's reports are called, where they go, and what its systems declare not to have.

    `hand_over` takes the explained findings, and returns them with the evidence files of the causes. What logs said
    before `since` is history in this run.
    """

    environment: str
    output: Path
    absences: tuple[Absence, ...] = ()
    hand_over: Callable[[Sequence[Finding]], list[Finding]] | None = None
    since: datetime | None = None


RUN_INFO: pytest.StashKey[RunInfo] = pytest.StashKey()
REPORT = "report.html"
EVIDENCE = "evidence"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--findings`: the JSON may go elsewhere."""
    group = parser.getgroup("runbook checks")
    group.addoption("--findings", metavar="FILE", help="write the findings as JSON there (default: beside the report)")


def pytest_configure(config: pytest.Config) -> None:
    """Starts only where a run was announced (conftest), on the controller, and not to print plans or lists."""
    is_worker = hasattr(config, "workerinput")
    if RUN_INFO not in config.stash or is_worker or config.option.collectonly or config.option.plan:
        return
    config.pluginmanager.register(Reports(config), "runbook-reports")


def html_options(config: pytest.Config, output: Path) -> None:
    """Has pytest-html write one self-contained file in our look, where the user asked for no other."""
    if not config.pluginmanager.hasplugin("html"):
        return
    if not config.option.htmlpath:
        config.option.htmlpath = str(output / REPORT)
    config.option.self_contained_html = True
    config.option.css = [*config.option.css, str(html.CSS)]


class Reports:
    """Collects a run's findings; `findings` went through `explain` once the session is finished."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._info = config.stash[RUN_INFO]
        self._started = datetime.now(UTC)
        self._clock = time.perf_counter()
        self._lines = store.Lines(self._info.output)
        self._collected: dict[str, None] = {}
        self._result = RunResult(self._info.environment, self._started, 0.0, 0, (), ())
        self._finished = False
        self.findings: list[Finding] = []

    # --- what comes in

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """The ids that must each have a finding in the end."""
        self._collected.update(dict.fromkeys(item.nodeid for item in session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any, ids: list[str]) -> None:  # noqa: ARG002
        """The same under xdist, whose controller has no items."""
        self._collected.update(dict.fromkeys(ids))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keeps the finding, in memory and on disk."""
        plain = getattr(report, "finding", None)
        if plain is not None:
            finding = Finding.from_dict(plain)
            self.findings.append(finding)
            self._lines.add(finding)

    # --- what goes out

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Works out the causes, sees that nothing is missing, and writes the JSON."""
        if not self._collected and not self.findings:
            self._lines.close()
            return
        self._finished = True
        known = {finding.nodeid for finding in self.findings}
        for nodeid in self._collected:
            if nodeid not in known:
                self.findings.append(without_result(nodeid))
                self._lines.add(self.findings[-1])
        if len(known) < len(self._collected) and exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        self._lines.close()
        self.findings = explain(self.findings)
        self._write(int(session.exitstatus))
        if self._info.hand_over and exitstatus != pytest.ExitCode.INTERRUPTED:
            # Written before and after: whoever loses patience with a slow host now has the findings already.
            self.findings = self._info.hand_over(self.findings)
            self._write(int(session.exitstatus))

    def _write(self, code: int) -> None:
        """Keeps the run as it stands, and writes it as JSON."""
        info, seconds = self._info, time.perf_counter() - self._clock
        self._result = RunResult(
            info.environment,
            self._started,
            seconds,
            code,
            self.findings,
            causes(self.findings),
            info.absences,
            info.since,
        )
        path = Path(self._config.option.findings or info.output / store.DOCUMENT)
        store.write(path, store.document(self._result))

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
        """The verdict and the causes, last, where they are seen."""
        if self._finished:
            terminal.show(terminalreporter, replace(self._result, exit_code=int(exitstatus)))

    # --- pytest-html

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_report_title(self, report: Any) -> None:
        """The environment's name."""
        report.title = f"Runbook checks: {self._info.environment}"

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_header(self, cells: list[str]) -> None:
        """Our columns instead of pytest-html's."""
        cells[:] = html.head()

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_row(self, report: Any, cells: list[str]) -> None:
        """A finding's cells; a report without one (a broken collection) keeps as many of pytest-html's own."""
        plain = getattr(report, "finding", None)
        if plain is None:
            cells[2:] = ["<td></td>"] * (len(html.COLUMNS) - 2)
            return
        cells[:] = html.row(plain, ", ".join(plain["owners"]) if plain["outcome"] == "blocked" else "")

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_html(self, report: Any, data: list[str]) -> None:
        """What opens under a row."""
        plain = getattr(report, "finding", None)
        if plain is not None:
            data[:] = html.details(plain)

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_summary(self, prefix: list[str], session: pytest.Session) -> None:
        """The causes, on top."""
        result = replace(self._result, exit_code=int(session.exitstatus))
        page = Path(self._config.option.htmlpath).resolve()
        root = self._config.rootpath
        prefix.append(html.summary(result, lambda path: quote(os.path.relpath(root / path, page.parent))))

    @pytest.hookimpl(optionalhook=True, trylast=True)
    def pytest_metadata(self, metadata: dict[str, Any]) -> None:
        """Only what is known to be harmless: the environment of a CI job is full of tokens."""
        kept = {key: value for key, value in metadata.items() if key in ("Python", "Platform")}
        metadata.clear()
        metadata.update(kept)


def without_result(nodeid: str) -> Finding:
    """Returns the finding of a check that was to run and has none: it says nothing, so it is not green."""
    match = NODEID.search(nodeid)
    component = match["component"] if match else ""
    return Finding(
        nodeid=nodeid,
        check=f"{component}.{match['function']}" if match else nodeid,
        host=(match["host"] or "") if match else "",
        system="",
        component=component,
        item="",
        outcome="blocked",
        severity="P1",
        expected="The check is run to its end.",
        message="no result: the run was cut short, or the process that ran it died",
        missing="result",
    )
