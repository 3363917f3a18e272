"""The outputs of a run: the modules of `reports/outputs/`, found there; what one cannot do costs that one alone.

Such a module has a docstring that says what it writes, a `NAME`, and any of these functions:

- `options(group)` adds its options to pytest's;
- `claim(config)` takes an option before the plugin that owns it acts on it, `begin(config)` after all are configured;
- `follow(place)` returns a function that is given each finding as it comes;
- `files(place)` returns the files that were asked for, and `write(path, result, place)` writes one of them from the
  explained run; `EARLY = True` has it written at the start of the run and before evidence is gathered, too;
- `show(result, place)` shows the explained run, last.

Outputs do not import each other: each may be taken out.
"""

from __future__ import annotations

import importlib
import pkgutil
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from engine.judge.finding import Finding
from engine.judge.result import RunResult, with_problems
from engine.text import one_line

PACKAGE = "reports.outputs"


@dataclass
class Place:
    """Where outputs go: the run's own `folder`, `root` of the suite, `here`, where the command was typed.

    `redact` takes secrets out of a text; `written` are the files that were, by the name of their output.
    """

    config: pytest.Config
    root: Path
    folder: Path
    redact: Callable[[str], str]
    written: dict[str, Path] = field(default_factory=dict)

    @property
    def here(self) -> Path:
        """What a path on the command line is relative to."""
        return self.config.invocation_params.dir


class Found:
    """The outputs that there are: `modules`, by their names, and in `lost`, in a line each, those that cannot be used.

    Whatever breaks in one of them before a run begins costs that output: the others are there, and say so.
    """

    def __init__(self) -> None:
        self.modules: list[ModuleType] = []
        self.lost: list[str] = []
        folder = importlib.import_module(PACKAGE).__path__
        for name in sorted(module.name for module in pkgutil.iter_modules(folder)):
            try:
                module = importlib.import_module(f"{PACKAGE}.{name}")
                _ = module.NAME
                self.modules.append(module)
            except Exception as error:
                self._lose(name, error)

    def call(self, function: str, *arguments: object) -> None:
        """Calls this function of every output that has it. Raises UsageError where one refuses what was asked for."""
        for module in list(self.modules):
            try:
                getattr(module, function, _nothing)(*arguments)
            except pytest.UsageError:
                raise
            except Exception as error:
                self.modules.remove(module)
                self._lose(module.__name__.rpartition(".")[2], error)

    def _lose(self, name: str, error: Exception) -> None:
        self.lost.append(f"{PACKAGE.replace('.', '/')}/{name}.py cannot be used: {reason(error)}")


def _nothing(*_: object) -> None:
    """Stands for a function that an output has not."""


@cache
def known() -> Found:
    """Returns the outputs of this process, the same each time."""
    return Found()


def reason(error: BaseException) -> str:
    """Returns what went wrong and where, on one line."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{one_line(f'{type(error).__name__}: {error}')}{where}"


def not_shown(name: str, place: Place, error: Exception) -> str:
    """Returns the line that says that an output could not be shown, and why."""
    return f"{name} could not be shown: {place.redact(reason(error))}"


class Outputs:
    """The outputs of one run; one that could not be written is not tried again."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._lost: dict[tuple[str, Path | None], str] = {}
        self._followers: dict[str, Callable[[Finding], None]] = {}

    def begin(self) -> None:
        """Has findings followed as they come. Raises OSError where the run's folder cannot be written."""
        for module in known().modules:
            try:
                if hasattr(module, "follow"):
                    self._followers[module.NAME] = module.follow(self._place)
            except OSError:
                raise
            except Exception as error:
                self._lose(module.NAME, None, error)

    def add(self, finding: Finding) -> None:
        """Passes a finding on, as it comes."""
        for name, follow in list(self._followers.items()):
            try:
                follow(finding)
            except Exception as error:
                del self._followers[name]
                self._lose(name, None, error)

    def write(self, result: RunResult, *, early: bool = False) -> RunResult:
        """Writes all of them, or the `early` ones; returns the result with what could not be written as problems.

        When one is lost the others are written again, because they say so.
        """
        unusable = map(self._place.redact, known().lost)
        result = with_problems(result, *unusable, *self._lost.values())
        while not self._all_written(result, early):
            result = with_problems(result, *self._lost.values())
        return result

    def _all_written(self, result: RunResult, early: bool) -> bool:
        before = len(self._lost)
        for module in known().modules:
            if hasattr(module, "write") and (not early or getattr(module, "EARLY", False)):
                self._write(module, result)
        return len(self._lost) == before

    def _write(self, module: ModuleType, result: RunResult) -> None:
        for path in self._files(module):
            if (module.NAME, path) in self._lost:
                continue
            try:
                module.write(path, result, self._place)
                self._place.written.setdefault(module.NAME, path)
            # Whatever it is, a disk that is full or a template that is wrong: the findings are worth more than it.
            except Exception as error:
                self._place.written.pop(module.NAME, None)
                self._lose(module.NAME, path, error)

    def _files(self, module: ModuleType) -> list[Path]:
        try:
            return list(module.files(self._place))
        except Exception as error:
            self._lose(module.NAME, None, error)
            return []

    def _lose(self, name: str, path: Path | None, error: Exception) -> None:
        self._lost[name, path] = f"{path or name} could not be written: {self._place.redact(reason(error))}"

    def show(self, result: RunResult) -> list[str]:
        """Has the run shown; returns a line for each output that could not."""
        lost = []
        for module in known().modules:
            try:
                if hasattr(module, "show"):
                    module.show(result, self._place)
            # What the files say, the terminal says at least in short.
            except Exception as error:
                lost.append(not_shown(module.NAME, self._place, error))
        return lost
