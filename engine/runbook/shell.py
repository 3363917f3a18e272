"""A fence's lines put together into whole commands, comments and blanks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from engine.runbook.model import Step
from engine.runbook.programs import is_command
from engine.runbook.quoting import ShellReader

CONSOLE = frozenset({"console", "shell-session", "shellsession", "sh-session", "terminal"})
SHELL = frozenset({"", "bash", "sh", "shell", "zsh"}) | CONSOLE
SQL = frozenset({"sql", "postgresql", "psql", "pgsql", "mysql"})
SCRIPT = frozenset({"python", "py", "javascript", "js"})
LANGUAGES = SHELL | SQL | SCRIPT

FUNCTION = re.compile(r"(\w+)\s*\(\)\s*\{")
# The prompt of a session: `$ `, `root@web-1:~# `, `[ops@web-1 ~]$ `, `127.0.0.1:6379> `, `shop=# `, `mysql> `.
PROMPT = re.compile(
    r"\s*(?:\$ |\[?[\w.-]+@[\w.-]+[: ][^\s$#]*\]?\s?[$#] |[\w.-]+:\d+(?:\[\d+\])?> |\w+[=*!-]?[=-][#>] "
    r"|(?:mysql|sqlite|mongo|redis|test|\w+:PRIMARY)> )(?=\s*\S)"
)
# Root's prompt begins as a comment does: it is one in a session, before a command.
ROOT = re.compile(r"\s*# ")
# No command begins with a redirection to a word apart.
BARE = re.compile(r"(?:\s*#[^\n]*\n)*\s*> (?=[a-z])", re.IGNORECASE)
CONTINUED = re.compile(r"\s*> ?")
COMMENT = re.compile(r"\s*(?:#|--\s|//)\s*(.*)$")


@dataclass(frozen=True)
class Piece:
    """A part of a fence: a whole command, one comment line (its words), or a blank line."""

    kind: Literal["command", "comment", "blank"]
    text: str
    line: int


def pieces(content: str, language: str, first_line: int) -> Iterator[Piece]:
    """Yields the parts of a fence's content in order; `first_line` is the line that the content starts on."""
    content = _without_output(content, language in CONSOLE) if language in SHELL | SQL else content
    # Only newlines end a line of a file: a form feed, or a separator of Unicode's, stands inside one.
    open_lines: list[str] = []
    start = first_line
    for line, text in enumerate(content.removesuffix("\n").split("\n"), first_line):
        if not open_lines:
            comment = COMMENT.match(text)
            if comment or not text.strip():
                yield Piece("comment" if comment else "blank", comment[1].strip() if comment else "", line)
                continue
            start, reader = line, _reader(language)
        elif not text.strip() and language not in SHELL:
            # In the shell a quote or heredoc may hold a blank line.
            yield Piece("command", "\n".join(open_lines), start)
            open_lines = []
            yield Piece("blank", "", line)
            continue
        open_lines.append(text.rstrip())
        if reader.feed(text.rstrip()):
            yield Piece("command", "\n".join(open_lines), start)
            open_lines = []
    if open_lines:
        yield Piece("command", "\n".join(open_lines), start)


def is_session(content: str) -> bool:
    """Whether a line of some text has a prompt, or its first one that of a shell or store without a name, `> `."""
    return bool(BARE.match(content)) or any(PROMPT.match(line) for line in content.split("\n"))


def _without_output(content: str, is_console: bool = False) -> str:
    """Returns a session of a terminal as the commands that were typed; what came in answer is left blank.

    >>> _without_output("$ uptime\n 12:00 up 3 days\nroot@web-1:~# df \\\n> -h\n")
    'uptime\n\ndf \\\n-h\n'
    """
    lines = content.split("\n")
    if not is_session(content) and not (is_console and any(_as_root(line) for line in lines)):
        return content
    kept: list[str] = []
    goes_on, bare = False, bool(BARE.match(content))
    for line in lines:
        prompt = (
            PROMPT.match(line) or _as_root(line) or (goes_on and CONTINUED.match(line)) or (bare and BARE.match(line))
        )
        # A comment may be a marker, or a warning, of which none is lost.
        typed = line[prompt.end() :] if prompt else line if COMMENT.match(line) else ""
        kept.append(typed)
        goes_on = typed.endswith("\\")
    return "\n".join(kept)


def _as_root(line: str) -> re.Match[str] | None:
    """The prompt of root, where a command stands behind it."""
    prompt = ROOT.match(line)
    return prompt if prompt and is_command(line[prompt.end() :]) else None


def functions(found: Iterable[Piece]) -> dict[str, Step]:
    """Returns the shell functions that are defined among the parts of a fence, by name."""
    named = [(FUNCTION.match(piece.text), piece) for piece in found if piece.kind == "command"]
    return {match[1]: Step(piece.text, piece.line) for match, piece in named if match}


class _Reader(Protocol):
    """Takes the lines of a command."""

    def feed(self, line: str) -> bool:
        """Takes the next line; returns whether the command is whole."""


def _reader(language: str) -> _Reader:
    return ShellReader() if language in SHELL else SqlReader() if language in SQL else ScriptReader()


class SqlReader:
    """A statement is whole when it ends with a semicolon, or is one of psql's backslash commands."""

    def __init__(self) -> None:
        self._backslash: bool | None = None

    def feed(self, line: str) -> bool:
        """Takes the next line; returns whether the statement is whole."""
        if self._backslash is None:
            self._backslash = line.lstrip().startswith("\\")
        return self._backslash or line.partition("--")[0].rstrip().endswith(";") or line.endswith(";")


class ScriptReader:
    """A script ends with its fence, or with a blank line."""

    def feed(self, line: str) -> bool:  # noqa: ARG002 - no line tells
        """Takes the next line."""
        return False
