"""The terminal's summary: the verdict, then each cause in a few lines, ready to act on."""

from __future__ import annotations

import textwrap
from datetime import datetime
from pathlib import PurePosixPath

import pytest

from engine.hooks.outputs import Place, not_shown
from engine.judge.causes import Cause, named
from engine.judge.finding import Remediation
from engine.judge.result import RunResult, with_problems
from engine.text import counted
from reports.words import DANGERS, PAGE, call, contacts, names, verdict

NAME = "the summary"
CAUSES_SHOWN = 10
LINES_OF_TEXT = 6
CONSEQUENCES_SHOWN = 12


def show(result: RunResult, place: Place) -> None:
    """Writes the summary; where that cannot be done, the verdict at least. Raises what went wrong."""
    terminal = place.config.pluginmanager.getplugin("terminalreporter")
    if terminal is None:
        return
    page = place.written.get(PAGE)
    try:
        _show(terminal, result, page.as_uri() if page else "")
    except Exception as error:
        problem = not_shown(NAME, place, error)
        terminal.write_line(problem, red=True)
        terminal.write_line(verdict(with_problems(result, problem)), red=True, bold=True)
        raise


def _show(terminal: pytest.TerminalReporter, result: RunResult, page: str) -> None:
    causes = result.causes
    width = max(60, min(terminal._tw.fullwidth, 140))
    for number, cause in enumerate(causes[:CAUSES_SHOWN], 1):
        _cause(terminal, number, cause, result.started, width)
    if len(causes) > CAUSES_SHOWN:
        terminal.write_line(
            f"… and {counted(len(causes) - CAUSES_SHOWN, 'cause')} more, in the HTML report", yellow=True
        )
    for finding in result.findings:
        if finding.outcome in ("waived", "warned"):
            reason = finding.waiver or f"milder than the gate ({finding.severity})"
            line = f"{finding.outcome}: {finding.check} on {finding.host}: {finding.message} [{reason}]"
            terminal.write_line(_bounded(line, width * 2), yellow=True)
    for absence in result.absences:
        terminal.write_line(f"not there: {absence.component}: {absence.reason} [{absence.system}]")
    for line in result.unnamed:
        terminal.write_line(line, yellow=True)
    for problem in result.problems:
        terminal.write_line(problem, red=True)
    good = result.exit_code == 0
    terminal.write_line("")
    if page:
        terminal.write_line(f"report: {page}")
    terminal.write_line(verdict(result), bold=True, green=good, red=not good)


def _cause(terminal: pytest.TerminalReporter, number: int, cause: Cause, started: datetime, width: int) -> None:
    first = cause.first
    terminal.write_line("")
    label = "the suite's own" if cause.is_ours else f"{cause.gravest.severity}, {first.system}"
    terminal.write_line(f"{number}. {cause.name} on {', '.join(cause.hosts)}  [{label}]", red=True, bold=True)
    if not cause.todo:
        _paragraph(terminal, "expected", first.expected, width)
    _paragraph(terminal, "found", first.message, width)
    for other in cause.alike:
        _paragraph(terminal, "also", f"{named(other)} on {other.host}: {other.message}", width)
    if first.quiet:
        _paragraph(terminal, "over", first.quiet, width)
    # No section of a runbook is about these: that of a check which they block would say what to do about that one.
    if cause.todo:
        _paragraph(terminal, "do", cause.todo, width)
    else:
        _guidance(terminal, cause, started, width)
        _files(terminal, cause, width)
    for line in first.trace.splitlines():
        terminal.write_line(f"    {line}")
    _consequences(terminal, cause, width)


def _guidance(terminal: pytest.TerminalReporter, cause: Cause, started: datetime, width: int) -> None:
    guidance = cause.first.guidance
    _paragraph(terminal, "section", f"{guidance.section} ({guidance.link})", width)
    for step in guidance.remediation:
        _step(terminal, step, width)
    if told := call(cause, started):
        _paragraph(terminal, "call", told, width)
    for line in guidance.escalation:
        _paragraph(terminal, "escalate", line, width)
    _paragraph(terminal, "contact", "; ".join(contacts(guidance)), width)


def _files(terminal: pytest.TerminalReporter, cause: Cause, width: int) -> None:
    for finding in cause.findings:
        paths = [file.path for file in finding.files if file.path]
        if paths:
            _paragraph(
                terminal, "evidence", f"{counted(len(paths), 'file')} in {PurePosixPath(paths[0]).parent}", width
            )
    by_hand = [file.text for file in cause.first.files if not file.path]
    if by_hand:
        _paragraph(terminal, "by hand", "; ".join(by_hand), width)


def _consequences(terminal: pytest.TerminalReporter, cause: Cause, width: int) -> None:
    for outcome, words in (("failed", "follows"), ("blocked", "blocks"), ("error", "breaks")):
        group = [finding for finding in cause.consequences if finding.outcome == outcome]
        if group:
            told = names(group)
            more = f" and {len(told) - CONSEQUENCES_SHOWN} more" if len(told) > CONSEQUENCES_SHOWN else ""
            line = f"{counted(len(group), 'check')}: {', '.join(told[:CONSEQUENCES_SHOWN])}{more}"
            _paragraph(terminal, words, line, width)


def _step(terminal: pytest.TerminalReporter, step: Remediation, width: int) -> None:
    danger = DANGERS.get(step.danger)
    words = " ".join(filter(None, (step.text, f"[{danger}]" if danger else "")))
    if words:
        text = textwrap.fill(
            words, width - 4, initial_indent="    # ", subsequent_indent="    # ", break_on_hyphens=False
        )
        terminal.write_line(text, yellow=bool(danger), light=not danger)
    # A command is never wrapped or cut: it is there to be pasted.
    for line in step.command.splitlines():
        terminal.write_line(f"    {line}", cyan=True)


def _paragraph(terminal: pytest.TerminalReporter, label: str, text: str, width: int) -> None:
    """`   found  …`, wrapped under itself, and cut after a few lines: the HTML report has it whole."""
    indent = f"   {label:<9}"
    # A path that broke at a hyphen could not be opened by a click.
    wrapper = textwrap.TextWrapper(width - len(indent), break_on_hyphens=False, break_long_words=False)
    lines = [line for part in text.splitlines() or [""] for line in wrapper.wrap(part) or [""]]
    if len(lines) > LINES_OF_TEXT:
        lines = [*lines[:LINES_OF_TEXT], "…"]
    for index, line in enumerate(lines):
        terminal.write_line((indent if index == 0 else " " * len(indent)) + line)


def _bounded(text: str, limit: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
