"""Queries without what was asked for: their literals are users' data."""

from __future__ import annotations

import re

# From the first quote on: which of the others ends a literal depends on the server's settings, and a query may be cut.
QUOTED = re.compile(r"(?:'|\$[A-Za-z_]*\$).*", re.DOTALL)
COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|--[^\n]*", re.DOTALL)
NUMBER = re.compile(r"(?<![\w$])\d[\w.]*")
# What MongoDB's log repeats of a command, and where a document or a key is shown.
DOCUMENT = re.compile(
    r'"(?:command|cmd|originatingCommand|query|filter|q|u|updates?|docs?|documents?|obj|keyValue|key|error)":|dup key'
)


def without_literals(sql: str) -> str:
    """Returns a query on one line: numbers as N, comments left out, and from the first quoted literal on nothing."""
    return " ".join(NUMBER.sub("N", QUOTED.sub("'?'", COMMENT.sub(" ", sql))).split())


def without_documents(text: str) -> str:
    """Returns the attributes of a line of MongoDB's log up to where it begins to repeat what was asked."""
    found = DOCUMENT.search(text)
    return f"{text[: found.start()]}…" if found else text
