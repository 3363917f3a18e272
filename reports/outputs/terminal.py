"""The terminal's summary: each cause in a few lines with its steps, then the verdict."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePosixPath

import pytest

from engine.hooks.outputs import Place, not_shown
from engine.judge.causes import Cause, named
from engine.judge.finding import Remediation
from engine.judge.result import RunResult, with_problems
from engine.text import counted
from reports.paste import note, paste
from reports.words import DANGERS, PAGE, call, contacts, names, verdict

NAME = "the summary"
# Where the steps of a section are when there is no page.
FINDINGS = "findings.json"
CAUSES_SHOWN = 10
LINES_OF_TEXT = 6
CONSEQUENCES_SHOWN = 12
DANGER_ENDS = tuple(f"[{danger}]" for danger in DANGERS.values())


def show(result: RunResult, place: Place) -> None:
    """Writes the summary. When that fails, writes the verdict alone and raises the error again."""
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
        if not cause.todo:
            _further(terminal, f"{PurePosixPath(page).name}#cause-{number}-further-" if page else "", cause)
        _consequences(terminal, cause, width)
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
    # These causes have no section: the section of a check that they block is about another problem.
    if cause.todo:
        _paragraph(terminal, "do", cause.todo, width)
    else:
        _guidance(terminal, cause, started, width)
        _files(terminal, cause, width)
    for line in first.trace.splitlines():
        terminal.write_line(f"    {line}")


def _guidance(terminal: pytest.TerminalReporter, cause: Cause, started: datetime, width: int) -> None:
    guidance = cause.first.guidance
    _paragraph(terminal, "section", f"{guidance.section} ({guidance.link})", width)
    _steps(terminal, guidance.remediation)
    if people := call(cause, started):
        _paragraph(terminal, "call", people, width)
    for line in guidance.escalation:
        _paragraph(terminal, "escalate", line, width)
    _paragraph(terminal, "contact", "; ".join(contacts(guidance)), width)


def _further(terminal: pytest.TerminalReporter, anchor: str, cause: Cause) -> None:
    """Writes one line for each section that follows when the resolution did not help: where it stands and is shown."""
    for number, section in enumerate(cause.first.guidance.further, 1):
        title, steps = section.section.rpartition(" / ")[2], f"{anchor}{number}" if anchor else FINDINGS
        why = f", because {section.why}" if section.why else ""
        terminal.write_line(f"   {'or else':<9}{title}{why} ({section.place}; steps in {steps})")


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
            checks = names(group)
            more = f" and {len(checks) - CONSEQUENCES_SHOWN} more" if len(checks) > CONSEQUENCES_SHOWN else ""
            line = f"{counted(len(group), 'check')}: {', '.join(checks[:CONSEQUENCES_SHOWN])}{more}"
            _paragraph(terminal, words, line, width)


def _steps(terminal: pytest.TerminalReporter, steps: Sequence[Remediation]) -> None:
    """Writes the steps as one paste, and behind it those that are left out of it; a command is never cut or wrapped."""
    whole = paste(steps)
    apart = [step for step in steps if not whole or step.danger == "data-loss"]
    for line in [
        *whole.splitlines(),
        *(line for step in apart for line in (*note(step), *step.pasteable.splitlines())),
    ]:
        comment = line.startswith("# ")
        danger = comment and line.endswith(DANGER_ENDS)
        terminal.write_line(f"    {line}", yellow=danger, light=comment and not danger, cyan=not comment)


def _paragraph(terminal: pytest.TerminalReporter, label: str, text: str, width: int) -> None:
    """Writes a labelled paragraph (`   found  …`), wrapped and cut after a few lines; the HTML report has all of it."""
    indent = f"   {label:<9}"
    # A path that is broken at a hyphen cannot be clicked.
    wrapper = textwrap.TextWrapper(width - len(indent), break_on_hyphens=False, break_long_words=False)
    lines = [line for part in text.splitlines() or [""] for line in wrapper.wrap(part) or [""]]
    if len(lines) > LINES_OF_TEXT:
        lines = [*lines[:LINES_OF_TEXT], "…"]
    for index, line in enumerate(lines):
        terminal.write_line((indent if index == 0 else " " * len(indent)) + line)


def _bounded(text: str, limit: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
