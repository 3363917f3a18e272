"""A fence's lines put together into whole commands, comments and blanks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from runbooks.model import Step
from runbooks.quoting import shell_complete

SHELL = frozenset({"", "bash", "sh", "shell", "console"})
SQL = frozenset({"sql", "postgresql"})
SCRIPT = frozenset({"python", "py", "javascript", "js"})
LANGUAGES = SHELL | SQL | SCRIPT

FUNCTION = re.compile(r"(\w+)\s*\(\)\s*\{")
COMMENT = re.compile(r"\s*(?:#|--\s|//)\s*(.*)$")


@dataclass(frozen=True)
class Piece:
    """A part of a fence: a whole command, one comment line (its words), or a blank line."""

    kind: Literal["command", "comment", "blank"]
    text: str
    line: int


def pieces(content: str, language: str, first_line: int) -> Iterator[Piece]:
    """Yields the parts of a fence's content in order; `first_line` is the line that the content starts on."""
    complete = shell_complete if language in SHELL else sql_complete if language in SQL else None
    open_lines: list[str] = []
    start = first_line
    for line, text in enumerate(content.splitlines(), first_line):
        if not open_lines:
            comment = COMMENT.match(text)
            if comment or not text.strip():
                yield Piece("comment" if comment else "blank", comment[1].strip() if comment else "", line)
                continue
            start = line
        elif _ends_before(text, complete):
            yield Piece("command", "\n".join(open_lines), start)
            open_lines = []
            yield Piece("blank", "", line)
            continue
        open_lines.append(text.rstrip())
        if complete and complete("\n".join(open_lines)):
            yield Piece("command", "\n".join(open_lines), start)
            open_lines = []
    if open_lines:
        yield Piece("command", "\n".join(open_lines), start)


def functions(found: Iterable[Piece]) -> dict[str, Step]:
    """Returns the shell functions that are defined among the parts of a fence, by name."""
    named = [(FUNCTION.match(piece.text), piece) for piece in found if piece.kind == "command"]
    return {match[1]: Step(piece.text, piece.line) for match, piece in named if match}


def _ends_before(text: str, complete: Callable[[str], bool] | None) -> bool:
    """Returns whether a blank line ends the open command: in the shell a quote or heredoc may hold one."""
    return not text.strip() and complete is not shell_complete


def sql_complete(text: str) -> bool:
    """Returns whether a statement is whole: it ends with a semicolon, or is one of psql's backslash commands."""
    last = text.rsplit("\n", maxsplit=1)[-1]
    return (
        last.partition("--")[0].rstrip().endswith(";") or last.rstrip().endswith(";") or text.lstrip().startswith("\\")
    )
