"""pytest's short summary (`-r`): it lists blocked checks among the failed, and says of each what was found."""

from __future__ import annotations

import copy
from collections.abc import Generator
from typing import Any

import pytest

from engine.text import one_line


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None, object, object]:
    """Restores the reports that `pytest_terminal_summary_last` replaces, before pytest counts them."""
    stats = terminalreporter.stats
    try:
        return (yield)
    finally:
        terminalreporter.stats = stats


@pytest.hookimpl(trylast=True, specname="pytest_terminal_summary")
def pytest_terminal_summary_last(terminalreporter: pytest.TerminalReporter) -> None:
    """Adds the blocked checks to the failed ones: pytest's short summary, which is next, has no letter for others."""
    stats = terminalreporter.stats
    failed = [*stats.get("failed", []), *stats.get("blocked", [])]
    shown = {"failed": failed, "error": stats.get("error", [])}
    terminalreporter.stats = {**stats, **{name: [_brief(report) for report in shown[name]] for name in shown}}


def _brief(report: Any) -> Any:
    """Returns a report whose text is what was found. pytest cuts it, and the check's name comes first in it."""
    finding = getattr(report, "finding", None)
    if finding is None:
        return report
    shown = copy.copy(report)
    shown.longrepr = one_line(finding.message)
    return shown
