"""How grave people say that something is, as P1, P2 or P3."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast, get_args

from engine.runbook.expect import Severity

# The words of alerting systems and of incident management; a runbook that says itself what a word means, and
# system.yml, go over them.
USUAL: Mapping[str, Severity] = {
    **dict.fromkeys(("critical", "crit", "emergency", "fatal", "page", "sev0", "sev1", "p0"), "P1"),
    **dict.fromkeys(("high", "major", "error", "warning", "warn", "sev2"), "P2"),
    **dict.fromkeys(("medium", "moderate", "minor", "low", "info", "notice", "sev3", "sev4"), "P3"),
}  # fmt: skip
EXPECTED = "expected P1, P2 or P3, or a word that `severities` of system.yml has"
WORD = r"[A-Za-z]+(?:[- ][A-Za-z]+)?(?:[- ]?\d)?"
# `Critical (P1)`, `SEV-2 = P2`, `| High | P2 |`, and the other way round: `P1, critical: …`, `P1 (critical)`.
BEFORE = re.compile(rf"(?<![\w-])(?P<word>{WORD})\W{{1,6}}(?P<severity>P[1-3])(?!\w)")
BEHIND = re.compile(rf"(?<!\w)(?P<severity>P[1-3])(?:, | \(| = |\s*\|\s*)(?P<word>{WORD})(?![\w-])")
# Where a runbook says such a thing: in a list, a table or a line of its own.
LINE = re.compile(r"^\s*(?:[-*+|]|\d+\.|P[1-3]\b|\*\*)(?!#).*$", re.MULTILINE)


def severity_of(words: str, own: Mapping[str, Severity] | None = None) -> Severity | None:
    """Returns the severity that words begin with, None for none; `own` are words of the runbook or the system.

    >>> severity_of("SEV-2: some users"), severity_of("tier one", {"tier one": "P1"}), severity_of("a critical one")
    ('P2', 'P1', None)
    """
    text = words.lower()
    for severity in get_args(Severity):
        if re.match(rf"{severity.lower()}\b", text):
            return cast(Severity, severity)
    known = {_key(word): value for each in (USUAL, own or {}) for word, value in each.items()}
    return next((value for word, value in sorted(known.items(), key=_longest) if _begins(text, word)), None)


def said_severities(text: str) -> dict[str, Severity]:
    """Returns what a runbook itself says of its words: `- Critical (P1): …`, `| SEV2 | P2 |`.

    >>> said_severities("| High | P1 |\\n- P3, cosmetic: next week\\n")
    {'high': 'P1', 'cosmetic': 'P3'}
    """
    found: dict[str, Severity] = {}
    for line in LINE.findall(text):
        if match := BEFORE.search(line) or BEHIND.search(line):
            found[match["word"].strip().lower()] = cast(Severity, match["severity"])
    return found


def _key(word: str) -> str:
    return re.sub(r"[-_ ]", "", word.lower())


def _longest(item: tuple[str, Severity]) -> int:
    return -len(item[0])


def _begins(text: str, word: str) -> bool:
    """Whether a text begins with a word, whatever hyphens and blanks are in it: `SEV-2`, `sev 2`."""
    return bool(word) and bool(re.match(rf"{'[-_ ]?'.join(map(re.escape, word))}(?!\w)", text))
