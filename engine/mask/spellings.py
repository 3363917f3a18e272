"""Spellings: in how many ways one secret value may stand in a text."""

from __future__ import annotations

import base64
import html
import json
import shlex
from collections.abc import Iterator
from urllib.parse import quote, quote_plus, unquote

# Of longer values only the plain spellings are known: they would fill the memory, and nobody types them.
LONGEST_SPELLED = 4096


def spellings(value: str) -> set[bytes]:
    """Returns the value as it may turn up: raw, quoted, escaped for URLs, HTML, JSON, shells, in base64, in hex."""
    found = set(_plain(value))
    if len(value) <= LONGEST_SPELLED:
        found |= set(_escaped(value))
        raw = value.encode("utf-8", "surrogatepass")
        encoded = {raw.hex(), *(_base64(raw, offset) for offset in range(3))}
        encoded |= {each.upper() for each in (raw.hex(),)} | {e.translate({43: "-", 47: "_"}) for e in encoded}
        found |= encoded
    return {spelling.encode("utf-8", "surrogatepass") for spelling in found}


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
    # JSON inside JSON, as in a log line that holds a request's body.
    yield json.dumps(json.dumps(value)[1:-1])[1:-1]
    # systemd escapes what is no letter, digit, ":", "_" or "." [systemd-escape(1)].
    yield "".join(char if char.isalnum() or char in ":_." else f"\\x{ord(char):02x}" for char in value)


def _lower_escapes(quoted: str) -> str:
    """`%2F` as `%2f`: some write it so."""
    head, *rest = quoted.split("%")
    return head + "".join(f"%{part[:2].lower()}{part[2:]}" for part in rest)


def _base64(value: bytes, offset: int) -> str:
    """The part of a base64 text that depends on `value` alone, when `offset` bytes precede it."""
    encoded = base64.b64encode(b"\0" * offset + value).decode().rstrip("=")
    start = -(-offset * 8 // 6)
    return encoded[start : len(encoded) - 1] if (offset + len(value)) % 3 else encoded[start:]
