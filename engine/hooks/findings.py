"""Findings: each finished check becomes a finding, which determines pytest's outcome, text and exit code."""

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

# Whether the text of the finding replaces pytest's traceback.
BRIEF: pytest.StashKey[bool] = pytest.StashKey()
MEASURES: pytest.StashKey[list[Measure]] = pytest.StashKey()
# Outcomes that do not fail the run.
HARMLESS = ("passed", "waived", "warned")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Runs a check only when its facts could be had, and fails an owner when its fact is missing elsewhere."""
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
    """Attaches the finding, and sets pytest's outcome and text from it."""
    check = check_of(item)
    brief = item.config.stash.get(BRIEF, False)
    if check and brief:
        # pytest would read and parse the source of each frame, for a text that the finding's own words replace.
        item.repr_failure = _unread  # type: ignore[method-assign]
    report = yield
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
        trace=not brief,
    )
    finding = judged(run, params["target"], check, ended, catalogue())
    report.finding = finding  # type: ignore[attr-defined]
    report.outcome = "passed" if finding.outcome in HARMLESS else "failed"
    if report.failed and brief:
        place = f"error in {finding.where}, a mistake of the suite's own; " if finding.where else ""
        text = f"expected: {finding.expected} Found: {finding.message}"
        report.longrepr = f"{place}{finding.check} on {finding.host}: {text}"
        # With this flag pytest leaves the failure out of its list; the summary shows it instead.
        report._pdbshown = True  # type: ignore[attr-defined]
    elif report.longrepr:
        report.longrepr = run.secrets.redact(clean(str(report.longrepr)))
    report.sections = [(name, run.secrets.redact(clean(text))) for name, text in report.sections]
    return report


def _unread(*_: object, **__: object) -> str:
    return ""


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: Any) -> tuple[str, str, str] | None:
    """Returns the word and letter of outcomes that pytest does not have, such as blocked."""
    finding = getattr(report, "finding", None)
    if finding is None or finding.outcome in ("passed", "failed"):
        return None
    outcome = str(finding.outcome)
    return outcome, outcome[0], outcome.upper()


def without_result(item: pytest.Item, outcome: Outcome, message: str) -> Finding | None:
    """Returns a finding with `outcome` and `message` for a check that has none; None for an item that is no check."""
    check = check_of(item)
    if check is None:
        return None
    params = item.callspec.params  # type: ignore[attr-defined]
    entry = entry_name(params["item"]) if "item" in params else ""
    known = blank(item.config.stash[RUN], params["target"], check, item.nodeid, entry)
    return replace(known, outcome=outcome, message=message)


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable(report: object) -> Generator[None, dict[str, Any] | None, dict[str, Any] | None]:
    """Encodes a finding for xdist's controller as plain types; any other type would end the run silently."""
    data = yield
    if data is not None and (finding := getattr(report, "finding", None)) is not None:
        data["finding"] = json.loads(json.dumps(finding.to_dict(), default=str))
    return data


@pytest.hookimpl(wrapper=True)
def pytest_report_from_serializable(data: dict[str, Any]) -> Generator[None, object, object]:
    """Decodes the finding on xdist's controller."""
    plain = data.get("finding")
    report = yield
    if plain is not None and report is not None:
        report.finding = Finding.from_dict(plain)  # type: ignore[attr-defined]
    return report
