"""Spellings: the encodings in which a secret value may appear in a text."""

from __future__ import annotations

import base64
import html
import json
import shlex
from collections.abc import Iterator
from urllib.parse import quote, quote_plus, unquote

# Values with more characters have only the plain spellings, because the others would fill the memory.
LONGEST_SPELLED = 4096


def spellings(value: str) -> set[bytes]:
    """Returns the encodings of the value: raw, quoted, escaped for URLs, HTML, JSON, shells, in base64 and hex."""
    texts = set(_plain(value))
    if len(value) <= LONGEST_SPELLED:
        texts |= set(_escaped(value))
        raw = value.encode("utf-8", "surrogatepass")
        encoded = {raw.hex(), *(_base64(raw, offset) for offset in range(3))}
        encoded |= {raw.hex().upper()} | {text.translate({43: "-", 47: "_"}) for text in encoded}
        texts |= encoded
    return {text.encode("utf-8", "surrogatepass") for text in texts}


def _plain(value: str) -> Iterator[str]:
    yield value
    yield repr(value)[1:-1]
    yield repr(value.encode("utf-8", "surrogatepass"))[2:-1]
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield value.strip()


def _escaped(value: str) -> Iterator[str]:
    bare = value.encode("utf-8", "replace")
    for once in (quote(bare, safe=""), quote(bare), quote_plus(bare)):
        yield once
        yield _lower_escapes(once)
        yield quote(once, safe="")
    yield unquote(value)
    yield html.escape(value)
    yield html.escape(value).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
    yield shlex.quote(value).strip("'")
    yield value.replace("'", "'\\''")
    yield value.replace("'", "''")
    yield "".join(f"\\{char}" if char in " \"'\\$`!&|;<>()*?[]#~{}" else char for char in value)
    # JSON inside JSON, as in a log line with the body of a request.
    yield json.dumps(json.dumps(value)[1:-1])[1:-1]
    # systemd escapes everything except letters, digits, ":", "_" and "." [systemd-escape(1)].
    yield "".join(char if char.isalnum() or char in ":_." else f"\\x{ord(char):02x}" for char in value)


def _lower_escapes(quoted: str) -> str:
    """Returns the text with `%2F` as `%2f`, which some encoders write."""
    head, *rest = quoted.split("%")
    return head + "".join(f"%{part[:2].lower()}{part[2:]}" for part in rest)


def _base64(value: bytes, offset: int) -> str:
    """Returns the part of a base64 text that depends on `value` only, when `offset` bytes precede it."""
    encoded = base64.b64encode(b"\0" * offset + value).decode().rstrip("=")
    start = -(-offset * 8 // 6)
    return encoded[start : len(encoded) - 1] if (offset + len(value)) % 3 else encoded[start:]
