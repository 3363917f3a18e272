"""Regular expressions of users, on texts of hosts: a search ends, whatever the two are."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeVar

import regex

from engine.gather.fact import FactError

Found = TypeVar("Found")
# A search of Python's own `re` knows no end: `(a|a)+$` takes years on a line of forty characters.
SEARCH_S = 2.0
# All lines of a log together, which has thousands.
LINES_S = 10.0


def search(pattern: str, text: str, flags: int = 0) -> regex.Match[str] | None:
    """Returns the first match of a pattern in a text, or None. Raises FactError for a search that takes too long."""
    return _bounded(pattern, text, lambda: compiled(pattern, flags).search(text, timeout=SEARCH_S))


def search_all(pattern: str, text: str, flags: int = 0) -> list[regex.Match[str]]:
    """Returns all matches of a pattern in a text. Raises FactError for a search that takes too long."""
    return _bounded(pattern, text, lambda: list(compiled(pattern, flags).finditer(text, timeout=SEARCH_S)))


def search_each(pattern: str, texts: Sequence[str]) -> list[regex.Match[str] | None]:
    """Returns the first match of a pattern in each text, or None. Raises FactError where all together take too long."""
    find, ends = compiled(pattern).search, time.monotonic() + LINES_S
    try:
        return [find(text, timeout=max(0.01, ends - time.monotonic())) for text in texts]
    except TimeoutError:
        raise _slow(pattern, f"{len(texts)} lines", LINES_S) from None


@cache
def compiled(pattern: str, flags: int = 0) -> regex.Pattern[str]:
    """Returns a pattern, compiled once: thousands of lines are searched for it."""
    return regex.compile(pattern, flags)


def _bounded(pattern: str, text: str, do: Callable[[], Found]) -> Found:
    try:
        return do()
    except TimeoutError:
        raise _slow(pattern, f"a text of {len(text)} characters", SEARCH_S) from None


def _slow(pattern: str, where: str, seconds: float) -> FactError:
    return FactError(
        f"the search for /{pattern}/ in {where} did not end within {seconds:g} s; "
        "expected a pattern that can match a text in one way only"
    )
