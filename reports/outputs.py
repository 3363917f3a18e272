"""All outputs of a run: what one of them cannot do costs that one, and is told by the others."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Collection, Mapping
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


def with_problems(result: RunResult, *problems: str) -> RunResult:
    """Returns the result with more problems: a run of which something could not be made or told is never green."""
    new = [problem for problem in problems if problem not in result.problems]
    code = BROKEN if result.exit_code == 0 and new else result.exit_code
    return replace(result, problems=(*result.problems, *new), exit_code=code)


class Outputs:
    """Writes them, by their names; one that could not be written is not tried again."""

    def __init__(self, redact: Callable[[str], str]) -> None:
        self._redact = redact
        self._writes: dict[str, Write] = {}
        self._lost: list[str] = []

    def add(self, writes: Mapping[str, Write]) -> None:
        """Adds outputs."""
        self._writes.update(writes)

    def __contains__(self, name: str) -> bool:
        return name in self._writes

    def write(self, result: RunResult, only: Collection[str] = ()) -> RunResult:
        """Writes all of them, or those of these names; returns the result with what could not be written as problems.

        When one is lost the others are written again, because they say so.
        """
        result = with_problems(result, *self._lost)
        while not self._all_written(result, only):
            result = with_problems(result, *self._lost)
        return result

    def _all_written(self, result: RunResult, only: Collection[str]) -> bool:
        before = len(self._lost)
        for name in [name for name in self._writes if not only or name in only]:
            try:
                self._writes[name](result)
            # Whatever it is, a disk that is full or a template that is wrong: the findings are worth more than it.
            except Exception as error:
                del self._writes[name]
                self._lost.append(f"{name} could not be written: {self._redact(reason(error))}")
        return len(self._lost) == before
