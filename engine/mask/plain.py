"""Values that are plainly not secret: numbers, switches, levels, hosts, paths, URLs without credentials, words."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from engine.mask.tokens import looks_random

NUMBER = re.compile(r"[+-]?\d{1,19}(?:[.,:/_-]\d{1,12}){0,8} ?(?:%|[a-zA-Zµ]{1,4}|(?:/| per )[a-z]{1,10})?")
# One word, or several joined by punctuation, each with at most a short number: `Europe/Berlin`, `gunicorn-2`,
# `en_US.UTF-8`, `db.internal.example:5432`, `app.settings:create_app`.
WORDS = re.compile(
    r"(?:[@.]?/{0,2})?[A-Za-z]{1,24}\d{0,3}(?:[./:_@-]{1,3}(?:[A-Za-z]{1,24}\d{0,3}|\d{1,5}|\*)){0,20}/?\*?"
)
ADDRESS = re.compile(r"\[?[0-9a-fA-F.:]{2,45}\]?(?:/\d{1,3})?(?::\d{1,5})?")
PATH = re.compile(r"(?:\.{0,2}|~)/[\w.@+ -]{0,80}(?:/[\w.@+ -]{0,80}){0,30}")
VERSION = re.compile(r"[vV]?\d{1,6}(?:[.:~+-][A-Za-z]{0,12}\d{0,12}){1,12}")
PHRASE = 4
KINDS = (NUMBER, WORDS, PATH, VERSION)


def plain(value: str) -> bool:
    """Whether a value is plainly not secret, whatever its name; for a list, whether each entry is."""
    entries = [entry for entry in re.split(r"[,;\s]+", value.strip()) if entry]
    # Several plain words may be a passphrase.
    phrase = len(entries) >= PHRASE and " " in value and all(entry.isalpha() for entry in entries)
    return not phrase and all(_plain(entry) for entry in entries)


def _plain(value: str) -> bool:
    if len(value) > 400 or looks_random(value.encode("utf-8", "replace")):
        return False
    if "://" in value:
        return plain_url(value)
    if ADDRESS.fullmatch(value) and (value.count(".") == 3 or value.count(":") > 1):
        return True
    return any(kind.fullmatch(value) for kind in KINDS)


def plain_url(value: str) -> bool:
    """Whether a URL has no credentials and no part that looks like a key."""
    try:
        parts = urlsplit(value)
        values = [item for pair in parse_qsl(parts.query, keep_blank_values=True) for item in pair]
    except ValueError:
        return False
    if parts.password or (parts.username and not WORDS.fullmatch(parts.username)) or parts.fragment:
        return False
    if not all(WORDS.fullmatch(item) or NUMBER.fullmatch(item) or not item for item in values):
        return False
    segments = parts.path.split("/")
    return not any(opaque(segment.encode("utf-8", "replace")) or len(segment) > 40 for segment in segments)


def opaque(value: bytes) -> bool:
    """Whether a value is unreadable: digits among letters, or characters that words do not have."""
    text = value.decode("utf-8", "replace")
    if len(text) < 8:
        return False
    if looks_random(value):
        return True
    if "://" in text:
        return not plain_url(text)
    return " " not in text and not any(kind.fullmatch(text) for kind in KINDS)
