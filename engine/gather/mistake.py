"""A mistake of the suite's own: an error that no host is to blame for, told with its place and its traceback."""

from __future__ import annotations

import sysconfig
import traceback
from collections.abc import Callable
from pathlib import Path

from engine.gather.fact import Unavailable
from engine.text import bounded, one_line

ROOT = Path(__file__).parents[2]
TRACE_LIMIT = 8000
NOT_OURS = (sysconfig.get_paths()["stdlib"], "<")


def mistake(fact: str, error: BaseException, redact: Callable[[str], str]) -> Unavailable:
    """Returns what stands for `fact` when the suite broke while making it.

    `where` is the innermost line that is neither Python's own nor a library's; `redact` takes secrets out of all texts.
    """
    words = f"{type(error).__name__}: {_words(error)}"
    trace = bounded(redact(_trace(error)), TRACE_LIMIT)
    return Unavailable(fact, one_line(redact(f"the suite's own code broke: {words}")), place(error), trace)


def place(error: BaseException) -> str:
    """Returns `file:line` of the innermost frame of ours in the error's traceback, "" when there is none."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _ours(frame.filename)]
    if not frames:
        return ""
    path = Path(frames[-1].filename)
    return f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}:{frames[-1].lineno}"


def _ours(filename: str) -> bool:
    return "site-packages" not in filename and not filename.startswith(NOT_OURS)


def _words(error: BaseException) -> str:
    # An exception's own text may break, too.
    try:
        return str(error) or "no message"
    except Exception:
        return "its message cannot be shown"


def _trace(error: BaseException) -> str:
    try:
        return "".join(traceback.format_exception(error))
    except Exception:
        return "the traceback cannot be shown"
