"""Queries without their literals, which are users' data."""

from __future__ import annotations

import re

# Everything from the first quote on: the end of a literal depends on the server's settings, and a query may be cut.
QUOTED = re.compile(r"(?:'|\$[A-Za-z_]*\$).*", re.DOTALL)
COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|--[^\n]*", re.DOTALL)
NUMBER = re.compile(r"(?<![\w$])\d[\w.]*")
# The keys in MongoDB's log that contain a command, a document or a key.
DOCUMENT = re.compile(
    r'"(?:command|cmd|originatingCommand|query|filter|q|u|updates?|docs?|documents?|obj|keyValue|key|error)":|dup key'
)


def without_literals(sql: str) -> str:
    """Returns a query on one line, with numbers as N, without comments, and cut at the first quoted literal."""
    return " ".join(NUMBER.sub("N", QUOTED.sub("'?'", COMMENT.sub(" ", sql))).split())


def without_documents(text: str) -> str:
    """Returns the attributes of a line of MongoDB's log, cut before the first command or document."""
    match = DOCUMENT.search(text)
    return f"{text[: match.start()]}…" if match else text
