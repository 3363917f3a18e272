"""A fence as people write it: commands, a session of a terminal, a query, or what some command answered."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.runbook.fence import MARKER
from engine.runbook.programs import is_command
from engine.runbook.shell import LANGUAGES, SHELL, Piece, is_session, pieces

STATEMENT = re.compile(
    r"\s*(?:\\\w|(?:select|with|show|explain|set|begin|end|commit|alter|create|drop|update|insert|delete|vacuum|analyze"
    r"|reindex|grant|revoke|truncate|cluster|kill)(?=[\s;]|$))",
    re.IGNORECASE,
)
# A line of the shell that begins like one: `set -e`, `kill 1`.
SHELLS = re.compile(r"\s*(?:set|kill|end|cluster|truncate|show|analyze|explain)\s+[-\d$/]")
# Some words that may be a command of a program that nobody knows: `shopctl status web-1`.
WORDS = re.compile(r"[a-z][\w.-]*(?:[ \t]+[\w./:@=,-]+){0,5}")


def read_block(info: str, content: str, first_line: int) -> tuple[str, list[Piece] | None]:
    """Returns the language of a fence, and its commands, comments and blank lines; None for one that has no commands.

    `info` is what stands behind its backquotes. A fence of another language has no commands, nor one without a word
    that looks like an answer. A fence of the shell that begins with a statement of SQL is one of SQL.

    >>> read_block("", "select 1;\\n ?column?\\n----------\\n", 1)
    ('sql', [Piece(kind='command', text='select 1;', line=1)])
    """
    named = info.split(maxsplit=1)[0].lower() if info.split() else ""
    if named not in LANGUAGES:
        return named, None
    if named in SHELL and _is_query(content):
        # What stands behind a statement is its answer.
        found = [piece for piece in pieces(content, "sql", first_line) if _is_asked(piece)]
        return "sql", found
    found = list(pieces(content, named, first_line))
    return named, None if not (named or is_session(content) or _has_commands(found)) else found


def _is_query(content: str) -> bool:
    lines = (line for line in content.split("\n") if line.strip() and not line.lstrip().startswith(("--", "#")))
    first = next(lines, "")
    begins = STATEMENT.match(first) and not SHELLS.match(first)
    return bool(begins) and (";" in content or bool(re.match(r"\s*(?:select|with)\s", first, re.IGNORECASE)))


def _is_asked(piece: Piece) -> bool:
    return piece.kind != "command" or bool(STATEMENT.match(piece.text))


def _has_commands(found: Iterable[Piece]) -> bool:
    """Whether something in a fence without a language is a command, a function or a marker above one."""
    for piece in found:
        first = piece.text.strip().partition("\n")[0]
        if piece.kind == "comment" and MARKER.match(piece.text):
            return True
        if piece.kind == "command" and (is_command(piece.text) or "{" in first or WORDS.fullmatch(first)):
            return True
    return False
