"""Text as it is shown: characters that nobody sees, or that change the order of others, are shown by their number."""

from __future__ import annotations

import re

# Control characters but newline and tab, marks of direction, characters without width, separators of lines and
# paragraphs, and surrogates, which UTF-8 cannot encode.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb]"
)
# Combining marks pile up beyond their line; a letter of a living language has three at most.
PILES = re.compile("([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3})"
                   "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")  # fmt: skip


def visible(text: str) -> str:
    """Returns `text` with each unseen character as its number: `\\u202e`."""
    if text.isascii() and text.isprintable():
        return text
    return PILES.sub(r"\1", UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text))
