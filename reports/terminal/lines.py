"""The lines of the terminal's summary: words wrap at its width, commands are written as they are."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

import pytest

LEAST, MOST = 40, 140
# Up to here a line that programs look for, or that holds a path, is not wrapped, and a cause has six lines.
USUAL = 80
LABEL = 12


class Lines:
    """Writes lines to pytest's terminal, which honours NO_COLOR. `room` is what a labelled line has for its text.

    The room is that of a usual terminal on a narrow one too, so that what is left out does not depend on it.
    """

    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self._terminal = terminal
        self.width = max(LEAST, min(terminal._tw.fullwidth, MOST))
        self.room = max(self.width, USUAL) - LABEL

    def whole(self, text: str, **markup: bool) -> None:
        """Writes a command or a path on one line, whatever its length: a terminal copies it whole."""
        self._terminal.write_line(text, **markup)

    def line(self, text: str, hang: int = 0, **markup: bool) -> None:
        """Writes a line, which only a narrow terminal wraps, with `hang` blanks before what follows."""
        for part in wrapped(text, self.width, hang) if self.width < USUAL else [text]:
            self._terminal.write_line(part, **markup)

    def words(self, text: str, hang: int = 0, **markup: bool) -> None:
        """Writes words, which wrap at any width, with `hang` blanks before each line but the first."""
        for part in wrapped(text, self.width, hang):
            self._terminal.write_line(part, **markup)

    def paragraph(self, label: str, text: str, most: int) -> None:
        """Writes text behind a label (`   found    …`), at most so many lines of it and a mark."""
        lines = [line for part in text.splitlines() or [""] for line in wrapped(part, self.width - LABEL)]
        self._labelled(label, [*lines[:most], "…"] if len(lines) > most else lines)

    def brief(self, label: str, text: str, most: int = 1, **markup: bool) -> None:
        """Writes text behind a label, cut to so many lines of the room."""
        self._labelled(label, wrapped(fitted(text, self.room, most), self.width - LABEL), **markup)

    def _labelled(self, label: str, lines: Iterable[str], **markup: bool) -> None:
        before = f"   {label}".ljust(LABEL)
        for line in lines:
            self._terminal.write_line(f"{before}{line}", **markup)
            before = " " * LABEL


def wrapped(text: str, width: int, hang: int = 0) -> list[str]:
    """Returns the lines of a text. A path or an address longer than the width stays whole, so that it can be used."""
    # A path that is broken at a hyphen cannot be clicked either.
    wrapper = textwrap.TextWrapper(width, subsequent_indent=" " * hang, break_on_hyphens=False, break_long_words=False)
    return [piece for line in wrapper.wrap(text) or [""] for piece in _broken(line, width, hang)]


def _broken(line: str, width: int, hang: int) -> Iterator[str]:
    """Yields a line that is too long in pieces, unless a path or an address makes it so."""
    blanks = line[: len(line) - len(line.lstrip())] or " " * hang
    while len(line) > width and not ("/" in line or "@" in line):
        yield line[:width]
        line = f"{blanks}{line[width:]}"
    yield line


def fitted(text: str, room: int, most: int = 1) -> str:
    """Returns a text on one line, cut behind a word to take so many lines of the room, with a mark where it was cut."""
    words = (word if len(word) < room else f"{word[: room - 3]}…" for word in text.split())
    lines = textwrap.wrap(
        " ".join(words), room, max_lines=most, placeholder=" …", break_on_hyphens=False, break_long_words=False
    )
    return " ".join(lines)
