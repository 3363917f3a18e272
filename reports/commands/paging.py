"""The page of a run that was read back."""

from __future__ import annotations

from pathlib import Path

from engine.judge.result import RunResult
from reports.evidence import links
from reports.whole import write_whole


def write_page(path: Path, result: RunResult, run: Path, root: Path) -> None:
    """Writes the page of a run whose files are in the folder `run`; `root` is the suite's. Raises OSError."""
    # What the page needs takes longer to load than a comparison takes.
    from reports.page import page

    write_whole(path, page(result, links(path.parent, run, root)))
