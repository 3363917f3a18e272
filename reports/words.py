"""What every output says in the same words: the verdict, and how steps, people to call and consequences are told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from engine.judge.causes import Cause
from engine.judge.finding import Finding, Guidance
from engine.judge.result import RunResult
from engine.text import counted

# The page's name among the files that were written (Place.written): other outputs lead to it.
PAGE = "report.html"
DANGERS = {
    "restart": "restarts a service",
    "config-change": "changes configuration",
    "data-loss": "can lose data",
}
# Numbers and domains that reach nobody: 555 is fiction's, example domains are RFC 2606's, the rest are templates.
PLACEHOLDER = re.compile(r"\b555[-\s]?\d|\bX{3}|yourdomain|example\.(?:com|net|org)|\bTODO\b", re.IGNORECASE)
# Outcomes with words of their own in the verdict; any other stands there by its name.
KNOWN_OUTCOMES = ("passed", "failed", "waived", "warned", "not_run")
NO_CONTACT = "no contact configured"
UNASKED_SHOWN = 5


def verdict(result: RunResult) -> str:
    """Returns the one line that answers the question of the run, and says of which hosts and logs it was not asked."""
    since = f", logs since {result.since:%F %H:%M:%S %Z}" if result.since else ""
    more = len(result.unasked) - UNASKED_SHOWN
    left = [*result.unasked[:UNASKED_SHOWN], *([f"{more} more"] if more > 0 else [])]
    unasked = f"; not asked: {', '.join(left)}" if left else ""
    return f"{_answer(result)}{since}{unasked}"


def _answer(result: RunResult) -> str:
    outcomes = Counter(finding.outcome for finding in result.findings)
    asked = counted(len({finding.host for finding in result.findings if finding.outcome != "not_run"}), "host")
    others = [f"{outcomes[name]} {name}" for name in ("waived", "warned") if outcomes[name]]
    if result.exit_code == 0:
        told = ", ".join([f"{counted(outcomes['passed'], 'check')} passed", *others])
        return f"READY: {told} on {asked}"
    left = outcomes["not_run"]
    unrun = f"; {counted(left, 'check')} {'was' if left == 1 else 'were'} not run" if left else ""
    if not result.causes:
        why = result.problems[0] if result.problems else f"the run ended with exit code {result.exit_code}"
        return f"NOT READY: {why}{unrun}"
    bad = [f"{number} {name}" for name, number in outcomes.items() if name not in (*KNOWN_OUTCOMES, "blocked")]
    told = ", ".join(
        [
            counted(len(result.causes), "cause"),
            f"{outcomes['failed']} failed",
            *([f"{outcomes['blocked']} blocked"] if outcomes["blocked"] else []),
            *bad,
            *others,
            f"{outcomes['passed']} passed",
        ]
    )
    return f"NOT READY: {told} on {asked}{unrun}"


def contacts(guidance: Guidance) -> tuple[str, ...]:
    """Returns whom to call; a placeholder in a contact is told as such instead of being called at night."""
    told = []
    for contact in guidance.contacts:
        words = [word for word in contact.split() if not PLACEHOLDER.search(word)]
        nothing_left = not any("@" in word or word[0] in "+0123456789" for word in words)
        told.append(" ".join([*words, f"({NO_CONTACT})"] if nothing_left else words))
    return tuple(told) or (NO_CONTACT,)


def call_by(guidance: Guidance, started: datetime) -> datetime | None:
    """Returns when somebody must be at work on it, where the runbook says so for its section's severity."""
    return started + timedelta(seconds=guidance.response_s) if guidance.response_s else None


def call(cause: Cause, started: datetime) -> str:
    """Returns whom to call by when: `by 03:15 UTC: On-call engineer, then DevOps lead`; "" when nobody said."""
    by, guidance = call_by(cause.gravest.guidance, started), cause.first.guidance
    told = [f"by {by:%H:%M} UTC"] if by else []
    return ": ".join([*told, *([", then ".join(guidance.call)] if guidance.call else [])])


def names(findings: Sequence[Finding]) -> list[str]:
    """Returns the names of the checks, each once, with the number of times where it is more than one."""
    counted = Counter(finding.check for finding in findings)
    return [f"{name} ×{number}" if number > 1 else name for name, number in counted.items()]


def cause_of(finding: Finding, by_id: dict[str, Finding]) -> dict[str, str] | None:
    """Returns the check and the host that explain a finding, None for one that stands for itself."""
    if finding.cause is not None:
        return {"check": by_id[finding.cause].check, "host": by_id[finding.cause].host}
    if finding.outcome == "blocked":
        return {"check": finding.missing or "", "host": finding.host}
    return None
