"""Failures with data besides their message: how old they are, or how far they reach."""

from __future__ import annotations

from collections.abc import Iterable

# The seconds without a new occurrence after which a past failure may be over, where nothing was repaired.
SETTLES_S = 60.0


class PastFailure(AssertionError):  # noqa: N818 - a check that fails, not an error of the suite
    """A check of past events failed; the last of these events was `age` seconds ago.

    The failure may be over `settles_s` seconds after the last event. With `repairable` it may also be over as soon as a
    unit of its component was started after that event. `only` is that of BoundedFailure.
    """

    def __init__(
        self,
        text: str,
        age: float,
        *,
        settles_s: float = SETTLES_S,
        repairable: bool = True,
        only: Iterable[str] = (),
    ) -> None:
        super().__init__(text)
        self.only = tuple(only)
        self.age = age
        self.settles_s = settles_s
        self.repairable = repairable


class BoundedFailure(AssertionError):  # noqa: N818 - as above
    """A check failed, and explains only findings whose message has a word of `only`, such as a mount.

    Without a word it explains every finding that its marks allow.
    """

    def __init__(self, text: str, only: Iterable[str]) -> None:
        super().__init__(text)
        self.only = tuple(only)
