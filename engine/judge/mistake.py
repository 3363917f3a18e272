"""Mistakes of the suite's own: where in our code they are, in words for people."""

from __future__ import annotations

import traceback
from pathlib import Path


def words(error: BaseException) -> str:
    """Returns an exception's text, also of one whose own text cannot be had."""
    try:
        return str(error)
    except Exception as broken:  # whatever its __str__ does
        return f"its text cannot be had ({type(broken).__name__})"


def place(error: BaseException, root: Path) -> str:
    """Returns `file:line` of the innermost frame of ours below an exception, or "" where there is none."""
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        path = Path(frame.filename)
        if path.is_relative_to(root) and "site-packages" not in path.parts:
            return f"{path.relative_to(root)}:{frame.lineno}"
    return ""


def told(error: BaseException, root: Path) -> str:
    """Returns one line about an exception: its kind, its text and its place."""
    where = place(error, root)
    return f"{type(error).__name__}: {words(error)}{f' ({where})' if where else ''}"


def innermost(error: BaseException) -> Path | None:
    """Returns the file in which an exception was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return Path(frames[-1].filename) if frames else None


def trace(error: BaseException) -> str:
    """Returns the traceback as Python prints it."""
    try:
        return "".join(traceback.format_exception(error))
    except Exception as broken:  # it takes the exception's text too
        return f"the traceback cannot be had ({type(broken).__name__})"
