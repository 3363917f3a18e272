"""A summary in Markdown, for the page of a CI job: `--summary=FILE`, at most 60 lines."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import pytest

from engine.hooks.outputs import Place
from engine.judge.causes import Cause
from engine.judge.finding import Remediation
from engine.judge.result import RunResult
from engine.text import counted, one_line
from reports.paste import words_of
from reports.whole import write_whole
from reports.words import DANGERS, PAGE, verdict

NAME = "the Markdown summary"
LINES = 60
CAUSES = 5
PROBLEMS = 3
# The most lines of all commands together, fences included; everything else takes 30 lines at most.
COMMAND_LINES = 30
WORDS = 300
# Characters that are markup in some dialect, and those by which GitHub and others recognise links.
MARKUP = re.compile(r"[\\`*_{}\[\]<>#|~!&$]|:(?=//)|(?<=www)\.", re.IGNORECASE)


def options(group: pytest.OptionGroup) -> None:
    """Adds `--summary`."""
    group.addoption("--summary", metavar="FILE", help="write a summary in Markdown there, at most 60 lines, for CI")


def files(place: Place) -> list[Path]:
    """Returns the file that `--summary` names; none without the option."""
    asked = place.config.option.summary
    return [place.here / Path(asked).expanduser()] if asked else []


def write(path: Path, result: RunResult, place: Place) -> None:
    """Writes the summary atomically. Raises OSError."""
    page = place.written.get(PAGE)
    lines = [*summary(result), *(["", _link(page, path, place.root)] if page else [])]
    write_whole(path, "\n".join(lines) + "\n")


def _link(page: Path, path: Path, root: Path) -> str:
    """Returns a relative link to the page, which stays valid when both files are moved together."""
    shown = page.relative_to(root) if page.is_relative_to(root) else page
    return f"Report: [{escaped(str(shown))}]({quote(os.path.relpath(page, path.parent))})"


def summary(result: RunResult) -> Iterator[str]:
    """Yields the lines of the summary: the verdict, then the first causes with hosts, message and first step."""
    yield f"**{escaped(verdict(result))}**"
    if notes := list(_notes(result)):
        yield from ["", *notes]
    room = COMMAND_LINES
    for number, cause in enumerate(result.causes[:CAUSES], 1):
        fence = _fence(cause)
        # A command is shown whole or not at all, because it is meant to be pasted.
        fits = len(fence) <= room
        room -= len(fence) if fits else 0
        yield from ["", *_cause(number, cause, fits), *(fence if fits else [])]
    if len(result.causes) > CAUSES:
        yield from ["", f"… and {counted(len(result.causes) - CAUSES, 'cause')} more, in the report."]


def _notes(result: RunResult) -> Iterator[str]:
    """Yields the problems of the run and its absent components, in four lines at most."""
    problems = list(result.problems)
    if len(problems) > PROBLEMS:
        problems = [*problems[: PROBLEMS - 1], f"… and {len(problems) - PROBLEMS + 1} more problems"]
    yield from (f"- {quoted(problem)}" for problem in problems)
    if result.absences:
        listed = "; ".join(f"{lack.component}: {lack.reason} [{lack.system}]" for lack in result.absences)
        yield f"- not there: {escaped(listed)}"


def _cause(number: int, cause: Cause, fits: bool) -> Iterator[str]:
    """Yields three lines: the cause, its message, and the first step."""
    first, steps = cause.first, cause.first.guidance.remediation
    follows = len(cause.consequences)
    following = f"; {counted(follows, 'check')} {'follows' if follows == 1 else 'follow'}" if follows else ""
    where = f"on {escaped(', '.join(cause.hosts))} ({cause.gravest.severity}{following})"
    yield f"{number}. **{escaped(cause.name)}** {where}"
    yield f"   {quoted(first.message)}"
    if cause.todo:
        yield f"   {escaped(cause.todo)}"
    elif steps:
        shown = _first(steps)
        dangers = [DANGERS[step.danger] for step in shown if step.danger in DANGERS]
        danger = f" ({dangers[0]})" if dangers else ""
        left = "" if fits else f" Its command has {counted(len(_lines(cause)), 'line')}, in the report."
        words = "".join(f" {escaped(words_of(step))}" for step in shown if words_of(step))
        yield f"   First step of *{escaped(first.guidance.section)}*{danger}:{words}{left}"


def _first(steps: Sequence[Remediation]) -> Sequence[Remediation]:
    """Returns the first step; where that is in words, such as a warning, with the next one that follows it."""
    return steps[:1] if steps[0].command else steps[:2]


def _lines(cause: Cause) -> list[str]:
    """Returns the lines of the command of the cause's first step."""
    steps = () if cause.todo else cause.first.guidance.remediation
    return _first(steps)[-1].pasteable.splitlines() if steps else []


def _fence(cause: Cause) -> list[str]:
    lines = _lines(cause)
    ticks = _ticks("\n".join(lines), 3)
    return [f"   {ticks}sh", *(f"   {line}" for line in lines), f"   {ticks}"] if lines else []


def _ticks(text: str, least: int) -> str:
    """Returns a run of backticks that is longer than any in the text, so that the text cannot close it."""
    return "`" * max(least, 1 + max(map(len, re.findall(r"`+", text)), default=0))


def quoted(text: str) -> str:
    """Returns text from a host as inline code on one line, shortened; it cannot become markup, a link or a mention."""
    line = one_line(text, WORDS) or "no message"
    ticks = _ticks(line, 1)
    edge = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{edge}{line}{edge}{ticks}"


def escaped(text: str) -> str:
    """Returns text of the suite on one line, shortened, with its markup escaped."""
    return MARKUP.sub(lambda match: f"\\{match[0]}", one_line(text, WORDS))
