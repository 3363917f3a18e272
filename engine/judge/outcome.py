"""Outcomes: turns a finished check into a finding of plain types, with every text cleaned and redacted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from engine import mistake
from engine.gather.catalogue import Catalogue
from engine.gather.fact import FactError, Unavailable
from engine.judge.failure import BoundedFailure, PastFailure
from engine.judge.finding import Finding, Outcome
from engine.judge.guidance import section_of
from engine.judge.measure import Measure
from engine.judge.quiet import MARGIN_S
from engine.judge.shown import asked, evidence
from engine.places import CHECKS, within
from engine.run.checks import Check
from engine.run.run import Run
from engine.run.target import Target
from engine.text import bounded, clean, one_line

SEVERITIES = ("P1", "P2", "P3")
MESSAGE_LIMIT = 1500
NAME_LIMIT = 200
TRACE_LIMIT = 20_000


class CannotCheckError(Exception):
    """A fact that the check needs could not be had: the check is blocked, or fails when it owns that fact."""

    def __init__(self, missing: Unavailable) -> None:
        super().__init__(f"{missing.fact}: {missing.reason}")
        self.missing = missing


@dataclass(frozen=True)
class Ended:
    """How a check ended: with `error`, or None when it passed, in the pytest `phase`, after `duration` seconds.

    `item` is the name of the entry that it is about, or "". `measures` are the measures until then. `gate` is the
    mildest severity that fails the run. `trace` asks for the traceback of an error of the suite.
    """

    nodeid: str
    item: str
    error: BaseException | None
    duration: float
    phase: str = "call"
    gate: str = SEVERITIES[-1]
    measures: tuple[Measure, ...] = ()
    trace: bool = False


class Started(Protocol):
    """The part of a unit that is needed here; the values of the fact `units` have it."""

    @property
    def seconds_active(self) -> float | None:
        """Seconds since the unit became active; None for a unit that is not active."""

    @property
    def restarts(self) -> int:
        """The number of automatic restarts by systemd."""


def missing_of(run: Run, target: Target, check: Check) -> Unavailable | None:
    """Returns the reason why a fact that the check owns is missing, or None when no fact of the target lacks it.

    Another fact may have met the failure: a right that was granted for one command and refused for the next, a web
    server that answered one request and not the next. The owner fails then, whatever its own query returned.
    """
    # An entry of a check with `each` says nothing about the other entries.
    if check.each:
        return None
    values = run.facts[target.id].values
    lost = {
        name: value for name, value in values.items() if isinstance(value, Unavailable) and value.fact in check.owns
    }
    own = [name for name in check.owns if name in lost]
    return lost[min(own or lost)] if lost else None


def judged(run: Run, target: Target, check: Check, ended: Ended, catalogue: Catalogue) -> Finding:
    """Returns the finding of a check; never raises: an exception while judging becomes an error of the suite."""
    try:
        return finding(run, target, check, ended, catalogue)
    except Exception as error:  # facts, templates and exceptions may raise anything here
        return _unjudged(run, target, check, ended, error)


def blank(run: Run, target: Target, check: Check, nodeid: str, item: str) -> Finding:
    """Returns a finding with the outcome `not_run`, which has only the properties of the check itself."""
    brief, severity = section_of(run, target, check.name)
    component = check.name.partition(".")[0]
    return Finding(
        nodeid=nodeid,
        check=check.name,
        host=target.host.name,
        system=target.system.id,
        component=component,
        item=item,
        outcome="not_run",
        severity=check.severity or severity,
        expected=check.expected,
        message="",
        place=f"{check.file}:{check.line}",
        symptom=check.symptom,
        vital=check.vital,
        shared=check.shared,
        of=target.system.widened(check.of),
        brings=target.system.widened(check.brings),
        rank=check.rank,
        depends_on=target.system.rests_on(component),
        guidance=brief,
    )


def finding(run: Run, target: Target, check: Check, ended: Ended, catalogue: Catalogue) -> Finding:
    """Returns the finding of a check that has ended."""
    error = ended.error
    missing = error.missing if isinstance(error, CannotCheckError) else None
    owners = tuple(map(target.named, run.owners(missing.fact, catalogue))) if missing else ()
    known = blank(run, target, check, ended.nodeid, ended.item)
    outcome = _outcome(run, check, ended, missing, owners)
    waiver = run.waiver(check.name, target.host.name, date.today()) if outcome in ("failed", "blocked") else None
    if waiver:
        outcome = "waived"
    elif outcome in ("failed", "blocked") and SEVERITIES.index(known.severity) > SEVERITIES.index(ended.gate):
        outcome = "warned"
    return replace(
        known,
        outcome=outcome,
        message=message(run, error) + _ran_out(run, target, check, outcome),
        duration=ended.duration,
        missing=missing.fact if missing else None,
        asked=_asked(run, target, catalogue, missing),
        owners=owners,
        measures=tuple(_named(run, measure) for measure in ended.measures),
        only=error.only if isinstance(error, BoundedFailure | PastFailure) else (),
        ended=_over(run, target, known.component, error) if isinstance(error, PastFailure) else "",
        where=_where(run, check, error) if error and outcome == "error" else "",
        trace=_trace(run, error) if error and outcome == "error" and ended.trace else "",
        waiver=f"accepted until {waiver.expires}: {waiver.reason}" if waiver else "",
        evidence=() if error is None else evidence(run, target, catalogue, (f for f in check.facts if f in catalogue)),
    )


def _ran_out(run: Run, target: Target, check: Check, outcome: Outcome) -> str:
    """Returns that a waiver of what is wrong was there, and is over."""
    day = (
        run.ran_out(check.name, target.host.name, date.today()) if outcome in ("failed", "blocked", "warned") else None
    )
    return f"; a waiver accepted it until {day}" if day else ""


def _named(run: Run, measure: Measure) -> Measure:
    """Returns the measure with its name redacted: it may be the name of a mount, a table or a process."""
    return replace(measure, name=one_line(run.secrets.redact(measure.name), NAME_LIMIT)) if measure.name else measure


def _outcome(run: Run, check: Check, ended: Ended, missing: Unavailable | None, owners: tuple[str, ...]) -> Outcome:
    if ended.error is None:
        return "passed"
    if _is_ours(run, ended, missing):
        return "error"
    return "blocked" if missing and check.name not in owners else "failed"


def _is_ours(run: Run, ended: Ended, missing: Unavailable | None) -> bool:
    """Whether an error of the suite ended the check: neither an assertion of the check nor a FactError."""
    if missing:
        return bool(missing.where)
    if ended.phase != "call":
        return True
    if isinstance(ended.error, AssertionError):
        # An assertion outside checks/ is about the suite's code, not about the host.
        raised = mistake.innermost(ended.error)
        own = raised and within(raised, run.root)
        return raised is not None and not (own and own.is_relative_to(CHECKS))
    return not isinstance(ended.error, FactError)


def _where(run: Run, check: Check, error: BaseException) -> str:
    if isinstance(error, CannotCheckError):
        return error.missing.where
    return mistake.place(error, run.root) or f"{check.file}:{check.line}"


def _trace(run: Run, error: BaseException) -> str:
    text = error.missing.trace if isinstance(error, CannotCheckError) else mistake.traced(error)
    return bounded(run.secrets.redact(clean(text)), TRACE_LIMIT)


def _asked(run: Run, target: Target, catalogue: Catalogue, missing: Unavailable | None) -> str:
    if missing is None or missing.fact not in catalogue:
        return ""
    return run.secrets.redact(asked(target, catalogue, missing.fact))


def _over(run: Run, target: Target, component: str, failure: PastFailure) -> str:
    """Returns the time of the last event of a past failure (ISO 8601) when the failure may be over, else ""."""
    repaired = failure.repairable and _started_since(run, target, component, failure.age)
    over = failure.age >= failure.settles_s or (repaired and failure.age > MARGIN_S + 1)
    return (datetime.now().astimezone() - timedelta(seconds=failure.age)).isoformat() if over else ""


def _started_since(run: Run, target: Target, component: str, age: float) -> bool:
    """Whether a unit of the component, or of one beneath it on this host, was started in the last `age` seconds.

    An automatic restart by systemd does not count, because the crash may happen again.
    """
    units = run.facts[target.id].get("units")
    if isinstance(units, Unavailable):
        return False
    names = [getattr(target.component(c), "unit", "") for c in (component, *target.system.rests_on(component))]
    known: list[Started] = [units[name] for name in names if name in units]
    return any(u.seconds_active is not None and not u.restarts and u.seconds_active < age for u in known)


def _unjudged(run: Run, target: Target, check: Check, ended: Ended, error: Exception) -> Finding:
    """Returns the finding of a check that could not be judged, from values that cannot raise."""
    text = f"{type(error).__name__}: {mistake.words(error)}"
    return replace(
        blank(run, target, check, ended.nodeid, ended.item),
        outcome="error",
        message=run.secrets.redact(bounded(clean(text), MESSAGE_LIMIT)),
        duration=ended.duration,
        where=mistake.place(error, run.root) or f"{check.file}:{check.line}",
        trace=_trace(run, error) if ended.trace else "",
    )


def message(run: Run, error: BaseException | None) -> str:
    """Returns the text of `error`, cleaned, redacted and shortened; of an assertion only its message. "" for None."""
    if error is None:
        return ""
    if isinstance(error, CannotCheckError):
        text = error.missing.reason
    elif isinstance(error, AssertionError):
        text = mistake.words(error).partition("\nassert ")[0] or "the assertion failed"
    elif isinstance(error, FactError):
        text = mistake.words(error)
    else:
        text = f"{type(error).__name__}: {mistake.words(error)}"
    return bounded(run.secrets.redact(clean(text)), MESSAGE_LIMIT).strip()
