"""Known values: finds them and their fragments in a text that may be cut or wrapped.

A text is searched in windows of eight bytes at every fourth byte. A fragment of eleven bytes or more contains one of
these windows at any position. The time depends on the length of the text, not on the number of values.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from struct import calcsize
from typing import Literal

from engine.mask.spans import JUDGED, Span
from engine.mask.spellings import spellings

# Shorter values ("1", "prod") would mask half of a report and protect nothing.
SHORTEST = 6
WINDOW = 8
STEP = 4
# The shortest fragment, in bytes, that is masked anywhere; at the edge of a cut WINDOW bytes suffice.
FRAGMENT = 12
# The window for values that are too short for those above.
SHORT_WINDOW = 4
ELLIPSIS = "…".encode()


class Known:
    """A set of values that finds itself in texts. Adding is thread-safe."""

    def __init__(self) -> None:
        self.values: set[str] = set()
        self._windows: set[int] = set()
        self._short: dict[int, tuple[tuple[int, bytes], ...]] = {}
        self._lock = threading.Lock()

    def add(self, value: str) -> None:
        """Adds a value with all its spellings; one of fewer than SHORTEST characters is ignored."""
        if len(value) < SHORTEST:
            return
        with self._lock:
            if value in self.values:
                return
            self.values.add(value)
            for spelling in spellings(value):
                if len(spelling) >= FRAGMENT:
                    self._windows |= {_number(spelling, at) for at in range(len(spelling) - WINDOW + 1)}
                elif len(spelling) >= SHORTEST:
                    self._add_short(spelling)

    def _add_short(self, value: bytes) -> None:
        # The text is searched at every second byte, so a window begins at the value's first or second byte.
        for offset in range(2):
            window = int.from_bytes(value[offset : offset + SHORT_WINDOW], sys.byteorder)
            others = self._short.get(window, ())
            if (offset, value) not in others:
                self._short[window] = (*others, (offset, value))

    def spans(self, data: bytes) -> list[Span]:
        """Returns the spans of known values and of their fragments, in no particular order."""
        spans = list(self._of_short(data)) if self._short else []
        if self._windows:
            spans += [span for span in self._runs(data) if span[1] - span[0] >= FRAGMENT]
            spans += self._at_edges(data)
        return spans

    def _of_short(self, data: bytes) -> Iterator[Span]:
        for at in _hits(data, set(self._short), "I", (0, 2)):
            for offset, value in self._short[_number(data, at, SHORT_WINDOW)]:
                start = at - offset
                if start >= 0 and data.startswith(value, start) and _stands_alone(data, start, value):
                    yield start, start + len(value)

    def _runs(self, data: bytes) -> Iterator[Span]:
        """Yields runs of known windows, joined where they are adjacent and widened byte by byte at both ends."""
        starts = sorted(_hits(data, self._windows, "Q", (0, STEP)))
        if not starts:
            return
        first = last = starts[0]
        runs = 0
        for start in starts:
            if start - last > STEP:
                runs += 1
                # Beyond JUDGED runs the ends are not examined: the longest possible span is masked.
                yield self._widened(data, first, last) if runs <= JUDGED else (max(0, first - STEP), last + FRAGMENT)
                first = start
            last = start
        yield self._widened(data, first, last)

    def _widened(self, data: bytes, first: int, last: int) -> Span:
        """Returns the bounds of a run; both loops end within STEP rounds, or the next window would be known too."""
        while first > 0 and _number(data, first - 1) in self._windows:
            first -= 1
        while last + WINDOW < len(data) and _number(data, last + 1) in self._windows:
            last += 1
        return first, last + WINDOW

    def _at_edges(self, data: bytes) -> Iterator[Span]:
        """Yields fragments at the edges of cuts: the beginning of a value before a cut, or the end of one after it."""
        edges = [(0, len(data))]
        at = data.find(ELLIPSIS)
        while at >= 0 and len(edges) < JUDGED:
            edges.append((at + len(ELLIPSIS), at))
            at = data.find(ELLIPSIS, at + 1)
        for begins, ends in edges:
            for start in (begins, ends - WINDOW):
                if start >= 0 and start + WINDOW <= len(data) and _number(data, start) in self._windows:
                    yield self._widened(data, start, start)


def _number(data: bytes, at: int, width: int = WINDOW) -> int:
    return int.from_bytes(data[at : at + width], sys.byteorder)


def _hits(data: bytes, known: set[int], code: Literal["I", "Q"], offsets: tuple[int, ...]) -> list[int]:
    """Returns the positions of known windows of 4 (I) or 8 (Q) bytes, which are tested one by one from each offset."""
    width = calcsize(code)
    view = memoryview(data)
    positions = []
    for offset in offsets:
        windows = view[offset : offset + max(0, len(data) - offset) // width * width].cast(code)
        if not known.isdisjoint(windows):
            positions += [offset + width * index for index, window in enumerate(windows) if window in known]
    return positions


def _stands_alone(data: bytes, at: int, value: bytes) -> bool:
    """Whether a short value is not merely a part of a longer word in the text."""
    if not value.isalpha():
        return True
    around = data[at - 1 : at] + data[at + len(value) : at + len(value) + 1]
    return not any(bytes((each,)).isalpha() for each in around)
