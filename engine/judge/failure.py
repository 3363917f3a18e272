"""Failures that know more than their words: how old they are, or how far they reach."""

from __future__ import annotations

from collections.abc import Iterable

# How long what was complained of must be quiet before it may be over, where nobody repaired anything.
SETTLES_S = 60.0


class PastFailure(AssertionError):  # noqa: N818 - a check that fails, no error of the suite's
    """A check of the past failed: what it complains of happened `age` seconds ago for the last time.

    It is over once it has been quiet for `settles_s`, or, where a repair can end it at once, when a unit of its
    component was started since (`settles_s` is then what is waited for without one).
    """

    def __init__(self, text: str, age: float, *, settles_s: float = SETTLES_S, repairable: bool = True) -> None:
        super().__init__(text)
        self.age = age
        self.settles_s = settles_s
        self.repairable = repairable


class BoundedFailure(AssertionError):  # noqa: N818 - as above
    """A check failed, and explains only what names one of the words `only`, such as a mount; everything without one."""

    def __init__(self, text: str, only: Iterable[str]) -> None:
        super().__init__(text)
        self.only = tuple(only)
