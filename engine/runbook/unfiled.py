"""What of a runbook is filed nowhere, so that nobody believes that it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.runbook.model import Step, Unread
from engine.runbook.shell import Piece

WIDTH = 60


class Unfiled:
    """Takes what may be a command, with its line, and counts other lines."""

    def __init__(self, path: Path) -> None:
        self.prose = 0
        self.found: list[Unread] = []
        self._path = path

    def block(self, line: int) -> None:
        """Takes an indented block."""
        self._add("an indented block", line)

    def language(self, language: str, line: int) -> None:
        """Takes a fence that has no commands."""
        self._add(f"a fence of {language or 'no language, like an answer'}", line)

    def fence(self, found: Sequence[Piece], defined: Mapping[str, Step], line: int) -> None:
        """Takes a fence that belongs to no section; one that only defines functions is read."""
        known = {step.line for step in defined.values()}
        if any(piece.kind == "command" and piece.line not in known for piece in found):
            self._add("a fence outside of diagnostics and resolutions", line)

    def commands(self, found: Sequence[Piece]) -> None:
        """Takes commands in a list or a table, which nothing says to look with."""
        for piece in found:
            if piece.kind == "command":
                text = " ".join(piece.text.split())
                self._add(
                    f"a command in the text: {text if len(text) <= WIDTH else f'{text[: WIDTH - 1]}…'}", piece.line
                )

    def _add(self, what: str, line: int) -> None:
        self.found.append(Unread(what, line, self._path))
