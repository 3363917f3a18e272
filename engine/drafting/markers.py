"""Puts a marker above each command of a runbook's text, and changes nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from markdown_it import MarkdownIt

from engine.runbook.model import Diagnostic
from engine.runbook.words import without_head

# What may stand before a fence, and stands before each of its lines.
BEFORE = re.compile(r"[\s>]*")
# What begins a comment in languages other than the shell's.
COMMENTS = {"sql": "--", "postgresql": "--", "psql": "--", "pgsql": "--", "javascript": "//", "js": "//"}


def with_markers(text: str, markers: Sequence[tuple[Diagnostic, str]]) -> str:
    """Returns the text with a marker for each of these commands: a comment above it, or behind code in the text."""
    lines = text.split("\n")
    fences, rows = fences_in(lines), _rows_in(lines)
    above: dict[int, str] = {}
    behind: dict[int, list[tuple[str, str]]] = {}
    for diagnostic, marker in markers:
        number = diagnostic.line - 1
        if number in fences:
            language, before = fences[number]
            line = lines[number]
            blanks = before if ">" in before else line[: len(line) - len(line.lstrip())]
            sign = COMMENTS.get(language, "#")
            above[number] = "\n".join(f"{blanks}{sign} {each}" for each in marker.split("\n"))
        else:
            behind.setdefault(number, []).append((diagnostic.command, marker))
    out: list[str] = []
    for number, line in enumerate(lines):
        if number in above:
            out.append(above[number])
        out.append(_behind(line, behind[number], number in rows) if number in behind else line)
    return "\n".join(out)


def fences_in(lines: Sequence[str]) -> Mapping[int, tuple[str, str]]:
    """Returns the lines within fences by their number from 0: the fence's language, and what stands before it."""
    found: dict[int, tuple[str, str]] = {}
    for token in MarkdownIt("commonmark").enable("table").parse(without_head("\n".join(lines))):
        if token.type == "fence" and token.map:
            start, end = token.map
            before = BEFORE.match(lines[start])
            language = token.info.split(maxsplit=1)[0].lower() if token.info.split() else ""
            found |= dict.fromkeys(range(start + 1, end), (language, before[0] if before else ""))
    return found


def _rows_in(lines: Sequence[str]) -> frozenset[int]:
    """The lines that are rows of a table, by their number from 0."""
    tokens = MarkdownIt("commonmark").enable("table").parse(without_head("\n".join(lines)))
    return frozenset(token.map[0] for token in tokens if token.type == "tr_open" and token.map)


def _behind(line: str, markers: Sequence[tuple[str, str]], is_row: bool) -> str:
    """A line of text with a marker behind each command, one for neighbours that have the same."""
    # Some code goes on in the next line: what is put here would be part of it.
    if line.count("`") % 2:
        return line
    for index, (command, marker) in enumerate(markers):
        following = markers[index + 1][1] if index + 1 < len(markers) else ""
        # Commands that share an expectation would be one.
        if marker == following and not marker.startswith("expect:"):
            continue
        # In a table a pipe has a backslash before it.
        texts = [f"{tick}{text}{tick}" for text in (command, command.replace("|", "\\|")) for tick in ("`", "``")]
        code = next((text for text in texts if text in line), "")
        comment = "".join(f" <!-- {each} -->" for each in marker.split("\n"))
        comment = comment.replace("|", "\\|") if is_row else comment
        line = line.replace(code, code + comment, 1) if code else line.rstrip() + comment
    return line
