"""What a rule of the linter is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Place = Literal["anywhere", "diagnostics"]


@dataclass(frozen=True)
class Rule:
    """One rule, with a command that it finds and one that it leaves alone: docs/lint.md, and the rule's test.

    `manual`: a diagnostic that a person runs by hand, and that says so, may do it all the same.
    """

    id: str
    pattern: re.Pattern[str]
    why: str
    instead: str
    wrong: str
    right: str
    place: Place = "anywhere"
    manual: bool = False


def rule(  # noqa: PLR0917 - a table of rules reads best without keywords
    id: str,
    pattern: str,
    why: str,
    instead: str,
    place: Place = "anywhere",
    manual: bool = False,
    *,
    wrong: str,
    right: str,
) -> Rule:
    """Returns a rule whose pattern minds no capitals."""
    return Rule(id, re.compile(pattern, re.IGNORECASE), why, instead, wrong, right, place, manual)
