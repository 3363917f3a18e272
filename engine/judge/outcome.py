"""Outcomes: how a finished check becomes a finding, in plain types, with every text cleaned and redacted."""

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
from engine.run.checks import Check
from engine.run.run import CHECKS, Run
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
    """How a check ended: with `error`, or None when it passed, in its `phase`, after `duration` seconds.

    `measures` are what it compared until then. `gate` is the mildest severity that fails the run; `trace` asks for the
    traceback of a mistake of ours.
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
    """What is known of a unit, as values of the fact `units` say it: how long it is up, and who brought it back."""

    @property
    def seconds_active(self) -> float | None:
        """Seconds since it was started; None where it is not."""

    @property
    def restarts(self) -> int:
        """How often systemd itself had to start it again."""


def missing_of(run: Run, target: Target, check: Check) -> Unavailable | None:
    """Returns what is missing of the facts that the check owns, also where only another fact met it.

    A right that was granted for one question and refused for the next, a front that answered and then did not: the
    check that is about it fails, whatever its own question brought.
    """
    # One of several things that a check is made for says nothing of the others.
    if check.each:
        return None
    values = run.facts[target.id].values
    met = {name: value for name, value in values.items() if isinstance(value, Unavailable) and value.fact in check.owns}
    own = [name for name in check.owns if name in met]
    return met[min(own or met)] if met else None


def judged(run: Run, target: Target, check: Check, ended: Ended, catalogue: Catalogue) -> Finding:
    """Returns the finding of a check, whatever happens: what breaks while it is judged is a mistake of ours."""
    try:
        return finding(run, target, check, ended, catalogue)
    except Exception as error:  # judging meets whatever a fact, a template or an exception may be
        return _unjudged(run, target, check, ended, error)


def blank(run: Run, target: Target, check: Check, nodeid: str, item: str) -> Finding:
    """Returns the finding of a check of which nothing is known yet but what it is: it was not run."""
    told, severity = section_of(run, target, check.name)
    component = check.name.partition(".")[0]
    return Finding(
        nodeid=nodeid,
        check=check.name,
        host=target.host.name,
        system=target.system.id,
        component=component,
        item=item,
        outcome="not_run",
        severity=severity,
        expected=check.expected,
        message="",
        place=f"{check.file}:{check.line}",
        symptom=check.symptom,
        vital=check.vital,
        shared=check.shared,
        of=check.of,
        brings=check.brings,
        rank=check.line,
        depends_on=target.system.rests_on(component),
        guidance=told,
    )


def finding(run: Run, target: Target, check: Check, ended: Ended, catalogue: Catalogue) -> Finding:
    """Returns the finding of a check that has ended."""
    error = ended.error
    missing = error.missing if isinstance(error, CannotCheckError) else None
    owners = run.owners(missing.fact, catalogue) if missing else ()
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
        message=message(run, error),
        duration=ended.duration,
        missing=missing.fact if missing else None,
        asked=_asked(run, target, catalogue, missing),
        owners=owners,
        measures=tuple(_named(run, measure) for measure in ended.measures),
        only=error.only if isinstance(error, BoundedFailure) else (),
        ended=_over(run, target, known.component, error) if isinstance(error, PastFailure) else "",
        where=_where(run, check, error) if error and outcome == "error" else "",
        trace=_trace(run, error) if error and outcome == "error" and ended.trace else "",
        waiver=f"accepted until {waiver.expires}: {waiver.reason}" if waiver else "",
        evidence=() if error is None else evidence(run, target, catalogue, (f for f in check.facts if f in catalogue)),
    )


def _named(run: Run, measure: Measure) -> Measure:
    """The measure with a name that may be shown: it is a mount's, a table's, a process'."""
    return replace(measure, name=one_line(run.secrets.redact(measure.name), NAME_LIMIT)) if measure.name else measure


def _outcome(run: Run, check: Check, ended: Ended, missing: Unavailable | None, owners: tuple[str, ...]) -> Outcome:
    if ended.error is None:
        return "passed"
    if _is_ours(run, ended, missing):
        return "error"
    return "blocked" if missing and check.name not in owners else "failed"


def _is_ours(run: Run, ended: Ended, missing: Unavailable | None) -> bool:
    """Whether a mistake of the suite ended the check: anything but an assertion of its own, or a fact that says why."""
    if missing:
        return bool(missing.where)
    if ended.phase != "call":
        return True
    if isinstance(ended.error, AssertionError):
        # An assertion deeper down is about our code, not about the host.
        raised = mistake.innermost(ended.error)
        own = raised and mistake.within(raised, run.root)
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
    """When the last thing happened that a check of the past complains of, where it may be over; "" where it may not."""
    repaired = failure.repairable and _started_since(run, target, component, failure.age)
    over = failure.age >= failure.settles_s or (repaired and failure.age > MARGIN_S + 1)
    return (datetime.now().astimezone() - timedelta(seconds=failure.age)).isoformat() if over else ""


def _started_since(run: Run, target: Target, component: str, age: float) -> bool:
    """Whether somebody started a unit, of the component or of what it rests on here, in the last `age` seconds.

    One that systemd itself brought back does not count: the crash may come again.
    """
    units = run.facts[target.id].get("units")
    if isinstance(units, Unavailable):
        return False
    names = [getattr(target.component(c), "unit", "") for c in (component, *target.system.rests_on(component))]
    found: list[Started] = [units[name] for name in names if name in units]
    return any(u.seconds_active is not None and not u.restarts and u.seconds_active < age for u in found)


def _unjudged(run: Run, target: Target, check: Check, ended: Ended, error: Exception) -> Finding:
    """The finding of a check that could not even be judged: made of what cannot break."""
    told = f"{type(error).__name__}: {mistake.words(error)}"
    return replace(
        blank(run, target, check, ended.nodeid, ended.item),
        outcome="error",
        message=run.secrets.redact(bounded(clean(told), MESSAGE_LIMIT)),
        duration=ended.duration,
        where=mistake.place(error, run.root) or f"{check.file}:{check.line}",
        trace=_trace(run, error) if ended.trace else "",
    )


def message(run: Run, error: BaseException | None) -> str:
    """Returns what was found, in plain words: the assertion's message without the code around it."""
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
