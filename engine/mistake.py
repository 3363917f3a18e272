"""Errors in the suite itself, for which no host is to blame: their text, their place and their traceback."""

from __future__ import annotations

import sysconfig
import traceback
from pathlib import Path

from engine.places import SUITE, within

NOT_OURS = (sysconfig.get_paths()["stdlib"], "<")


def words(error: BaseException) -> str:
    """Returns the text of an exception, or a substitute where its __str__ raises."""
    try:
        return str(error)
    except Exception as broken:  # __str__ may raise anything
        return f"its text cannot be had ({type(broken).__name__})"


def place(error: BaseException, root: Path = SUITE) -> str:
    """Returns `file:line` of the innermost frame that belongs to neither Python nor a library; "" without one.

    The file is relative to `root`, the folder of checks and runbooks, or else to the suite's folder.
    """
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _ours(frame.filename)]
    if not frames:
        return ""
    path = Path(frames[-1].filename)
    return f"{within(path, root) or path}:{frames[-1].lineno}"


def _ours(filename: str) -> bool:
    # Installed, the suite is in site-packages itself.
    return filename.startswith(f"{SUITE}/") or ("site-packages" not in filename and not filename.startswith(NOT_OURS))


def told(error: BaseException, root: Path = SUITE) -> str:
    """Returns one line about an exception: its type, its text and its place."""
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
    except Exception as broken:  # the traceback contains the exception's text, which may raise
        return f"the traceback cannot be had ({type(broken).__name__})"
