"""Runs of one environment that several machines made, each of a part, become one run with causes of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeAlias

from engine.judge.causes import causes
from engine.judge.explain import explain, gravest
from engine.judge.finding import Finding, Guidance
from engine.judge.result import BROKEN, SLOW_SHOWN, RunResult, SlowFact

# By when somebody must be at work and what is demanded of them, by system and severity.
Responses: TypeAlias = Mapping[tuple[str, str], tuple[int, str]]
FAILS = ("failed", "blocked", "error", "not_run")
# The outcomes of findings that may stand for a cause with a section.
GUIDED = ("failed", "waived", "warned")
INTERRUPTED = 2


class MergeError(Exception):
    """Runs that are no parts of one run: one line."""


def merged(runs: Sequence[RunResult]) -> RunResult:
    """Returns the run that these are parts of, with its causes worked out anew.

    Of a finding that several have, the one that was run counts, and of those the newest. What the runbook says of a
    cause is what the parts have of it. Raises MergeError for parts of different environments.
    """
    environment = environment_of(runs)
    findings = _explained(_united(runs), _responses(runs))
    asked, started = {finding.host for finding in findings}, min(run.started for run in runs)
    problems = tuple(dict.fromkeys(problem for run in runs for problem in _problems(run, findings)))
    times = [run.since for run in runs if run.since]
    return RunResult(
        environment=environment,
        started=started,
        duration_s=max(run.started - started + timedelta(seconds=run.duration_s) for run in runs).total_seconds(),
        exit_code=_code(runs, findings, problems),
        findings=findings,
        causes=causes(findings),
        absences=tuple(dict.fromkeys(absence for run in runs for absence in run.absences)),
        # Of what is before the latest of them, one part at least says nothing.
        since=max(times) if times else None,
        complete=all(run.complete for run in runs),
        problems=problems,
        unnamed=tuple(dict.fromkeys(line for run in runs for line in run.unnamed)),
        unasked=tuple(dict.fromkeys(host for run in runs for host in run.unasked if host not in asked)),
        unread=tuple(dict.fromkeys(file for run in runs for file in run.unread)),
        runbooks_url=next((run.runbooks_url for run in runs if run.runbooks_url), ""),
        took=_took(runs),
        slow=_slow(runs),
    )


def environment_of(runs: Iterable[RunResult]) -> str:
    """Returns the environment of all of these runs. Raises MergeError."""
    environment, *others = dict.fromkeys(run.environment for run in runs)
    if others:
        raise MergeError(f"runs of different environments, {', '.join([environment, *others])}; expected those of one")
    return environment


def _united(runs: Sequence[RunResult]) -> list[Finding]:
    """Returns each finding once, in the order of the runs, as it was before causes were looked for."""
    kept: dict[str, tuple[tuple[bool, datetime], Finding]] = {}
    for run in runs:
        for finding in run.findings:
            rank = (finding.outcome != "not_run", run.started)
            if finding.nodeid not in kept or rank >= kept[finding.nodeid][0]:
                kept[finding.nodeid] = (rank, finding)
    return [replace(finding, cause=None, quiet="") for _, finding in kept.values()]


def _responses(runs: Iterable[RunResult]) -> Responses:
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for run in runs:
        severities = gravest(run.findings)
        for finding in run.findings:
            told = finding.guidance
            if told.response_s is not None:
                found.setdefault((finding.system, severities[finding.nodeid]), (told.response_s, told.demands))
    return found


def _explained(findings: Sequence[Finding], responses: Responses) -> list[Finding]:
    found = explain(findings)
    severities = gravest(found)
    return [_guided(finding, responses.get((finding.system, severities[finding.nodeid]))) for finding in found]


def _guided(finding: Finding, response: tuple[int, str] | None) -> Finding:
    """Returns a finding with the guidance that is its due: a cause's is whole, what follows only names its section."""
    told = finding.guidance
    if finding.cause is not None:
        return replace(finding, guidance=Guidance(told.section, told.link, told.place), files=())
    if finding.quiet:
        return replace(finding, guidance=replace(told, remediation=(), further=()))
    if finding.outcome not in GUIDED or response is None:
        return finding
    # What follows in another part may be graver than what followed in its own.
    return replace(finding, guidance=replace(told, response_s=response[0], demands=response[1]))


def _problems(run: RunResult, findings: Sequence[Finding]) -> Iterable[str]:
    yield from run.problems
    began = f"the run that began at {run.started:%F %T} UTC"
    if run.exit_code is None:
        yield f"{began} is not over: it goes on, or was killed"
    elif run.exit_code and not run.problems and not any(finding.outcome in FAILS for finding in findings):
        yield f"{began} ended with exit code {run.exit_code}"


def _code(runs: Sequence[RunResult], findings: Sequence[Finding], problems: Sequence[str]) -> int:
    """Returns the exit code: 0 only when each part had it, and nothing that fails is left."""
    codes = [INTERRUPTED if run.exit_code is None else run.exit_code for run in runs]
    fails = any(finding.outcome in FAILS for finding in findings) or not all(run.complete for run in runs)
    return max([*codes, int(fails)]) or (BROKEN if problems else 0)


def _slow(runs: Iterable[RunResult]) -> tuple[SlowFact, ...]:
    longest: dict[tuple[str, str], SlowFact] = {}
    for fact in sorted((fact for run in runs for fact in run.slow), key=lambda fact: -fact.seconds):
        longest.setdefault((fact.host, fact.name), fact)
    return tuple(longest.values())[:SLOW_SHOWN]


def _took(runs: Iterable[RunResult]) -> tuple[tuple[str, float], ...]:
    longest: dict[str, float] = {}
    for host, seconds in (pair for run in runs for pair in run.took):
        longest[host] = max(seconds, longest.get(host, 0.0))
    return tuple(sorted(longest.items(), key=lambda host: -host[1]))
