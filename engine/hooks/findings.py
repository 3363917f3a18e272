"""Findings: each finished check becomes one, and pytest's own outcome, text and exit code follow from it."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import replace
from typing import Any

import pytest

from engine.config.settings import entry_name
from engine.gather.catalogue import catalogue
from engine.gather.fact import Unavailable
from engine.hooks.selection import check_of
from engine.judge.finding import Finding, Outcome
from engine.judge.measure import Measure, measuring, nearest
from engine.judge.outcome import CannotCheckError, Ended, blank, judged, missing_of
from engine.run.run import RUN
from engine.text import clean

# Whether a finding's own words stand for pytest's traceback.
BRIEF: pytest.StashKey[bool] = pytest.StashKey()
MEASURES: pytest.StashKey[list[Measure]] = pytest.StashKey()
# Under these a finding does not fail the run; whatever else there is does.
HARMLESS = ("passed", "waived", "warned")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """A check whose fact could not be had is not run: it cannot say anything. Its own fact must be there for all."""
    check = check_of(pyfuncitem)
    if check is None:
        return (yield)
    for value in pyfuncitem.funcargs.values():
        if isinstance(value, Unavailable):
            raise CannotCheckError(value)
    with measuring() as measures:
        pyfuncitem.stash[MEASURES] = measures
        done = yield
    if missing := missing_of(pyfuncitem.config.stash[RUN], pyfuncitem.callspec.params["target"], check):  # type: ignore
        raise CannotCheckError(missing)
    return done


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attaches the finding, and lets pytest's own outcome, text and exit code follow from it."""
    report = yield
    check = check_of(item)
    if check is None or (report.when != "call" and not (report.when == "setup" and report.failed)):
        return report
    run = item.config.stash[RUN]
    params = item.callspec.params  # type: ignore[attr-defined]
    ended = Ended(
        nodeid=item.nodeid,
        item=entry_name(params["item"]) if "item" in params else "",
        error=call.excinfo.value if call.excinfo else None,
        duration=call.duration,
        phase=call.when,
        gate=item.config.option.fail_on,
        measures=nearest(item.stash.get(MEASURES, [])),
        trace=not item.config.stash.get(BRIEF, False),
    )
    found = judged(run, params["target"], check, ended, catalogue())
    report.finding = found  # type: ignore[attr-defined]
    report.outcome = "passed" if found.outcome in HARMLESS else "failed"
    if report.failed and item.config.stash.get(BRIEF, False):
        ours = f"error in {found.where}, a mistake of the suite's own; " if found.where else ""
        report.longrepr = f"{ours}{found.check} on {found.host}: expected: {found.expected} Found: {found.message}"
        # pytest's list of failures leaves out what the debugger showed already, and so what the summary shows better.
        report._pdbshown = True  # type: ignore[attr-defined]
    elif report.longrepr:
        report.longrepr = run.secrets.redact(clean(str(report.longrepr)))
    report.sections = [(name, run.secrets.redact(clean(text))) for name, text in report.sections]
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: Any) -> tuple[str, str, str] | None:
    """The outcome's own word and letter: blocked is not failed, and neither is green."""
    found = getattr(report, "finding", None)
    if found is None or found.outcome in ("passed", "failed"):
        return None
    outcome = str(found.outcome)
    return outcome, outcome[0], outcome.upper()


def without_result(item: pytest.Item, outcome: Outcome, message: str) -> Finding | None:
    """Returns the finding of a check that was to run and has none, with these words; None for what is no check."""
    check = check_of(item)
    if check is None:
        return None
    params = item.callspec.params  # type: ignore[attr-defined]
    entry = entry_name(params["item"]) if "item" in params else ""
    known = blank(item.config.stash[RUN], params["target"], check, item.nodeid, entry)
    return replace(known, outcome=outcome, message=message)


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable(report: object) -> Generator[None, dict[str, Any] | None, dict[str, Any] | None]:
    """On its way to xdist's controller a finding is plain: whatever is not would end the run without a word."""
    data = yield
    if data is not None and (found := getattr(report, "finding", None)) is not None:
        data["finding"] = json.loads(json.dumps(found.to_dict(), default=str))
    return data


@pytest.hookimpl(wrapper=True)
def pytest_report_from_serializable(data: dict[str, Any]) -> Generator[None, object, object]:
    """There it is a finding again."""
    plain = data.get("finding")
    report = yield
    if plain is not None and report is not None:
        report.finding = Finding.from_dict(plain)  # type: ignore[attr-defined]
    return report
