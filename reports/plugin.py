"""The pytest side of the reports: takes each finding as it comes, and has every output written when the run is over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from engine.hooks.looking import only_looks
from engine.hooks.runfolder import RunFolder
from engine.hooks.signals import Ending
from engine.judge.causes import causes
from engine.judge.finding import Finding
from reports import page, store, terminal
from reports.junit import take_junit
from reports.outputs import Outputs, Write, reason, with_problems
from reports.record import ENDED, Record, RunInfo
from reports.summary import RunResult, verdict

RUN_INFO: pytest.StashKey[RunInfo] = pytest.StashKey()
# The file that `--html` names, None where the page is to lie beside the other files.
HTML: pytest.StashKey[str | None] = pytest.StashKey()
REPORT = "report.html"
EVIDENCE = "evidence"
KEEP = 20
# pytest refused what was asked for, or found nothing to run: there was no run.
NO_RUN = (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED)

# Where a run ends with another code, pytest asks nobody for a summary [_pytest/terminal.py].
SUMMED_UP = (0, 1, 2, 4, 5)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--findings`: the JSON may go elsewhere, too."""
    group = parser.getgroup("runbook checks")
    group.addoption("--findings", metavar="FILE", help="write the findings as JSON there, too")
    group.addoption(
        "--keep-runs",
        metavar="N",
        type=int,
        default=KEEP,
        help=f"how many runs of an environment to keep in reports/out (default: {KEEP})",
    )


def announce(config: pytest.Config, info: RunInfo) -> None:
    """Says that a run of the checks begins; to be called before pytest-html is configured."""
    config.stash[RUN_INFO] = info
    if config.pluginmanager.hasplugin("html"):
        # pytest-html would make its table before the causes are known, and write it whatever happens.
        config.stash[HTML] = config.option.htmlpath
        config.option.htmlpath = None


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Starts only where a run was announced (conftest), on the controller, and not to print plans or lists."""
    if RUN_INFO in config.stash and not hasattr(config, "workerinput") and not only_looks(config):
        config.pluginmanager.register(Reports(config), "runbook-reports")


@pytest.hookimpl(optionalhook=True, trylast=True)
def pytest_metadata(metadata: dict[str, Any]) -> None:
    """Only what is known to be harmless: the environment of a CI job is full of tokens."""
    kept = {key: value for key, value in metadata.items() if key in ("Python", "Platform")}
    metadata.clear()
    metadata.update(kept)


class Reports:
    """One run, from its first check to its last output."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._info = config.stash[RUN_INFO]
        self._record = Record(self._info)
        self._folder: RunFolder | None = None
        self._outputs = Outputs(self._info.redact)
        self._documents: dict[str, Write] = {}
        self._junit = take_junit(config)
        self._page: Path | None = None
        self._selected: dict[str, pytest.Item] = {}
        self._session: pytest.Session | None = None
        self._result: RunResult | None = None
        self._ending = Ending()

    # --- what comes in

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """TERM and HUP are Ctrl-C from here on."""
        self._session = session
        self._ending.begin()

    def pytest_unconfigure(self) -> None:
        """The process may go on without us."""
        self._ending.end()

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that could not be read is told in the page, too."""
        if report.failed:
            self._record.errors.append((report.nodeid, self._info.redact(report.longreprtext)))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """The checks that must each have a finding in the end."""
        self._selected = {item.nodeid: item for item in session.items}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> None:
        """A run begins: its folder is made, and `latest` says that nothing is known yet."""
        self._open()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keeps the finding."""
        plain = getattr(report, "finding", None)
        if plain is not None:
            self._record.add(Finding.from_dict(plain))
        elif report.failed and report.when not in ("setup", "call", "teardown"):
            # xdist's own report of a check whose worker died.
            self._record.died(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """An error inside the suite is told as such."""
        self._record.lost("an error inside the suite", excinfo.value)

    # --- what goes out

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Sees that nothing is missing, works out the causes, and has everything written."""
        if exitstatus in NO_RUN and not self._record.findings:
            if self._folder:
                self._folder.discard()
            return
        self._open()
        self._record.add_missing(self._selected.values())
        code = self._record.ended(int(exitstatus), self._ending.by or str(session.shouldstop or ""))
        result = self._write_json(code)
        if code in ENDED:
            # Written before and after: whoever loses patience with a slow host now has the findings already.
            result = self._with_evidence(result)
        self._result = self._written(result)
        self._record.close()
        if self._folder:
            self._folder.close()
        reporter = self._config.pluginmanager.getplugin("terminalreporter")
        if reporter and exitstatus not in SUMMED_UP:
            self.pytest_terminal_summary(reporter)

    def _open(self) -> None:
        if self._folder:
            return
        try:
            self._folder = RunFolder(self._info.output, self._record.started, self._config.option.keep_runs)
            self._record.keep_in(self._folder.path)
        except OSError as error:
            where = f"{self._info.output}: {error.strerror or error}"
            raise pytest.UsageError(f"{where}; expected a folder where reports can be written") from None
        self._add_outputs(self._folder.path)
        self._write_json(None)

    def _add_outputs(self, folder: Path) -> None:
        here, option = self._config.invocation_params.dir, self._config.option
        documents = [folder / store.DOCUMENT, *([here / Path(option.findings).expanduser()] if option.findings else [])]
        self._documents = {str(path): partial(_write_document, path) for path in documents}
        self._outputs.add(self._documents)
        if HTML in self._config.stash:
            self._page = here / Path(self._config.stash[HTML] or folder / REPORT).expanduser()
            self._outputs.add({str(self._page): self._write_page})
        self._outputs.add(self._junit)

    def _write_page(self, result: RunResult) -> None:
        assert self._page
        page.write(self._page, self._config, self._info.root, result, self._record.errors)

    def _write_json(self, code: int | None) -> RunResult:
        return self._written(self._record.result(code), self._documents)

    def _written(self, result: RunResult, only: Collection[str] = ()) -> RunResult:
        written = self._outputs.write(result, only)
        if self._session and written.exit_code is not None:
            self._session.exitstatus = written.exit_code
        return written

    def _with_evidence(self, result: RunResult) -> RunResult:
        if not self._info.hand_over or not self._folder:
            return result
        try:
            found = self._info.hand_over(self._folder.path / EVIDENCE, result.findings)
        except KeyboardInterrupt:
            told = with_problems(result, "interrupted while evidence was gathered")
            return replace(told, exit_code=int(pytest.ExitCode.INTERRUPTED))
        # Evidence is for later: what is wrong is known, and told.
        except Exception as error:
            return with_problems(result, f"no evidence could be gathered: {self._info.redact(reason(error))}")
        return replace(result, findings=found, causes=causes(found))

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The verdict and the causes, last, where they are seen."""
        if not self._result:
            return
        page = self._page.as_uri() if self._page and str(self._page) in self._outputs else ""
        try:
            terminal.show(terminalreporter, self._result, page)
        # What the files say, the terminal says at least in short.
        except Exception as error:
            told = with_problems(self._result, f"the summary could not be shown: {self._info.redact(reason(error))}")
            self._result = self._written(told)
            terminalreporter.write_line(told.problems[-1], red=True)
            terminalreporter.write_line(verdict(self._result), red=True, bold=True)


def _write_document(path: Path, result: RunResult) -> None:
    store.write(path, store.document(result))
