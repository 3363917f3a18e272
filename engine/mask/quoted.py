"""Text inside of a URL: percent-encoded, so that no pattern knows it; it is decoded and looked at as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote_to_bytes

from engine.mask.spans import Span

ENCODED = re.compile(rb"%[0-9A-Fa-f]{2}[^\s\"'<>&=`]*+")
# What a value in a URL stands behind.
BEFORE = (b" ", b"=", b"&", b'"', b"'", b"<", b">", b"?", b"\n")
# So far before the first encoded sign the value's beginning is looked for.
REACH = 256


def quoted_spans(data: bytes, suspects: Callable[[bytes], bool]) -> Iterator[Span]:
    """Returns the percent-encoded values in which, once decoded, there is something that `suspects` a secret."""
    for match in ENCODED.finditer(data):
        near = max(0, match.start() - REACH)
        start = max(near, *(data.rfind(sign, near, match.start()) + 1 for sign in BEFORE))
        if suspects(unquote_to_bytes(data[start : match.end()].replace(b"+", b" "))):
            yield start, match.end()
