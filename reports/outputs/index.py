"""The lists of kept runs: `index.html` beside the runs of an environment, and one of all environments above it."""

from __future__ import annotations

from pathlib import Path

from engine.hooks.outputs import Place
from engine.judge.result import RunResult

NAME = "index.html"


def files(place: Place) -> list[Path]:
    """Returns the list of the environment's runs, and that of all environments."""
    return [folder / NAME for folder in (place.folder.parent, place.folder.parent.parent)]


def write(path: Path, result: RunResult, place: Place) -> None:
    """Writes one of the lists atomically. Raises OSError."""
    # It is loaded when the run is over, so that no run starts later for it.
    from reports.index import write_all, write_environment

    write_ = write_environment if path.parent == place.folder.parent else write_all
    write_(path.parent, {place.folder: result})
