"""Mistakes of the suite's own, for which no host is to blame: their words, their place, their traceback."""

from __future__ import annotations

import sysconfig
import traceback
from pathlib import Path

# Where this very code stands: checks and runbooks may stand elsewhere.
SUITE = Path(__file__).resolve().parents[1]
NOT_OURS = (sysconfig.get_paths()["stdlib"], "<")


def words(error: BaseException) -> str:
    """Returns an exception's text, also of one whose own text cannot be had."""
    try:
        return str(error)
    except Exception as broken:  # whatever its __str__ does
        return f"its text cannot be had ({type(broken).__name__})"


def place(error: BaseException, root: Path = SUITE) -> str:
    """Returns `file:line` of the innermost frame that is neither Python's own nor a library's; "" without one.

    The file is told from `root`, where checks and runbooks stand, or from the suite's own folder.
    """
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _ours(frame.filename)]
    if not frames:
        return ""
    path = Path(frames[-1].filename)
    return f"{within(path, root) or path}:{frames[-1].lineno}"


def within(path: Path, root: Path = SUITE) -> Path | None:
    """Returns the path of a file from `root`, or from the suite's own folder; None for a file elsewhere."""
    return next((path.relative_to(folder) for folder in (root, SUITE) if path.is_relative_to(folder)), None)


def _ours(filename: str) -> bool:
    return "site-packages" not in filename and not filename.startswith(NOT_OURS)


def told(error: BaseException, root: Path = SUITE) -> str:
    """Returns one line about an exception: its kind, its text and its place."""
    where = place(error, root)
    return f"{type(error).__name__}: {words(error) or 'no message'}{f' ({where})' if where else ''}"


def innermost(error: BaseException) -> Path | None:
    """Returns the file in which an exception was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return Path(frames[-1].filename) if frames else None


def traced(error: BaseException) -> str:
    """Returns the traceback as Python prints it."""
    try:
        return "".join(traceback.format_exception(error))
    except Exception as broken:  # it takes the exception's text too
        return f"the traceback cannot be had ({type(broken).__name__})"
