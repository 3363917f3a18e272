"""The links of a runbook to the sections that follow when a resolution does not help."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from markdown_it.token import Token

from engine.runbook.model import Lead


def leads_in(line: Sequence[Token], path: Path, number: int) -> tuple[Lead, ...]:
    """Returns the links of a line of the file `path`, each with the fact in backquotes behind it.

    A link without a file leads to a section of the same file.
    """
    found: list[Lead] = []
    for token in line:
        if token.type == "link_open":
            name, _, anchor = str(token.attrs["href"]).partition("#")
            file = Path(os.path.normpath(path.parent / name)) if name else path
            found.append(Lead(file, anchor, number, path=path))
        elif token.type == "code_inline" and found:
            found[-1] = replace(found[-1], fact=token.content)
    return tuple(found)
