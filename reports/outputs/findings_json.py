"""The whole run as JSON (docs/json.md): `findings.json` in the run's folder, and the file of `--findings`."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.hooks.outputs import Place
from engine.judge.result import RunResult
from reports.stored import document
from reports.whole import write_whole

NAME = document.NAME
# It is also written at the start of a run, so that nobody reads the file of an earlier run as this one's.
EARLY = True


def options(group: pytest.OptionGroup) -> None:
    """Adds `--findings`, a second file for the same JSON."""
    group.addoption("--findings", metavar="FILE", help="write the findings as JSON there, too")


def files(place: Place) -> list[Path]:
    """Returns the file in the run's folder, and that of `--findings` where it is given."""
    elsewhere = place.config.option.findings
    return [place.folder / NAME, *([place.here / Path(elsewhere).expanduser()] if elsewhere else [])]


def write(path: Path, result: RunResult, _: Place) -> None:
    """Writes the document atomically. Raises OSError."""
    write_whole(path, document.text(result))
