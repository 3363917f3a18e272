"""Runs of made-up findings, whole and with every field filled, and the files that are made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.judge.causes import causes, explain
from engine.judge.finding import Absence, Evidence, EvidenceFile, Finding, Further, Guidance, Remediation
from engine.judge.measure import Measure
from engine.judge.result import RunResult, SlowFact, Unread
from reports.stored.document import NAME, text
from reports.whole import write_whole
from tests.judge.findings import finding

STARTED = datetime(2026, 11, 26, 3, 55, tzinfo=UTC)
STEPS = (
    Remediation("tried 'a' && echo \"<b>\"", "restart", "Mind the `gap`.", ("tried() { true; }", "other() {\n :\n}")),
    Remediation("SELECT 1", "none", "", shell=False),
    Remediation("", "data-loss", "Say goodbye."),
    Remediation("drain <node>", "none", "", blanks=("<node>",)),
)
WHOLE = Guidance(
    section="Redis / Down",
    link="runbooks/shared/redis.md#down",
    place="runbooks/shared/redis.md:14",
    also=("Redis / Slow",),
    symptoms=("Nothing is cached",),
    remediation=STEPS,
    further=(
        Further("Host / Full", "runbooks/shared/host.md#full", "runbooks/shared/host.md:3", "P2", "it is full", STEPS),
    ),
    escalation=("Outage: on-call",),
    contacts=("On-call +49 30 901820", "Jane 555-1234", "Nobody"),
    call=("On-call", "CTO"),
    response_s=900,
    demands="Acknowledge.",
    text="### Down\n\n**Severity:** P1\n",
)
MEASURES = (Measure("/srv", 91.5, "%", 90, "at most"), Measure("", 3, "rows", 1, "at least"))


def whole(check: str = "redis.answers", outcome: str = "failed", host: str = "one", **more: Any) -> Finding:
    """A finding that says something in every field."""
    values: dict[str, Any] = {
        "place": f"checks/test_{check.partition('.')[0]}.py:42",
        "message": "it is down <b>\n→ really",
        "duration": 1.25,
        "missing": "redis",
        "asked": "PING",
        "owners": ("redis.answers",),
        "vital": True,
        "brings": ("logs", "http.healthy"),
        "rank": 300_042,
        "only": ("/srv",),
        "where": "checks/test_redis.py:43",
        "trace": "Traceback:\n  x",
        "waiver": "accepted until 2999-01-01: OPS-1",
        "guidance": WHOLE,
        "measures": MEASURES,
        "evidence": (Evidence("redis", "PING", "no\nanswer"),),
        "files": (EvidenceFile("Journal", "reports/out/try/x/evidence/one/down/1-journal.txt"), EvidenceFile("Who")),
    }
    return finding(check, outcome, host, **{**values, **more})


def run(*findings: Finding, **more: Any) -> RunResult:
    """A run with these findings, explained."""
    explained = explain(findings)
    code = 1 if any(f.outcome in ("failed", "blocked", "error") for f in explained) else 0
    values: dict[str, Any] = {
        "environment": "try",
        "started": STARTED,
        "duration_s": 8.125,
        "exit_code": code,
        "findings": explained,
        "causes": causes(explained),
        "complete": True,
    }
    return RunResult(**{**values, **more})


def full(*findings: Finding) -> RunResult:
    """A run that says something in every field."""
    return run(
        *findings,
        exit_code=2,
        complete=False,
        absences=(Absence("shop", "grafana", "nobody looks"),),
        since=datetime.fromisoformat("2026-11-26T04:05:00+01:00"),
        problems=("interrupted", "s.md could not be written: OSError"),
        unnamed=("os.odd is in no runbook",),
        unasked=("db-1",),
        unread=(Unread("checks/test_odd.py", "SyntaxError:\n  def"),),
        runbooks_url="https://git.example.org/runbooks",
        took=(("one", 2.25), ("two", 0.5)),
        slow=(SlowFact("one", "disks", 1.5),),
    )


def written(folder: Path, result: RunResult) -> Path:
    """Writes a run's file into a folder, which is made; returns the file."""
    write_whole(folder / NAME, text(result))
    return folder / NAME


def rounded(result: RunResult) -> RunResult:
    """Returns the run as a file can have it: with rounded times, and tuples and lists for the same sequences."""
    values: dict[str, Any] = {field.name: getattr(result, field.name) for field in fields(result)}
    plain: dict[str, Any] = {key: tuple(value) if _is_sequence(value) else value for key, value in values.items()}
    findings = _rounded(result.findings)
    return replace(
        RunResult(**plain),
        started=result.started.replace(microsecond=0),
        since=result.since and result.since.replace(microsecond=0),
        duration_s=round(result.duration_s, 3),
        took=tuple((host, round(seconds, 3)) for host, seconds in result.took),
        findings=findings,
        causes=tuple(causes(findings)),
    )


def _rounded(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(replace(found, duration=round(found.duration, 3)) for found in findings)


def _is_sequence(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
