"""Commands in the text: code in a list or a table, and a list item that is a command."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from engine.runbook.fence import MARKER
from engine.runbook.programs import is_command, program_of
from engine.runbook.shell import Piece
from engine.runbook.words import plain

# `<!-- check: os.load -->` behind a command is what the comment above one is in a fence.
COMMENT = re.compile(r"<!--\s*(.*?)\s*-->")
ALONE_CODE = re.compile(r"(?:[^`]*:\s+)?`[^`]+`[.:]?")
# Programs that ask something without an argument; others alone are a word, or a name.
ALONE = frozenset((
    "uptime", "top", "htop", "free", "dmesg", "lsof", "vmstat", "iostat", "mpstat", "df", "timedatectl",
    "ifconfig", "netstat", "pstree", "lsblk", "iotop", "nproc", "ss", "findmnt", "tcpdump", "telnet",
    "redis-cli", "psql", "pg_isready", "ntpstat",
))  # fmt: skip
# Programs whose names begin sentences too: without code around it, a command of theirs has an option or a path.
WORDS = frozenset(
    ("find", "file", "test", "last", "host", "service", "head", "sort", "touch", "node", "mount", "watch", "date")
)
FILE = re.compile(r"\.(?!sh$|py$)\w+$|/$")
SENTENCE = re.compile(r"[.?:,]$|\b(?:the|a|an|for|is|are|and|or|to|of)\b")
ARGUMENTS = re.compile(r"\s-|[|/<]|\d")


def commands_in(line: Sequence[Token], number: int, bare: bool = False) -> list[Piece]:
    """Returns the commands in a line of text, each behind the comments that stand behind it on the line.

    With `bare`, a line without code may be a command as a whole, as in a list of them. Right before a marker, any code
    is a command.
    """
    marked = any(comment and MARKER.match(comment[1]) for comment in map(_comment, line))
    found: list[Piece] = []
    comments: list[Piece] = []
    commands: list[Piece] = []
    for index, token in enumerate(line):
        if token.type == "code_inline" and (_is_code(token.content) or _is_marked(line[index + 1 :])):
            if comments:
                found, comments, commands = [*found, *comments, *commands, Piece("blank", "", number)], [], []
            commands.append(Piece("command", token.content.strip(), number))
        elif comment := _comment(token):
            comments.append(Piece("comment", comment[1], number))
    if bare and not commands and not any(token.type in ("code_inline", "link_open") for token in line):
        whole = plain(line)
        commands = [Piece("command", whole, number)] if _is_line(whole) else []
    return [*found, *comments, *commands] if commands or marked else []


def is_alone(line: Sequence[Token]) -> bool:
    """Returns whether a line is nothing but code, or ends with code behind a colon."""
    return bool(ALONE_CODE.fullmatch(plain(line)))


def _is_marked(behind: Sequence[Token]) -> bool:
    """Whether a marker stands right behind some code: what a line only names, as `active (running)`, has none."""
    after = next((token for token in behind if token.type != "text" or token.content.strip()), None)
    comment = _comment(after) if after else None
    return bool(comment and MARKER.match(comment[1]))


def _comment(token: Token) -> re.Match[str] | None:
    return COMMENT.fullmatch(token.content) if token.type == "html_inline" else None


def _is_line(text: str) -> bool:
    """Whether a text without markup is a command: it begins with a program, and goes on as no sentence does."""
    if not is_command(text) or SENTENCE.search(text):
        return False
    if len(text.split()) == 1:
        return text in ALONE
    return bool(ARGUMENTS.search(text)) or (len(text.split()) == 2 and program_of(text) not in WORDS)


def _is_code(text: str) -> bool:
    if len(text.split()) > 1 or text in ALONE:
        return is_command(text)
    # A file that is named is no program.
    return "/" in text and is_command(text) and not FILE.search(text)
