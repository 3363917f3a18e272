"""Percent-encoded text, as in URLs, which is decoded before it is searched for secrets."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from urllib.parse import unquote_to_bytes

from engine.mask.spans import JUDGED, Span

ENCODED = re.compile(rb"%[0-9A-Fa-f]{2}[^\s\"'<>&=`]*+")
# The characters that precede a value in a URL.
BEFORE = (b" ", b"=", b"&", b'"', b"'", b"<", b">", b"?", b"\n")
# The bytes before the first encoded character in which the beginning of the value is searched.
REACH = 256
# The most decoded bytes that are searched; encoded values beyond them are masked without a search.
MOST = 128 * 1024


def quoted_spans(data: bytes, suspects: Callable[[bytes], Iterator[Span]]) -> Iterator[Span]:
    """Yields the spans of percent-encoded values in whose decoded text `suspects` finds a secret."""
    values: list[Span] = []
    decoded: list[bytes] = []
    begins: list[int] = []
    size = 0
    for match in ENCODED.finditer(data):
        if len(values) >= JUDGED or size + match.end() - match.start() > MOST:
            yield match.span()
            continue
        near = max(0, match.start() - REACH)
        start = max(near, *(data.rfind(sign, near, match.start()) + 1 for sign in BEFORE))
        values.append((start, match.end()))
        decoded.append(unquote_to_bytes(data[start : match.end()].replace(b"+", b" ")))
        begins.append(size)
        size += len(decoded[-1]) + 1
    for first, last in suspects(b"\n".join(decoded)) if decoded else ():
        yield from values[bisect_right(begins, first) - 1 : bisect_right(begins, max(first, last - 1))]
