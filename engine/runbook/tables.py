"""Whom to call: the names of contacts, and the escalation matrix, a table whose first column is headed `Issue`."""

from __future__ import annotations

import re

from markdown_it.token import Token

from engine.runbook.words import plain


def name_of(contact: str) -> str:
    """Returns the name at the beginning of a contact: what stands before a colon, a comma or a parenthesis."""
    return re.split(r"[:,(]", contact)[0].strip()


class MatrixReader:
    """Takes the tokens of a document's tables; `rows` has whom to call for each issue, in lower case, in order."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[str, ...]] = {}
        self._cells: list[str] | None = None
        self._wanted = False

    @property
    def is_open(self) -> bool:
        """Whether a row is being read."""
        return self._cells is not None

    def reads(self, token: Token) -> bool:
        """Returns whether the token is a part of a table, and keeps it when that is the matrix."""
        if token.type == "tr_open":
            self._cells = []
        elif token.type == "tr_close":
            self._row(self._cells or [])
            self._cells = None
        elif token.type == "inline" and self._cells is not None:
            self._cells.append(plain(token.children or (), code=""))
        elif token.type == "thead_open":
            self._wanted = False
        return self._cells is not None or token.type == "tr_close"

    def _row(self, cells: list[str]) -> None:
        issue, *people = cells
        if self._wanted:
            self.rows[issue.lower()] = tuple(filter(None, people))
        elif issue.lower() in ("issue", "issue type"):
            self._wanted = True
