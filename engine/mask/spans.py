"""Spans of bytes in a text, and their masking."""

from __future__ import annotations

from collections.abc import Iterable

# The first byte, and the one after the last.
Span = tuple[int, int]
MASK = "•••"
# The most suspected secrets of a text that are examined closely, which takes time; further ones are masked at once.
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
    """Appends the text before a span, and the mask; returns the position after the span."""
    # A span may begin or end inside a character: the whole character is masked.
    while start > shown and data[start] in _CONTINUES:
        start -= 1
    while end < len(data) and data[end] in _CONTINUES:
        end += 1
    if start < end:
        parts += (data[shown:start], _MASK)
    return end
