"""What every output says in the same words: the verdict, and how steps, contacts and consequences are told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from fixtures.finding import Finding, Guidance
from reports.causes import Cause

DANGERS = {
    "restart": "restarts a service",
    "config-change": "changes configuration",
    "data-loss": "can lose data",
}
# Numbers and domains that reach nobody: 555 is fiction's, example domains are RFC 2606's, the rest are templates.
PLACEHOLDER = re.compile(r"\b555[-\s]?\d|\bX{3}|yourdomain|example\.(?:com|net|org)|\bTODO\b", re.IGNORECASE)
NO_CONTACT = "no contact configured"


def count(number: int, noun: str) -> str:
    """Returns `1 check`, `3 checks`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def verdict(findings: Sequence[Finding], causes: Sequence[Cause], exit_code: int) -> str:
    """Returns the one line that answers the question of the run."""
    outcomes = Counter(finding.outcome for finding in findings)
    hosts = count(len({finding.host for finding in findings}), "host")
    others = [f"{outcomes[name]} {name}" for name in ("waived", "warned") if outcomes[name]]
    if exit_code == 0:
        told = ", ".join([f"{count(outcomes['passed'], 'check')} passed", *others])
        return f"READY: {told} on {hosts}"
    if not causes:
        return f"NOT READY: the run ended with exit code {exit_code}"
    told = ", ".join(
        [
            count(len(causes), "cause"),
            f"{outcomes['failed']} failed",
            *([f"{outcomes['blocked']} blocked"] if outcomes["blocked"] else []),
            *others,
            f"{outcomes['passed']} passed",
        ]
    )
    return f"NOT READY: {told} on {hosts}"


def contacts(guidance: Guidance) -> tuple[str, ...]:
    """Returns whom to call; a placeholder in a contact is told as such instead of being called at night."""
    told = []
    for contact in guidance.contacts:
        words = [word for word in contact.split() if not PLACEHOLDER.search(word)]
        nothing_left = len(words) < len(contact.split()) and not any("@" in w or w[0] in "+0123456789" for w in words)
        told.append(" ".join([*words, f"({NO_CONTACT})"] if nothing_left else words))
    return tuple(told) or (NO_CONTACT,)


def names(findings: Sequence[Finding]) -> list[str]:
    """Returns the names of the checks, each once, with the number of times where it is more than one."""
    counted = Counter(finding.check for finding in findings)
    return [f"{name} ×{number}" if number > 1 else name for name, number in counted.items()]
