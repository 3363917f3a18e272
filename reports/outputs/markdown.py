"""A summary in Markdown, for the page of a CI job: `--summary=FILE`, at most 60 lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.hooks.outputs import Place
from engine.judge.causes import Cause
from engine.judge.result import RunResult
from engine.text import counted, one_line
from reports.outputs import html
from reports.whole import write_whole
from reports.words import DANGERS, verdict

NAME = "the Markdown summary"
LINES = 60
CAUSES = 5
COMMAND_LINES = 4
WORDS = 300


def options(group: pytest.OptionGroup) -> None:
    """`--summary`."""
    group.addoption("--summary", metavar="FILE", help="write a summary in Markdown there, at most 60 lines, for CI")


def files(place: Place) -> list[Path]:
    """Returns the file that `--summary` names."""
    asked = place.config.option.summary
    return [place.here / Path(asked).expanduser()] if asked else []


def write(path: Path, result: RunResult, place: Place) -> None:
    """Writes the summary, whole or not at all. Raises OSError."""
    page = place.written.get(html.NAME)
    lines = [*summary(result), "", *([f"Report: `{page}`"] if page else [])]
    write_whole(path, "\n".join(lines) + "\n")


def summary(result: RunResult) -> Iterator[str]:
    """Yields the lines: the verdict, and of the first causes who, where, what was found, and the first step."""
    yield f"**{escaped(verdict(result))}**"
    for number, cause in enumerate(result.causes[:CAUSES], 1):
        yield ""
        yield from _cause(number, cause)
    if len(result.causes) > CAUSES:
        yield ""
        yield f"… and {counted(len(result.causes) - CAUSES, 'cause')} more, in the report."


def _cause(number: int, cause: Cause) -> Iterator[str]:
    """At most ten lines: five causes, the verdict and the link are within 60."""
    first, steps = cause.first, cause.first.guidance.remediation
    follows = f"; {counted(len(cause.consequences), 'check')} follow" if cause.consequences else ""
    where = f"on {escaped(', '.join(cause.hosts))} ({cause.gravest.severity}{follows})"
    yield f"{number}. **{escaped(cause.name)}** {where}"
    yield f"   {escaped(first.message)}"
    if cause.todo:
        yield f"   {escaped(cause.todo)}"
    elif steps:
        danger = f" ({DANGERS[steps[0].danger]})" if steps[0].danger in DANGERS else ""
        yield f"   First step of *{escaped(first.guidance.section)}*{danger}: {escaped(steps[0].text)}"
        yield from _fence(steps[0].command)


def _fence(command: str) -> Iterator[str]:
    lines = command.splitlines()
    if not lines:
        return
    # Longer than any fence within, so that the command cannot end it.
    ticks = "`" * (max((len(run) for run in re.findall(r"`+", command)), default=2) + 1)
    yield f"   {ticks}sh"
    yield from (f"   {line}" for line in lines[:COMMAND_LINES])
    if len(lines) > COMMAND_LINES:
        yield f"   # … {counted(len(lines) - COMMAND_LINES, 'line')} more, in the report"
    yield f"   {ticks}"


def escaped(text: str) -> str:
    """Returns text on one line, bounded, in which nothing is markup: hosts may have written it."""
    return re.sub(r"([\\`*_{}\[\]<>#|~!&])", r"\\\1", one_line(text, WORDS))
