"""Where the evidence files of a run that was read back are: beside its findings.json, if that was carried elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from urllib.parse import quote

EVIDENCE = "evidence"


def beside(folder: Path, path: str) -> PurePosixPath | None:
    """Returns the path inside `folder` of an evidence file that its run had at `path`; None when it is not there.

    A path that leads out of the folder's evidence, also by a link, is none of its files.
    """
    parts = PurePosixPath(path).parts
    for number, part in enumerate(parts):
        inside = PurePosixPath(*parts[number:])
        if part == EVIDENCE and _is_in(folder / EVIDENCE, folder / inside):
            return inside
    return None


def _is_in(folder: Path, file: Path) -> bool:
    try:
        return file.is_file() and file.resolve().is_relative_to(folder.resolve())
    # A name that is too long, or leads in a circle.
    except (OSError, RuntimeError):
        return False


def links(page: Path, run: Path, root: Path) -> Callable[[str], str]:
    """Returns a function that gives the URL of a file by its path from the suite's `root`.

    `page` is the folder of the page with the link, `run` the folder of the run.
    """

    def link(path: str) -> str:
        found = beside(run, path)
        # As a path it can be no address of another scheme: its colon is quoted.
        return quote(os.path.relpath(run / found if found else root / path, page), errors="replace")

    return link
