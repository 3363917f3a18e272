"""Where a command ends: the lines of a fence put together into whole commands, comments and blanks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

SHELL = frozenset({"", "bash", "sh", "shell", "console"})
SQL = frozenset({"sql", "postgresql"})
SCRIPT = frozenset({"python", "py", "javascript", "js"})
LANGUAGES = SHELL | SQL | SCRIPT

COMMENT = re.compile(r"\s*(?:#|--\s|//)\s*(.*)$")
HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")
QUOTED = re.compile(r"\\.|'[^']*'|\"(?:\\.|[^\"\\])*\"", re.DOTALL)
LINE_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\n]*")
TOKEN = re.compile(r"[;\n|&()]|[^\s;|&()]+")
OPENING = frozenset({"if", "for", "while", "until", "case", "select", "{"})
CLOSING = frozenset({"fi", "done", "esac", "}"})
LEADING = frozenset({";", "\n", "|", "&", "(", "then", "do", "else", "!", "{"})


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


def _ends_before(text: str, complete: Callable[[str], bool] | None) -> bool:
    """Returns whether a blank line ends the open command: in the shell a quote or heredoc may hold one."""
    return not text.strip() and complete is not shell_complete


def sql_complete(text: str) -> bool:
    """Returns whether a statement is whole: it ends with a semicolon, or is one of psql's backslash commands."""
    last = text.rsplit("\n", maxsplit=1)[-1]
    return (
        last.partition("--")[0].rstrip().endswith(";") or last.rstrip().endswith(";") or text.lstrip().startswith("\\")
    )


def shell_complete(text: str) -> bool:
    """Returns whether the shell would run these lines now, instead of reading on."""
    text, waiting = _without_heredocs(text)
    bare = LINE_COMMENT.sub("", QUOTED.sub("Q", text.removesuffix("\n")))
    if waiting or text.endswith("\\") or "'" in bare or '"' in bare:
        return False
    if bare.count("(") > bare.count(")") or bare.rstrip().endswith(("|", "&&")):
        return False
    return _depth(bare) <= 0


def _without_heredocs(text: str) -> tuple[str, bool]:
    """Returns the text without the bodies of its heredocs, and whether one of them has not ended yet."""
    kept: list[str] = []
    until: str | None = None
    for line in text.split("\n"):
        if until is not None:
            until = None if line.strip() == until else until
            continue
        kept.append(line)
        # Looked for outside quotes only: a SQL `<<` in a quoted query is no heredoc. `<<<` is none either.
        found = HEREDOC.search(re.sub(r"'[^']*'|<<<", lambda m: m[0] if m[0][1:-1].isalnum() else "Q", line))
        until = found[2] if found else None
    return "\n".join(kept), until is not None


def _depth(bare: str) -> int:
    """Returns how many `if`, loops, `case` and braces are still open."""
    depth, leading = 0, True
    for token in TOKEN.findall(bare):
        if leading and token in OPENING:
            depth += 1
        elif leading and token in CLOSING:
            depth -= 1
        leading = token in LEADING
    return depth
