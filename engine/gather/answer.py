"""What a parser may take for granted of a host's answer: nothing. What is not as expected is said in words."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from engine.gather.fact import FactError
from engine.text import one_line

P = ParamSpec("P")
T = TypeVar("T")


def reads(expected: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Makes a parser raise FactError where the answer is not the one that it `expected`, in words.

    Only the errors that odd text brings about count as that: a value that is no number (ValueError), a column or a
    line that is not there (LookupError). Every other error is a mistake of the parser's own.
    """

    def decorate(parse: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(parse)
        def parsed(*given: P.args, **named: P.kwargs) -> T:
            try:
                return parse(*given, **named)
            except (ValueError, LookupError) as error:
                told = f"{type(error).__name__}: {one_line(str(error), 120)}"
                raise FactError(f"the answer was not understood; expected {expected} ({told})") from error

        return parsed

    return decorate


def must(test: object, words: str) -> None:
    """Raises FactError with these words unless `test` holds: for an answer that would pass for a healthy one."""
    if not test:
        raise FactError(words)
