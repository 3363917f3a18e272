"""The whole of a cause on the terminal, with `-v`: every step in one paste, whom to call, and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePosixPath

from engine.judge.causes import Cause, named
from engine.judge.finding import Remediation
from engine.text import counted
from reports.paste import WIDTH, alone, note, paste
from reports.terminal.heading import heading
from reports.terminal.lines import Lines
from reports.words import DANGERS, call, contacts, names

LINES_OF_TEXT = 6
CONSEQUENCES_SHOWN = 12
DANGER_ENDS = tuple(f"[{danger}]" for danger in DANGERS.values())


def show(lines: Lines, number: int, cause: Cause, started: datetime, place: str) -> None:
    """Writes a cause; `place` is where the report has it, and `PLACE-further-N` a section that follows."""
    first = cause.first
    heading(lines, number, cause, cause.hosts)
    if not cause.todo:
        lines.paragraph("expected", first.expected, LINES_OF_TEXT)
    lines.paragraph("found", first.message, LINES_OF_TEXT)
    for other in cause.alike:
        lines.paragraph("also", f"{named(other)} on {other.host}: {other.message}", LINES_OF_TEXT)
    if first.quiet:
        lines.paragraph("over", first.quiet, LINES_OF_TEXT)
    # These causes have no section: the section of a check that they block is about another problem.
    if cause.todo:
        lines.paragraph("do", cause.todo, LINES_OF_TEXT)
    else:
        _guidance(lines, cause, started)
        _files(lines, cause)
    for line in first.trace.splitlines():
        lines.whole(f"    {line}")
    if not cause.todo:
        _further(lines, place, cause)
    _consequences(lines, cause)


def _guidance(lines: Lines, cause: Cause, started: datetime) -> None:
    guidance = cause.first.guidance
    lines.paragraph("section", f"{guidance.section} ({guidance.link})", LINES_OF_TEXT)
    _steps(lines, guidance.remediation)
    if people := call(cause, started):
        lines.paragraph("call", people, LINES_OF_TEXT)
    for line in guidance.escalation:
        lines.paragraph("escalate", line, LINES_OF_TEXT)
    lines.paragraph("contact", "; ".join(contacts(guidance)), LINES_OF_TEXT)


def _steps(lines: Lines, steps: Sequence[Remediation]) -> None:
    """Writes the steps as one paste, and behind it those that are left out of it; a command is never cut or wrapped."""
    width = min(WIDTH, lines.width - 4)
    whole = paste(steps, width)
    apart = [step for step in steps if not whole or alone(step)]
    for line in [
        *whole.splitlines(),
        *(line for step in apart for line in (*note(step, width), *step.pasteable.splitlines())),
    ]:
        comment = line.startswith("# ")
        danger = comment and line.endswith(DANGER_ENDS)
        lines.whole(f"    {line}", yellow=danger, light=comment and not danger, cyan=not comment)


def _further(lines: Lines, place: str, cause: Cause) -> None:
    """Writes one line for each section that follows when the resolution did not help: where it stands and is shown."""
    for number, section in enumerate(cause.first.guidance.further, 1):
        title, steps = section.section.rpartition(" / ")[2], f"{place}-further-{number}" if "#" in place else place
        why = f", because {section.why}" if section.why else ""
        lines.line(f"   {'or else':<9}{title}{why} ({section.place}; steps in {steps})", hang=12)


def _files(lines: Lines, cause: Cause) -> None:
    for finding in cause.findings:
        paths = [file.path for file in finding.files if file.path]
        if paths:
            folder = PurePosixPath(paths[0]).parent
            lines.paragraph("evidence", f"{counted(len(paths), 'file')} in {folder}", LINES_OF_TEXT)
    by_hand = [file.text for file in cause.first.files if not file.path]
    if by_hand:
        lines.paragraph("by hand", "; ".join(by_hand), LINES_OF_TEXT)


def _consequences(lines: Lines, cause: Cause) -> None:
    for outcome, words in (("failed", "follows"), ("blocked", "blocks"), ("error", "breaks")):
        group = [finding for finding in cause.consequences if finding.outcome == outcome]
        if group:
            checks = names(group)
            more = f" and {len(checks) - CONSEQUENCES_SHOWN} more" if len(checks) > CONSEQUENCES_SHOWN else ""
            line = f"{counted(len(group), 'check')}: {', '.join(checks[:CONSEQUENCES_SHOWN])}{more}"
            lines.paragraph(words, line, LINES_OF_TEXT)
