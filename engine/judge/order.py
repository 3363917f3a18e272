"""A total order over findings by what they are: never by when or where in a list they came."""

from __future__ import annotations

import re
from typing import TypeAlias

from engine.judge.finding import Finding

Place: TypeAlias = tuple[object, ...]


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """Returns a key by which `web-2` stands before `web-10`."""
    return tuple((int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", text) if part)


def place(finding: Finding) -> Place:
    """Returns the key of a finding: nearer to the root of its system first, then as its file has it, then by name."""
    return (
        len(finding.depends_on),
        finding.component,
        finding.rank,
        finding.check,
        natural(finding.item),
        finding.system,
        natural(finding.host),
        finding.nodeid,
    )


def listed(finding: Finding) -> Place:
    """Returns the key by which findings are listed: by component, as its file has them, by item and host."""
    return place(finding)[1:]
