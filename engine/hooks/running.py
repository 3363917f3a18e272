"""One run, from its first check to its last output: takes each finding as it comes, explains them, has them written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.gather.catalogue import catalogue
from engine.hooks.looking import only_looks
from engine.hooks.outputs import Outputs, Place, known, reason
from engine.hooks.record import ENDED, Record
from engine.hooks.runfolder import RunFolder
from engine.hooks.signals import Ending
from engine.judge.causes import causes
from engine.judge.finding import Finding
from engine.judge.handover import hand_over
from engine.judge.result import RunResult, Unread, with_problems
from engine.run.run import RUN
from engine.runbook import kept

OUT = Path("reports", "out")
EVIDENCE = "evidence"
KEEP = 20
# pytest refused what was asked for, or found nothing to run: there was no run.
NO_RUN = (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED)

# Where a run ends with another code, pytest asks nobody for a summary [_pytest/terminal.py].
SUMMED_UP = (0, 1, 2, 4, 5)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of all outputs, and of the folder that they are in."""
    group = parser.getgroup("runbook checks")
    group.addoption(
        "--keep-runs",
        metavar="N",
        type=int,
        default=KEEP,
        help=f"how many runs of an environment to keep in reports/out (default: {KEEP})",
    )
    group.addoption("--no-evidence", action="store_true", help="gather no evidence files when a section fails")
    known().call("options", group)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Outputs take what is theirs before other plugins act on it."""
    if RUN in config.stash:
        known().call("claim", config)


@pytest.hookimpl(trylast=True, specname="pytest_configure")
def pytest_configure_last(config: pytest.Config) -> None:
    """Starts only where there is a run, on the controller, and not to print plans or lists."""
    if RUN in config.stash and not hasattr(config, "workerinput") and not only_looks(config):
        known().call("begin", config)
        config.pluginmanager.register(Running(config), "runbook-running")


@pytest.hookimpl(optionalhook=True, trylast=True)
def pytest_metadata(metadata: dict[str, Any]) -> None:
    """Only what is known to be harmless: the environment of a CI job is full of tokens."""
    kept = {key: value for key, value in metadata.items() if key in ("Python", "Platform")}
    metadata.clear()
    metadata.update(kept)


class Running:
    """A run that goes on."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._run = config.stash[RUN]
        self._record = Record(self._run)
        self._folder: RunFolder | None = None
        self._outputs: Outputs | None = None
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
            self._record.unread.append(Unread(report.nodeid, self._run.secrets.redact(report.longreprtext)))

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
        found = getattr(report, "finding", None)
        if found is not None:
            self._add([found])
        elif report.failed and report.when not in ("setup", "call", "teardown"):
            # xdist's own report of a check whose worker died.
            self._record.died(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """An error inside the suite is told as such."""
        self._record.lost("an error inside the suite", excinfo.value)

    def _add(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self._record.add(finding)
            if self._outputs:
                self._outputs.add(finding)

    # --- what goes out

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Sees that nothing is missing, works out the causes, and has everything written."""
        if exitstatus in NO_RUN and not self._record.findings:
            if self._folder:
                self._folder.discard()
            return
        self._open()
        self._add(list(self._record.missing(self._selected.values())))
        code = self._record.ended(int(exitstatus), self._ending.by or str(session.shouldstop or ""))
        # Written before evidence and after: whoever loses patience with a slow host now has the findings already.
        result = self._written(self._record.result(code), early=True)
        if code in ENDED:
            result = self._with_evidence(result)
        self._result = self._written(result)
        if self._folder:
            self._folder.close()
        if exitstatus not in SUMMED_UP:
            self.pytest_terminal_summary()

    def _open(self) -> None:
        if self._folder:
            return
        output = self._run.root / OUT / self._run.inventory.environment
        try:
            self._folder = RunFolder(output, self._record.started, self._config.option.keep_runs)
            place = Place(self._config, self._run.root, self._folder.path, self._run.secrets.redact)
            self._outputs = Outputs(place)
            self._outputs.begin()
        except OSError as error:
            where = f"{output}: {error.strerror or error}"
            raise pytest.UsageError(f"{where}; expected a folder where reports can be written") from None
        self._written(self._record.result(None), early=True)
        kept.keep()

    def _written(self, result: RunResult, *, early: bool = False) -> RunResult:
        written = self._outputs.write(result, early=early) if self._outputs else result
        if self._session and written.exit_code is not None:
            self._session.exitstatus = written.exit_code
        return written

    def _with_evidence(self, result: RunResult) -> RunResult:
        if self._config.option.no_evidence or not self._folder:
            return result
        try:
            found = hand_over(self._run, catalogue(), self._folder.path / EVIDENCE, result.findings)
        except KeyboardInterrupt:
            told = with_problems(result, "interrupted while evidence was gathered")
            return replace(told, exit_code=int(pytest.ExitCode.INTERRUPTED))
        # Evidence is for later: what is wrong is known, and told.
        except Exception as error:
            return with_problems(result, f"no evidence could be gathered: {self._run.secrets.redact(reason(error))}")
        return replace(result, findings=found, causes=causes(found))

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self) -> None:
        """The verdict and the causes, last, where they are seen."""
        if self._result and self._outputs and (lost := self._outputs.show(self._result)):
            self._written(with_problems(self._result, *lost))
