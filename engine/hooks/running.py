"""One run, from its first check to its last output: it records the findings, explains them, and writes the outputs."""

from __future__ import annotations

import gc
from collections.abc import Generator, Iterable
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
# With these exit codes pytest refused its options or found nothing to run: there was no run.
NO_RUN = (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED)

# With any other exit code pytest does not call the hooks of the summary [_pytest/terminal.py].
SUMMED_UP = (0, 1, 2, 4, 5)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options of all outputs and of the folder of the run."""
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
    """Lets outputs take over options before the plugins that own them act on these."""
    if RUN in config.stash:
        known().call("claim", config)


@pytest.hookimpl(trylast=True, specname="pytest_configure")
def pytest_configure_last(config: pytest.Config) -> None:
    """Registers the run, on the controller only, and not when an option only shows something."""
    if RUN in config.stash and not hasattr(config, "workerinput") and not only_looks(config):
        known().call("begin", config)
        config.pluginmanager.register(Running(config), "runbook-running")


@pytest.hookimpl(optionalhook=True, trylast=True)
def pytest_metadata(metadata: dict[str, Any]) -> None:
    """Keeps only harmless metadata, because the environment of a CI job contains tokens."""
    kept = {key: value for key, value in metadata.items() if key in ("Python", "Platform")}
    metadata.clear()
    metadata.update(kept)


class Running:
    """The pytest plugin of one run."""

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

    # --- input: the findings of checks

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Begins to treat TERM and HUP as Ctrl-C."""
        self._session = session
        self._ending.begin()

    def pytest_unconfigure(self) -> None:
        """Restores the signal handlers, because the process may live on."""
        self._ending.end()
        # pytest looks for garbage five times over as it ends, and there is nothing left to save memory for.
        gc.freeze()

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Records a file of checks that could not be collected."""
        if report.failed:
            self._record.unread.append(Unread(report.nodeid, self._run.secrets.redact(report.longreprtext)))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Records the selected checks, each of which must have a finding at the end."""
        self._selected = {item.nodeid: item for item in session.items}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> None:
        """Creates the folder of the run; until its end the outputs there show a run that is going on."""
        self._open()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Records the finding of a check."""
        finding = getattr(report, "finding", None)
        if finding is not None:
            self._add([finding])
        elif report.failed and report.when not in ("setup", "call", "teardown"):
            # xdist's own report of a check whose worker died.
            self._record.died(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Records an error inside the suite."""
        self._record.lost("an error inside the suite", excinfo.value)

    def _add(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self._record.add(finding)
            if self._outputs:
                self._outputs.add(finding)

    # --- output: the explained run

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Adds findings for checks without one, explains the run, and writes the outputs and the evidence."""
        if exitstatus in NO_RUN and not self._record.findings:
            if self._folder:
                self._folder.discard()
            return
        self._open()
        self._add(list(self._record.missing(self._selected.values())))
        code = self._record.ended(int(exitstatus), self._ending.by or str(session.shouldstop or ""))
        # Outputs are written before the evidence too, so that an interruption there does not lose the findings.
        result = self._written(self._record.result(code), early=True)
        if code in ENDED:
            result = self._with_evidence(result)
        self._result = self._written(result)
        if self._folder:
            self._folder.close()
        if exitstatus not in SUMMED_UP:
            self._show()

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
            findings = hand_over(self._run, catalogue(), self._folder.path / EVIDENCE, result.findings)
        except KeyboardInterrupt:
            interrupted = with_problems(result, "interrupted while evidence was gathered")
            return replace(interrupted, exit_code=int(pytest.ExitCode.INTERRUPTED))
        # The findings are complete without evidence.
        except Exception as error:
            return with_problems(result, f"no evidence could be gathered: {self._run.secrets.redact(reason(error))}")
        return replace(result, findings=findings, causes=causes(findings))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self) -> Generator[None, object, object]:
        """Shows the causes and the verdict, behind all that pytest and its plugins sum up."""
        try:
            return (yield)
        finally:
            self._show()

    def _show(self) -> None:
        if self._result and self._outputs and (lost := self._outputs.show(self._result)):
            self._written(with_problems(self._result, *lost))
