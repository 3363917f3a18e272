"""Spans: which bytes of a text are covered, and the text with these covered."""

from __future__ import annotations

from collections.abc import Iterable

# From the first byte up to, and without, the last.
Span = tuple[int, int]
MASK = "•••"
# What is suspected in a text, and looked at more closely, costs time: a text that holds more of it is not for people,
# and the rest is covered without a second look.
JUDGED = 8192
_MASK = MASK.encode()
# The second byte of a character in UTF-8, and those after it [RFC 3629].
_CONTINUES = range(0x80, 0xC0)


def covered(data: bytes, spans: Iterable[Span]) -> bytes:
    """Returns `data` with every span replaced by MASK; spans that touch become one."""
    parts: list[bytes] = []
    shown = start = end = 0
    for first, last in sorted(span for span in spans if span[0] < span[1]):
        if first <= end and end:
            end = max(end, last)
            continue
        if end:
            shown = _cover(data, shown, start, end, parts)
        start, end = first, last
    if not end:
        return data
    shown = _cover(data, shown, start, end, parts)
    parts.append(data[shown:])
    return b"".join(parts)


def _cover(data: bytes, shown: int, start: int, end: int, parts: list[bytes]) -> int:
    """Appends what is shown before a span, and the mask; returns where the text goes on."""
    # A fragment may begin or end inside a character: the whole character is covered.
    while start > shown and data[start] in _CONTINUES:
        start -= 1
    while end < len(data) and data[end] in _CONTINUES:
        end += 1
    if start < end:
        parts += (data[shown:start], _MASK)
    return end
