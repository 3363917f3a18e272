"""The application's journal: it can be read and has few errors. docs/logs.md says which lines count."""

import re
from collections import defaultdict
from collections.abc import Sequence

from checks import expect
from engine.gather.pattern import search_each
from engine.judge.marks import each, symptom, vital
from engine.judge.measure import at_least, at_most
from engine.text import counted, span
from fixtures.logs.reading import Line, Log
from fixtures.logs.settings import Limits, LogPattern, Logs
from fixtures.logs.workers import failed, replaced_workers


@symptom("app", "os")
def test_readable(journal: Log, settings: Logs, limits: Limits) -> None:
    """The application writes to its journal, and few enough lines that the last minutes can be read."""
    own = [line for line in journal.lines if line.source != "systemd"]
    assert own, f"{settings.unit} logged no line {journal.account}; expected at least one in the journal"
    assert not journal.cut or at_least(journal.reach, limits.log_quiet_s, "s"), (
        f"{settings.unit} logs so much that its newest {len(journal.lines)} lines cover only {span(journal.reach)}; "
        f"expected at least {span(limits.log_quiet_s)}, because older lines were not read"
    )


@symptom
def test_unit_failures(journal: Log, settings: Logs, limits: Limits) -> None:
    """No worker failed, hung or failed to start, and systemd says of none that the unit failed."""
    found = {id(line): line for pattern in settings.failures for line in _matching(journal.lines, pattern)}
    _over(journal, failed(journal, sorted(found.values(), key=lambda line: -line.age)), 0, limits)


@symptom
def test_workers_replaced(journal: Log, limits: Limits) -> None:
    """Workers rarely end and boot again, but after as many requests as they may serve; and those take a while."""
    found = replaced_workers(journal, limits.worker_life_s)
    unplanned = max(len(found.boots) - found.planned, 0)
    short = found.short if found.planned else []
    for lines, why in (
        (found.boots[-unplanned:] if unplanned else [], "booted in the place of others"),
        (short, f"ended within {span(limits.worker_life_s)}, after as many requests as each may serve"),
    ):
        expect.quiet(
            [line.age for line in lines],
            limits.workers_replaced,
            limits,
            lambda lines=lines, why=why: (  # type: ignore[misc]
                f"{counted(len(lines), 'worker')} {why} {journal.account}, the last: {lines[-1]}; "
                f"the limit is {limits.workers_replaced} an hour"
            ),
        )


@symptom
def test_errors(journal: Log, settings: Logs, limits: Limits) -> None:
    """There are few lines at level ERROR or above."""
    _within(journal, settings, "errors", limits)


@symptom("app", "redis", "os")
def test_rate_limited(journal: Log, settings: Logs, limits: Limits) -> None:
    """Few requests were refused by the rate limiter."""
    _within(journal, settings, "rate_limited", limits)


@symptom
def test_auth_failures(journal: Log, settings: Logs, limits: Limits) -> None:
    """Few log-ins and tokens were refused."""
    _within(journal, settings, "auth_failures", limits)


@vital("http.page_in_time", "http.member_page_in_time")
@symptom
def test_slow_requests(journal: Log, settings: Logs, limits: Limits) -> None:
    """No logged request took longer than the limit."""
    assert settings.duration_pattern, "system.yml has no duration_pattern; expected the pattern of a logged request"
    matches = search_each(settings.duration_pattern, [line.text for line in journal.lines])
    timed = [(line, float(match["seconds"])) for line, match in zip(journal.lines, matches, strict=True) if match]
    assert timed or journal.seconds < limits.log_quiet_s, (
        f"none of {len(journal.lines)} lines has a duration; expected lines that match {settings.duration_pattern}"
    )
    longest = max((seconds for _, seconds in timed), default=0.0)
    slow = [line for line, seconds in timed if seconds > limits.response_time_s]
    if not at_most(longest, limits.response_time_s, "s"):
        expect.quiet(
            [line.age for line in slow],
            0,
            limits,
            lambda: (
                f"{len(slow)} of {counted(len(timed), 'request')} {journal.account} took longer than "
                f"{limits.response_time_s:g} s, the longest {longest:.1f} s; the last: {slow[-1]}"
            ),
        )


@symptom
def test_repeated_errors(journal: Log, settings: Logs, limits: Limits) -> None:
    """No error is repeated often. Messages that differ only in numbers and ids count as the same."""
    pattern = next(p.pattern for p in settings.patterns if p.name == "errors")
    _repeated(journal, _matching(journal.lines, pattern), limits.repeated_errors, limits)


@symptom
def test_repeated_warnings(journal: Log, settings: Logs, limits: Limits) -> None:
    """No warning is repeated over and over. Those that other patterns count, such as refused log-ins, are left out."""
    pattern = next(p.pattern for p in settings.patterns if p.name == "warnings")
    warnings = _matching(journal.lines, pattern)
    for other in (p.pattern for p in settings.patterns if p.name != "warnings"):
        counted_there = set(map(id, _matching(warnings, other)))
        warnings = [line for line in warnings if id(line) not in counted_there]
    _repeated(journal, warnings, limits.repeated_warnings, limits)


def _repeated(journal: Log, lines: Sequence[Line], accepted: int, limits: Limits) -> None:
    by_message: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_message[normalised(line.text)].append(line)
    for same in by_message.values():
        _over(journal, same, accepted, limits)


def normalised(text: str) -> str:
    """Returns a message with `N` in place of each number and each hexadecimal id."""
    return re.sub(r"\b(?=\w*\d)[0-9a-f]{8,}\b|\d+", "N", text)


@symptom
@each("features")
def test_feature_errors(journal: Log, item: LogPattern, limits: Limits) -> None:
    """The feature fails rarely."""
    _over(journal, _matching(journal.lines, item.pattern), item.limit, limits)


def _within(journal: Log, settings: Logs, name: str, limits: Limits) -> None:
    pattern = next(p for p in settings.patterns if p.name == name)
    _over(journal, _matching(journal.lines, pattern.pattern), pattern.limit, limits)


def _matching(lines: Sequence[Line], pattern: str) -> list[Line]:
    found = search_each(pattern, [line.text for line in lines])
    return [line for line, match in zip(lines, found, strict=True) if match]


def _over(journal: Log, bad: Sequence[Line], accepted: int, limits: Limits) -> None:
    expect.quiet(
        [line.age for line in bad],
        accepted,
        limits,
        lambda: f"{counted(len(bad), 'line')} {journal.account}, the last: {bad[-1]}; the limit is {accepted} an hour",
    )
