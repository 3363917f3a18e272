"""A summary in Markdown, for the page of a CI job: `--summary=FILE`, at most 60 lines."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from engine.hooks.outputs import Place
from engine.judge.causes import Cause
from engine.judge.result import RunResult
from engine.text import counted, one_line
from reports.whole import write_whole
from reports.words import DANGERS, PAGE, verdict

NAME = "the Markdown summary"
LINES = 60
CAUSES = 5
PROBLEMS = 3
# What the commands share, fences included: all that is not a command takes 30 lines at most.
COMMAND_LINES = 30
WORDS = 300
# What may be markup in some dialect, and what GitHub and others make a link of by themselves.
MARKUP = re.compile(r"[\\`*_{}\[\]<>#|~!&$]|:(?=//)|(?<=www)\.", re.IGNORECASE)


def options(group: pytest.OptionGroup) -> None:
    """`--summary`."""
    group.addoption("--summary", metavar="FILE", help="write a summary in Markdown there, at most 60 lines, for CI")


def files(place: Place) -> list[Path]:
    """Returns the file that `--summary` names."""
    asked = place.config.option.summary
    return [place.here / Path(asked).expanduser()] if asked else []


def write(path: Path, result: RunResult, place: Place) -> None:
    """Writes the summary, whole or not at all. Raises OSError."""
    page = place.written.get(PAGE)
    lines = [*summary(result), *(["", _link(page, path, place.root)] if page else [])]
    write_whole(path, "\n".join(lines) + "\n")


def _link(page: Path, path: Path, root: Path) -> str:
    """The page, by its path from the suite's root, and a link to it that holds where both files are moved together."""
    shown = page.relative_to(root) if page.is_relative_to(root) else page
    return f"Report: [{escaped(str(shown))}]({quote(os.path.relpath(page, path.parent))})"


def summary(result: RunResult) -> Iterator[str]:
    """Yields the lines: the verdict, and of the first causes who, where, what was found, and the first step."""
    yield f"**{escaped(verdict(result))}**"
    if notes := list(_notes(result)):
        yield from ["", *notes]
    room = COMMAND_LINES
    for number, cause in enumerate(result.causes[:CAUSES], 1):
        fence = _fence(cause)
        # A command is there to be pasted: whole, or not at all.
        fits = len(fence) <= room
        room -= len(fence) if fits else 0
        yield from ["", *_cause(number, cause, fits), *(fence if fits else [])]
    if len(result.causes) > CAUSES:
        yield from ["", f"… and {counted(len(result.causes) - CAUSES, 'cause')} more, in the report."]


def _notes(result: RunResult) -> Iterator[str]:
    """What went wrong with the run itself, and what is not there: four lines at most."""
    problems = list(result.problems)
    if len(problems) > PROBLEMS:
        problems = [*problems[: PROBLEMS - 1], f"… and {len(problems) - PROBLEMS + 1} more problems"]
    yield from (f"- {quoted(problem)}" for problem in problems)
    if result.absences:
        told = "; ".join(f"{each.component}: {each.reason} [{each.system}]" for each in result.absences)
        yield f"- not there: {escaped(told)}"


def _cause(number: int, cause: Cause, fits: bool) -> Iterator[str]:
    """Three lines: the cause, what was found, and what to do first."""
    first, steps = cause.first, cause.first.guidance.remediation
    follows = len(cause.consequences)
    told = f"; {counted(follows, 'check')} {'follows' if follows == 1 else 'follow'}" if follows else ""
    where = f"on {escaped(', '.join(cause.hosts))} ({cause.gravest.severity}{told})"
    yield f"{number}. **{escaped(cause.name)}** {where}"
    yield f"   {quoted(first.message)}"
    if cause.todo:
        yield f"   {escaped(cause.todo)}"
    elif steps:
        danger = f" ({DANGERS[steps[0].danger]})" if steps[0].danger in DANGERS else ""
        left = "" if fits else f" Its command has {counted(len(_lines(cause)), 'line')}, in the report."
        words = f" {escaped(steps[0].text)}" if steps[0].text else ""
        yield f"   First step of *{escaped(first.guidance.section)}*{danger}:{words}{left}"


def _lines(cause: Cause) -> list[str]:
    """The command of the cause's first step, by lines."""
    steps = () if cause.todo else cause.first.guidance.remediation
    return steps[0].command.splitlines() if steps else []


def _fence(cause: Cause) -> list[str]:
    lines = _lines(cause)
    ticks = _ticks("\n".join(lines), 3)
    return [f"   {ticks}sh", *(f"   {line}" for line in lines), f"   {ticks}"] if lines else []


def _ticks(text: str, least: int) -> str:
    """More backticks than the text has in a row, so that it cannot end what they begin."""
    return "`" * max(least, 1 + max(map(len, re.findall(r"`+", text)), default=0))


def quoted(text: str) -> str:
    """Returns what a host may have written as code, on one line, bounded: nothing in it is markup, link or mention."""
    line = one_line(text, WORDS) or "just that"
    ticks = _ticks(line, 1)
    edge = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{edge}{line}{edge}{ticks}"


def escaped(text: str) -> str:
    """Returns words of the suite's own on one line, bounded, in which nothing is markup."""
    return MARKUP.sub(lambda found: f"\\{found[0]}", one_line(text, WORDS))
