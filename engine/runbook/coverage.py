"""Which diagnostics of a runbook a check automates, which are left to people and why, and which are forgotten."""

from __future__ import annotations

from engine.runbook.model import Diagnostic, Runbook
from engine.text import counted

WIDTH = 60


def gaps(runbook: Runbook) -> tuple[Diagnostic, ...]:
    """Returns the diagnostics that name neither a check nor the reason why there is none, in document order."""
    return tuple(d for section in runbook.sections for d in section.diagnostics if not d.checks and d.manual is None)


def coverage_lines(runbook: Runbook) -> list[str]:
    """Returns one line a diagnostic: where it stands, who automates it, and the command; then what is not read."""
    diagnostics = [d for section in runbook.sections for d in section.diagnostics]
    rows = [(f"{d.path}:{d.line}", _who(d), _short(d.command)) for d in diagnostics]
    place = max((len(row[0]) for row in rows), default=0)
    who = max((min(len(row[1]), WIDTH) for row in rows), default=0)
    return [*(f"{row[0]:<{place}}  {row[1]:<{who}}  {row[2]}" for row in rows), *_unread(runbook)]


def _unread(runbook: Runbook) -> list[str]:
    lines = [f"{each.path}:{each.line}  NOT READ: {each.what}" for each in runbook.unread]
    prose = f"{runbook.path}  {counted(runbook.prose, 'line')} of prose outside of labels"
    return [*lines, prose] if runbook.prose else lines


def _who(diagnostic: Diagnostic) -> str:
    """Returns the names of the checks, or the reason why the command is left to people, or that nobody looks."""
    if diagnostic.checks:
        return ", ".join(diagnostic.checks)
    return "NOT COVERED" if diagnostic.manual is None else f"manual: {diagnostic.manual}"


def _short(command: str) -> str:
    """Returns a command on one line, its middle left out when it is long: its end says what it asks for."""
    line = " ".join(command.split())
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 21]} … {line[-18:]}"
