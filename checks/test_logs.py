"""The application's journal: it can be read and has few errors. docs/logs.md says which lines count."""

import re
from collections import defaultdict
from collections.abc import Sequence

from checks import expect
from engine.judge.marks import each, symptom
from engine.judge.measure import at_least, at_most
from engine.text import counted, span
from fixtures.logs.reading import Line, Log
from fixtures.logs.settings import Limits, LogPattern, Logs


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
    failures = [re.compile(pattern) for pattern in settings.failures]
    bad = [line for line in journal.lines if any(failure.search(line.text) for failure in failures)]
    _over(journal, bad, 0, limits)


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


@symptom
def test_slow_requests(journal: Log, settings: Logs, limits: Limits) -> None:
    """No logged request took longer than the limit."""
    assert settings.duration_pattern, "system.yml has no duration_pattern; expected the pattern of a logged request"
    matches = [(line, re.search(settings.duration_pattern, line.text)) for line in journal.lines]
    timed = [(line, float(match["seconds"])) for line, match in matches if match]
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
    errors = re.compile(next(p.pattern for p in settings.patterns if p.name == "errors"))
    by_message: dict[str, list[Line]] = defaultdict(list)
    for line in journal.lines:
        if errors.search(line.text):
            by_message[normalised(line.text)].append(line)
    for lines in by_message.values():
        _over(journal, lines, limits.repeated_errors, limits)


def normalised(text: str) -> str:
    """Returns a message with `N` in place of each number and each hexadecimal id."""
    return re.sub(r"\b(?=\w*\d)[0-9a-f]{8,}\b|\d+", "N", text)


@symptom
@each("features")
def test_feature_errors(journal: Log, item: LogPattern, limits: Limits) -> None:
    """The feature fails rarely."""
    compiled = re.compile(item.pattern)
    _over(journal, [line for line in journal.lines if compiled.search(line.text)], item.limit, limits)


def _within(journal: Log, settings: Logs, name: str, limits: Limits) -> None:
    pattern = next(p for p in settings.patterns if p.name == name)
    compiled = re.compile(pattern.pattern)
    _over(journal, [line for line in journal.lines if compiled.search(line.text)], pattern.limit, limits)


def _over(journal: Log, bad: Sequence[Line], accepted: int, limits: Limits) -> None:
    expect.quiet(
        [line.age for line in bad],
        accepted,
        limits,
        lambda: f"{counted(len(bad), 'line')} {journal.account}, the last: {bad[-1]}; the limit is {accepted} an hour",
    )
