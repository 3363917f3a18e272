"""A finding as it stands in findings.json (docs/json.md). What seldom says something has a key only when it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from engine.judge.finding import Finding, Further, Guidance, Remediation
from reports.paste import paste
from reports.stored.tables import FLAGS, NAMES, Tables, marks_of
from reports.words import NO_CONTACT, call_by, cause_of, contacts

# Most checks take microseconds, which nobody needs to read.
DURATION_DIGITS = 3


def entry(finding: Finding, by_id: dict[str, Finding], started: datetime, tables: Tables) -> dict[str, Any]:
    """Returns a finding as plain types; `tables` are those of its run, which has `started`."""
    guidance = finding.guidance
    return {
        "check": finding.check,
        "place": finding.place,
        "host": finding.host,
        "system": finding.system,
        "component": finding.component,
        "item": finding.item,
        "section": guidance.section,
        "section_place": guidance.place,
        "severity": finding.severity,
        "outcome": finding.outcome,
        "cause": _cause(finding, by_id),
        "message": finding.message,
        "quiet": finding.quiet,
        "where": finding.where,
        "expected": finding.expected,
        "measures": [asdict(measure) for measure in finding.measures],
        "remediation": _steps(guidance.remediation),
        "paste": paste(guidance.remediation),
        "further": [_further(section) for section in guidance.further],
        "evidence": [asdict(evidence) for evidence in finding.evidence],
        "call": _call(guidance, started),
        "files": [asdict(file) for file in finding.files],
        "nodeid": finding.nodeid,
        **({} if guidance.link == tables.link(guidance.place) else {"link": guidance.link}),
        **_some(
            also=list(guidance.also),
            symptoms=list(guidance.symptoms),
            text=guidance.text,
            waiver=finding.waiver,
            trace=finding.trace,
            duration_s=round(finding.duration, DURATION_DIGITS),
            basis=_basis(finding, tables),
        ),
    }


def _some(**values: object) -> dict[str, object]:
    return {key: value for key, value in values.items() if value}


def _cause(finding: Finding, by_id: dict[str, Finding]) -> dict[str, str | None] | None:
    named = cause_of(finding, by_id)
    return {**named, "nodeid": finding.cause} if named else None


def _basis(finding: Finding, tables: Tables) -> dict[str, object]:
    """Returns what a finding's explanation rests on beside its texts, and marks that are not those of its check."""
    usual, own = tables.marks_of(finding.check), marks_of(finding)
    empty: dict[str, object] = {**dict.fromkeys(FLAGS, False), **{name: [] for name in NAMES}}
    marks = {name: own.get(name, nothing) for name, nothing in empty.items() if own.get(name) != usual.get(name)}
    if finding.rank != tables.rank(finding.place):
        marks["rank"] = finding.rank
    if list(finding.depends_on) != tables.depends_on(finding.system, finding.component):
        marks["depends_on"] = list(finding.depends_on)
    told = _some(
        missing=finding.missing,
        asked=finding.asked,
        owners=list(finding.owners),
        only=list(finding.only),
        ended=finding.ended,
    )
    return {**told, **marks}


def _steps(steps: Sequence[Remediation]) -> list[dict[str, object]]:
    return [
        {
            "command": step.pasteable,
            "danger": step.danger,
            "text": step.text,
            **_some(functions=list(step.functions), blanks=list(step.blanks)),
            **({} if step.shell else {"shell": False}),
        }
        for step in steps
    ]


def _further(section: Further) -> dict[str, Any]:
    return {
        "section": section.section,
        "section_place": section.place,
        "severity": section.severity,
        "why": section.why,
        "remediation": _steps(section.remediation),
        "paste": paste(section.remediation),
        **_some(link=section.link),
    }


def _call(guidance: Guidance, started: datetime) -> dict[str, Any]:
    by = call_by(guidance, started)
    shown = list(contacts(guidance)) if guidance.escalation or guidance.contacts else []
    return {
        "by": by.isoformat(timespec="seconds") if by else None,
        "within_s": guidance.response_s,
        "demands": guidance.demands,
        "people": list(guidance.call),
        "escalation": list(guidance.escalation),
        "contacts": shown,
        **({} if unmarked(shown) == guidance.contacts else {"written": list(guidance.contacts)}),
    }


def unmarked(shown: Sequence[str]) -> tuple[str, ...]:
    """Returns contacts as they are shown, without the words that say how little they help."""
    return tuple(line.removesuffix(f" ({NO_CONTACT})") for line in shown if line != NO_CONTACT)
