"""A total order of findings that depends on their content only, not on their order of arrival."""

from __future__ import annotations

import re
from typing import TypeAlias

from engine.judge.finding import Finding

Place: TypeAlias = tuple[object, ...]


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """Returns a sort key that puts `web-2` before `web-10`."""
    return tuple((int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", text) if part)


def place(finding: Finding) -> Place:
    """Returns the sort key of a finding: by distance from its system's root, then place in its files, then name."""
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
    """Returns the sort key for lists of findings: by component, place in its files, item and host."""
    return place(finding)[1:]
