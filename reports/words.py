"""Texts that all outputs share: the verdict, its headline, the dangers of steps, the people to call, and names."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from engine.judge.causes import Cause
from engine.judge.finding import Finding, Guidance
from engine.judge.result import RunResult
from engine.text import counted, one_line

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
# The most hosts that the headline names, and the most characters of a name or problem in it.
HOSTS_SHOWN = 2
PART = 200


def headline(result: RunResult) -> str:
    """Returns the verdict in words, one or two sentences of plain text: whether to deploy, and the first reason."""
    if result.exit_code is None:
        return "No answer yet: the run is going on, or was killed."
    if result.exit_code == 0:
        left = f" Not asked: {', '.join(_unasked(result))}." if result.unasked else ""
        return f"Ready to deploy: {_passed(result)}{_since(result)}.{left}"
    over = bool(result.causes) and bool(result.causes[0].first.quiet)
    more = "; ".join(_more(result))
    # A path at the start of a sentence keeps its case.
    begins = more[:1].upper() if more.partition(" ")[0].rstrip(":").isalpha() else more[:1]
    again = " Run it again." if not result.causes and any(f.outcome == "not_run" for f in result.findings) else ""
    return f"Do not deploy{' yet' if over else ''}: {_reason(result)}.{more and f' {begins}{more[1:]}.'}{again}"


def _reason(result: RunResult) -> str:
    """Returns the first cause in words; without a cause the first problem of the run, or its exit code."""
    if result.causes:
        number = len(result.causes)
        return f"{f'{number} causes; the first is ' if number > 1 else ''}{in_words(result.causes[0])}"
    why = result.problems[0] if result.problems else f"the run ended with exit code {result.exit_code}"
    return one_line(why, PART).rstrip(".")


def in_words(cause: Cause) -> str:
    """Returns a cause in words, with its hosts: the section's heading with the check in brackets, where it has one."""
    shown, more = cause.hosts[:HOSTS_SHOWN], len(cause.hosts) - HOSTS_SHOWN
    hosts = f"{', '.join(shown)} and {counted(more, 'more host')}" if more > 0 else " and ".join(shown)
    name = one_line(cause.name, PART)
    if cause.is_ours:
        where = cause.first.where or cause.first.check
        return f"the suite itself broke in {one_line(where, PART)}, which says nothing of {hosts}"
    if cause.fact:
        return f"the {one_line(title(cause), PART)} on {hosts}"
    over = f", {cause.first.quiet}" if cause.first.quiet else ""
    words = one_line(title(cause), PART)
    return f"{f'{words} ({name})' if words != name else name} on {hosts}{over}"


def _more(result: RunResult) -> Iterator[str]:
    """Yields what else the headline says of a run that is not ready: what follows, what went wrong, what is unknown."""
    problem, *others = result.problems or ("",)
    if result.causes:
        yield from _following(result.causes[0])
        yield from [one_line(problem, PART).rstrip(".")] if problem else []
    if others:
        yield counted(len(others), "more problem")
    outcomes = Counter(finding.outcome for finding in result.findings)
    if left := outcomes["not_run"]:
        yield _unrun(left)
    if outcomes["passed"] and not result.causes:
        yield _passed(result)


def _following(cause: Cause) -> Iterator[str]:
    number = len(cause.consequences)
    if number and cause.fact:
        yield f"{counted(number, 'check')} {'is' if number == 1 else 'are'} blocked by it"
    elif number:
        yield f"{counted(number, 'other finding')} {'follows' if number == 1 else 'follow'} from it"


def verdict(result: RunResult) -> str:
    """Returns the run's verdict on one line: READY or NOT READY with the counts, --since, and hosts not checked."""
    unasked = f"; not asked: {', '.join(_unasked(result))}" if result.unasked else ""
    return f"{_answer(result)}{_since(result)}{unasked}"


def _since(result: RunResult) -> str:
    return f", logs since {result.since:%F %H:%M:%S %Z}" if result.since else ""


def _unasked(result: RunResult) -> list[str]:
    more = len(result.unasked) - UNASKED_SHOWN
    return [*result.unasked[:UNASKED_SHOWN], *([f"{more} more"] if more > 0 else [])]


def _asked(result: RunResult) -> str:
    return counted(len({finding.host for finding in result.findings if finding.outcome != "not_run"}), "host")


def _accepted(outcomes: Counter[str]) -> list[str]:
    return [f"{outcomes[name]} {name}" for name in ("waived", "warned") if outcomes[name]]


def _passed(result: RunResult) -> str:
    """Returns how many checks passed or were accepted, and on how many hosts."""
    outcomes: Counter[str] = Counter(finding.outcome for finding in result.findings)
    counts = ", ".join([f"{counted(outcomes['passed'], 'check')} passed", *_accepted(outcomes)])
    return f"{counts} on {_asked(result)}"


def _unrun(number: int) -> str:
    return f"{counted(number, 'check')} {'was' if number == 1 else 'were'} not run"


def _answer(result: RunResult) -> str:
    if result.exit_code == 0:
        return f"READY: {_passed(result)}"
    outcomes: Counter[str] = Counter(finding.outcome for finding in result.findings)
    unrun = f"; {_unrun(outcomes['not_run'])}" if outcomes["not_run"] else ""
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
            *_accepted(outcomes),
            f"{outcomes['passed']} passed",
        ]
    )
    return f"NOT READY: {counts} on {_asked(result)}{unrun}"


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


def heading(section: str) -> str:
    """Returns the last heading of a section's title `chapter / heading`."""
    return section.rpartition(" / ")[2]


def title(cause: Cause) -> str:
    """Returns a cause's name in words: the heading of its section; that a fact could not be had; an error's place."""
    if cause.fact:
        return f"{cause.name} could not be had"
    return (not cause.todo and heading(cause.first.guidance.section)) or cause.name
