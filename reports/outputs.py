"""All outputs of a run: what one of them cannot do costs that one, and is told by the others."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from engine.text import one_line
from reports.summary import RunResult

# An error inside the suite [docs/outcomes.md].
BROKEN = 3
Write = Callable[[RunResult], None]


def reason(error: BaseException) -> str:
    """Returns what went wrong and where, on one line."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{one_line(f'{type(error).__name__}: {error}')}{where}"


def with_problem(result: RunResult, problem: str) -> RunResult:
    """Returns the result with one more problem: what could not be made or told is never green."""
    return replace(result, problems=(*result.problems, problem), exit_code=result.exit_code or BROKEN)


def write_outputs(outputs: Mapping[str, Write], result: RunResult, redact: Callable[[str], str]) -> RunResult:
    """Writes every output, by its name; returns the result with what could not be written as problems.

    When one was lost the others are written again, because they say so.
    """
    left = dict(outputs)
    while True:
        lost = {}
        for name, write in left.items():
            try:
                write(result)
            # Whatever it is, a disk that is full or a template that is wrong: the findings are worth more than it.
            except Exception as error:
                lost[name] = f"{name} could not be written: {redact(reason(error))}"
        if not lost:
            return result
        for name, problem in lost.items():
            del left[name]
            result = with_problem(result, problem)
