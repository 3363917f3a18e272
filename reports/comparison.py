"""Two runs, compared: what is new, what is over, and what moved toward its limit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from engine.judge.causes import Cause, named
from engine.judge.finding import Finding
from engine.judge.measure import Measure
from engine.judge.result import RunResult

# What a finding is about, in every run: its check, host, system and item.
Key: TypeAlias = tuple[str, str, str, str]
# A cause on one host: its name, system and host.
Seat: TypeAlias = tuple[str, str, str]
BAD = ("failed", "blocked", "error")
ACCEPTED = ("waived", "warned")
HEALTHY = ("passed", *ACCEPTED)
# The part of its limit by which a measure must have moved toward it, and the most measures that are told.
MOVED = 0.1
MOVED_SHOWN = 10


@dataclass(frozen=True)
class Moved:
    """A measure of a finding that moved toward its limit: from the value `before` to that of `measure`."""

    finding: Finding
    measure: Measure
    before: float

    @property
    def part(self) -> float:
        """By which part of its limit it moved."""
        return _toward(self.measure, self.before)


@dataclass(frozen=True)
class Comparison:
    """What differs between an `old` and a `new` run. A cause is here with those of its hosts that it is about.

    `new_causes` have a finding that was not wrong before. `turned` are causes whose finding was wrong before, and
    followed from another one. `following` are failures that are new and follow from a cause, whether that is new or
    not. `over` are causes whose finding passed, `accepted` those that are waived or milder than the gate now. `demoted`
    are findings that were causes and follow from another one now. `unknown` are causes of which the new run says
    nothing. `ended` are failures that followed from a cause and do not any more. `came` and `went` are findings that
    only one of the runs has. `problems` say why the new run is not whole where the old one did not say so.
    """

    old: RunResult
    new: RunResult
    new_causes: tuple[Cause, ...]
    turned: tuple[Cause, ...]
    following: tuple[Finding, ...]
    over: tuple[Cause, ...]
    accepted: tuple[Cause, ...]
    demoted: tuple[Finding, ...]
    unknown: tuple[Cause, ...]
    ended: tuple[Finding, ...]
    came: tuple[Finding, ...]
    went: tuple[Finding, ...]
    moved: tuple[Moved, ...]
    problems: tuple[str, ...]

    @property
    def worse(self) -> bool:
        """Whether something is wrong that was not wrong, or not known to be, in the old run."""
        return bool(self.new_causes or self.following or self.problems)


def compare(old: RunResult, new: RunResult) -> Comparison:
    """Returns what differs between two explained runs."""
    before, now = _by_key(old.findings), _by_key(new.findings)
    bad = {key for key, finding in before.items() if finding.outcome in BAD}
    fresh, gone = _not_in(old.causes, new.causes), _not_in(new.causes, old.causes)
    new_causes = _those(fresh, lambda finding, _: key_of(finding) not in bad)
    told, roots = _keys(new_causes), _keys(gone)
    states = {key: _state(before[key], now.get(key)) for key in roots}
    return Comparison(
        old=old,
        new=new,
        new_causes=new_causes,
        turned=_those(fresh, lambda finding, _: key_of(finding) in bad),
        following=tuple(f for key, f in now.items() if f.outcome in BAD and key not in bad and key not in told),
        over=_those(gone, lambda finding, _: states[key_of(finding)] == "over"),
        accepted=_those(gone, lambda finding, _: states[key_of(finding)] == "accepted"),
        demoted=tuple(f for key, f in now.items() if states.get(key) == "wrong" and f.cause is not None),
        unknown=_those(gone, lambda finding, _: states[key_of(finding)] == "unknown"),
        ended=tuple(f for key, f in now.items() if f.outcome in HEALTHY and key in bad and key not in roots),
        came=tuple(finding for key, finding in now.items() if key not in before),
        went=tuple(finding for key, finding in before.items() if key not in now),
        moved=_moved(before, now),
        problems=tuple(_problems(old, new)),
    )


def key_of(finding: Finding) -> Key:
    """Returns what a finding is about."""
    return (finding.check, finding.host, finding.system, finding.item)


def _by_key(findings: Iterable[Finding]) -> dict[Key, Finding]:
    return {key_of(finding): finding for finding in findings}


def _keys(causes: Iterable[Cause]) -> set[Key]:
    return {key_of(finding) for cause in causes for finding in (*cause.findings, *cause.alike)}


def _not_in(others: Sequence[Cause], causes: Sequence[Cause]) -> tuple[Cause, ...]:
    """Returns the causes that are not among the others, or not on all of their hosts."""
    seats = {_seat(other, f) for other in others for f in (*other.findings, *other.alike)}
    return _those(causes, lambda finding, cause: _seat(cause, finding) not in seats)


def _those(causes: Iterable[Cause], test: Callable[[Finding, Cause], bool]) -> tuple[Cause, ...]:
    """Returns the causes with those of their findings that pass the test; none of which no finding does."""
    kept = []
    for cause in causes:
        findings = tuple(finding for finding in cause.findings if test(finding, cause))
        alike = tuple(finding for finding in cause.alike if test(finding, cause))
        if findings or alike:
            kept.append(replace(cause, findings=findings or alike, alike=alike if findings else ()))
    return tuple(kept)


def _seat(cause: Cause, finding: Finding) -> Seat:
    """Returns where a cause is. What has no check to be named by (a fact, an error of the suite) has its own name."""
    name = cause.name if cause.fact or cause.is_ours else named(finding)
    return (name, finding.system, finding.host)


def _state(was: Finding, found: Finding | None) -> str:
    """Returns what became of the finding of a cause that is none any more."""
    if found is None or found.outcome == "not_run":
        return "unknown"
    if found.outcome in BAD:
        return "wrong"
    return "accepted" if found.outcome in ACCEPTED and was.outcome in BAD else "over"


def _moved(before: dict[Key, Finding], now: dict[Key, Finding]) -> tuple[Moved, ...]:
    moved = []
    for key, finding in now.items():
        past = _measures(before[key]) if key in before else {}
        for name, measure in _measures(finding).items():
            if name in past and _toward(measure, past[name].value) > MOVED:
                moved.append(Moved(finding, measure, past[name].value))
    return tuple(sorted(moved, key=lambda each: -each.part)[:MOVED_SHOWN])


def _measures(finding: Finding) -> dict[tuple[str, str, str], Measure]:
    """Returns the measures of a finding by what they are; of several, the one that is nearest to its limit."""
    nearest = sorted(finding.measures, key=lambda measure: measure.nearness)
    return {(measure.name, measure.unit, measure.direction): measure for measure in nearest}


def _toward(measure: Measure, before: float) -> float:
    """Returns how far a measure moved toward its limit, as a part of it; 0 for a limit of 0, which has no parts."""
    change = measure.value - before if measure.direction == "at most" else before - measure.value
    return change / abs(measure.limit) if measure.limit else 0.0


def _problems(old: RunResult, new: RunResult) -> Iterator[str]:
    yield from (problem for problem in new.problems if problem not in old.problems)
    if new.exit_code is None:
        yield "the new run is not over: it is going on, or was killed"
    elif not new.complete:
        yield "the new run is not whole, so what it does not tell of is unknown"
