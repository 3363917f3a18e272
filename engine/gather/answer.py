"""Helpers for parsers of hosts' answers, which are untrusted: an unexpected answer becomes a FactError."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from engine.gather.fact import FactError
from engine.text import one_line

P = ParamSpec("P")
T = TypeVar("T")


def reads(expected: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Returns a decorator that makes a parser raise FactError for an answer other than `expected`, a description.

    Only the errors of malformed text are converted: a value that is not a number (ValueError), and a missing column or
    line (LookupError). Any other exception is an error of the parser and passes.
    """

    def decorate(parse: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(parse)
        def parsed(*given: P.args, **named: P.kwargs) -> T:
            try:
                return parse(*given, **named)
            except (ValueError, LookupError) as error:
                detail = f"{type(error).__name__}: {one_line(str(error), 120)}"
                raise FactError(f"the answer was not understood; expected {expected} ({detail})") from error

        return parsed

    return decorate


def must(test: object, words: str) -> None:
    """Raises FactError with `words` unless `test` is true. It rejects answers that would look healthy otherwise."""
    if not test:
        raise FactError(words)
