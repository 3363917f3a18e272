"""Texts that all outputs share: the verdict, the dangers of steps, the people to call, and the names of checks."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from engine.judge.causes import Cause
from engine.judge.finding import Finding, Guidance
from engine.judge.result import RunResult
from engine.text import counted

# The page's name in Place.written; other outputs link to it.
PAGE = "report.html"
DANGERS = {
    "restart": "restarts a service",
    "config-change": "changes configuration",
    "data-loss": "can lose data",
}
# Placeholders in contacts: fictional 555 numbers, the example domains of RFC 2606, and words of templates.
PLACEHOLDER = re.compile(r"\b555[-\s]?\d|\bX{3}|yourdomain|example\.(?:com|net|org)|\bTODO\b", re.IGNORECASE)
# Outcomes that the verdict handles explicitly; any other is shown by its name.
KNOWN_OUTCOMES = ("passed", "failed", "waived", "warned", "not_run")
NO_CONTACT = "no contact configured"
UNASKED_SHOWN = 5


def verdict(result: RunResult) -> str:
    """Returns the run's verdict on one line: READY or NOT READY with the counts, --since, and hosts not checked."""
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
        counts = ", ".join([f"{counted(outcomes['passed'], 'check')} passed", *others])
        return f"READY: {counts} on {asked}"
    left = outcomes["not_run"]
    unrun = f"; {counted(left, 'check')} {'was' if left == 1 else 'were'} not run" if left else ""
    if not result.causes:
        why = result.problems[0] if result.problems else f"the run ended with exit code {result.exit_code}"
        return f"NOT READY: {why}{unrun}"
    bad = [f"{number} {name}" for name, number in outcomes.items() if name not in (*KNOWN_OUTCOMES, "blocked")]
    counts = ", ".join(
        [
            counted(len(result.causes), "cause"),
            f"{outcomes['failed']} failed",
            *([f"{outcomes['blocked']} blocked"] if outcomes["blocked"] else []),
            *bad,
            *others,
            f"{outcomes['passed']} passed",
        ]
    )
    return f"NOT READY: {counts} on {asked}{unrun}"


def contacts(guidance: Guidance) -> tuple[str, ...]:
    """Returns the contacts to call, without placeholders; a contact without a number or address is marked so."""
    usable = []
    for contact in guidance.contacts:
        words = [word for word in contact.split() if not PLACEHOLDER.search(word)]
        nothing_left = not any("@" in word or word[0] in "+0123456789" for word in words)
        usable.append(" ".join([*words, f"({NO_CONTACT})"] if nothing_left else words))
    return tuple(usable) or (NO_CONTACT,)


def call_by(guidance: Guidance, started: datetime) -> datetime | None:
    """Returns the deadline for a response, `started` plus the runbook's response time; None where it has none."""
    return started + timedelta(seconds=guidance.response_s) if guidance.response_s else None


def soonest(cause: Cause) -> Guidance:
    """Returns the guidance of the finding to which somebody must respond first."""
    told = [finding.guidance for finding in (*cause.findings, *cause.alike)]
    return min(told, key=lambda each: each.response_s or math.inf)


def call(cause: Cause, started: datetime) -> str:
    """Returns whom to call and by when: `by 03:15 UTC: On-call engineer, then DevOps lead`; "" when neither is set."""
    by, guidance = call_by(soonest(cause), started), cause.first.guidance
    deadline = [f"by {by:%H:%M} UTC"] if by else []
    return ": ".join([*deadline, *([", then ".join(guidance.call)] if guidance.call else [])])


def names(findings: Sequence[Finding]) -> list[str]:
    """Returns the names of the checks, each once, with its count where it is above one: `logs.errors ×3`."""
    times = Counter(finding.check for finding in findings)
    return [f"{name} ×{number}" if number > 1 else name for name, number in times.items()]


def cause_of(finding: Finding, by_id: dict[str, Finding]) -> dict[str, str] | None:
    """Returns the `check` and `host` of a finding's cause; None for a finding without one.

    For a blocked finding without a cause, `check` is the name of the missing fact.
    """
    if finding.cause is not None:
        return {"check": by_id[finding.cause].check, "host": by_id[finding.cause].host}
    if finding.outcome == "blocked":
        return {"check": finding.missing or "", "host": finding.host}
    return None
