"""The outputs of a run: all modules in `reports/outputs/`. An error in one of them loses that output only.

Such a module has a docstring that says what it writes, a `NAME`, and any of these functions:

- `options(group)` adds its options to pytest's;
- `claim(config)` takes over an option before the plugin that owns it acts on it; `begin(config)` runs after all
  plugins are configured;
- `follow(place)` returns a function that is called with each finding at once;
- `files(place)` returns the requested files, and `write(path, result, place)` writes one of them from the explained
  run; with `EARLY = True` it is also written at the start of the run and before evidence is gathered;
- `show(result, place)` shows the explained run, last.

Outputs do not import each other, so that each may be removed.
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
    """The places of outputs: the run's `folder`, the suite's `root`, and `here`, the folder of the command line.

    `redact` masks the secrets in a text. `written` are the written files, by the NAME of their output.
    """

    config: pytest.Config
    root: Path
    folder: Path
    redact: Callable[[str], str]
    written: dict[str, Path] = field(default_factory=dict)

    @property
    def here(self) -> Path:
        """The folder to which paths on the command line are relative."""
        return self.config.invocation_params.dir


class Found:
    """The available outputs: `modules` in the order of their names, and in `lost` a line for each unusable one.

    An exception in an output before the run removes that output only; the others report it.
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
        """Calls this function of every output that has it. Raises UsageError when one refuses its options."""
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
    """Replaces a function that an output does not have."""


@cache
def known() -> Found:
    """Returns the outputs of this process, the same object each time."""
    return Found()


def reason(error: BaseException) -> str:
    """Returns the type, text and place of an exception on one line."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{one_line(f'{type(error).__name__}: {error}')}{where}"


def not_shown(name: str, place: Place, error: Exception) -> str:
    """Returns the line about an output that could not be shown, with the reason."""
    return f"{name} could not be shown: {place.redact(reason(error))}"


class Outputs:
    """The outputs of one run. A file that could not be written is not tried again."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._lost: dict[tuple[str, Path | None], str] = {}
        self._followers: dict[str, Callable[[Finding], None]] = {}

    def begin(self) -> None:
        """Starts the outputs that follow findings. Raises OSError when the run's folder cannot be written."""
        for module in known().modules:
            try:
                if hasattr(module, "follow"):
                    self._followers[module.NAME] = module.follow(self._place)
            except OSError:
                raise
            except Exception as error:
                self._lose(module.NAME, None, error)

    def add(self, finding: Finding) -> None:
        """Passes a finding to the outputs that follow findings."""
        for name, follow in list(self._followers.items()):
            try:
                follow(finding)
            except Exception as error:
                del self._followers[name]
                self._lose(name, None, error)

    def write(self, result: RunResult, *, early: bool = False) -> RunResult:
        """Writes all outputs, or the `early` ones; returns the result with a problem for each that failed.

        After a failure the others are written again, so that they report it.
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
            # Any error, such as a full disk or a wrong template: the other outputs must still be written.
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
        """Shows the run; returns a line for each output that failed."""
        lost = []
        for module in known().modules:
            try:
                if hasattr(module, "show"):
                    module.show(result, self._place)
            # An output that fails to show the run must not keep the others from it.
            except Exception as error:
                lost.append(not_shown(module.NAME, self._place, error))
        return lost
