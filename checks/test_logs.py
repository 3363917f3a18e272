"""The application's journal: it can be read and has few errors. docs/logs.md says which lines count."""

import re
from collections import defaultdict
from collections.abc import Sequence

from checks import expect
from engine.gather.pattern import search_each
from engine.judge.marks import each, symptom, vital
from engine.judge.measure import at_least, at_most
from engine.text import counted, one_line, span
from fixtures.logs.reading import Line, Log
from fixtures.logs.settings import Limits, LogPattern, Logs
from fixtures.logs.workers import failed, replaced_workers

# What stands before a message says when and by whom, and would be all that a terminal shows of it.
STAMP = re.compile(r"\A\[?\d{4}[-/]\d\d[-/]\d\d[T ][\d:.,]+(?:Z| ?[+-]\d\d:?\d\d)?\]?\s+(?:\[\d+\]\s+)?")
# What a message is about, and not what it says. The text of a line in JSON or of `key=value` is in quotes, too.
PARTICULAR = re.compile(
    r"""
    (?P<key>"?\b(?:msg|message|event|err|error|reason|detail|level|logger)(?:=|"\s*:\s*))"(?P<said>(?:[^"\\]|\\.)*+)"
    |"(?:[^"\\]|\\.)*+"(?P<name>\s*:)?
    |(?<!\w)'(?:[^'\\]|\\.)*+'(?!\w)
    |(?<![\w.+%-])[\w.+%-]++@[\w.-]+
    |(?<=[\w/])\?[^\s"'<>]+
    |\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b
    |\b0x[0-9a-f]+\b
    |\b(?=\w*\d)[0-9a-f]{8,}\b
    |\d+
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Messages that are one so far are one.
LONGEST = 1000
# Names no feature: a failure that names nothing would explain all of them.
NO_FEATURE = "no feature"


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


# A feature that fails for the same lines alone is no trouble of its own.
@vital("logs.feature_errors")
@symptom
def test_errors(journal: Log, settings: Logs, limits: Limits) -> None:
    """There are few lines at level ERROR or above."""
    _within(journal, settings, "errors", limits, settings.features)


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


@vital("logs.feature_errors")
@symptom
def test_repeated_errors(journal: Log, settings: Logs, limits: Limits) -> None:
    """No error is repeated often. Messages that differ only in numbers, ids, addresses or quoted words are one."""
    pattern = next(p.pattern for p in settings.patterns if p.name == "errors")
    _repeated(journal, _matching(journal.lines, pattern), limits.repeated_errors, limits, settings.features)


@symptom
def test_repeated_warnings(journal: Log, settings: Logs, limits: Limits) -> None:
    """No warning is repeated over and over. Those that other patterns count, such as refused log-ins, are left out."""
    pattern = next(p.pattern for p in settings.patterns if p.name == "warnings")
    warnings = _matching(journal.lines, pattern)
    for other in (p.pattern for p in settings.patterns if p.name != "warnings"):
        counted_there = set(map(id, _matching(warnings, other)))
        warnings = [line for line in warnings if id(line) not in counted_there]
    _repeated(journal, warnings, limits.repeated_warnings, limits)


def _repeated(
    journal: Log, lines: Sequence[Line], accepted: int, limits: Limits, features: Sequence[LogPattern] = ()
) -> None:
    by_message: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_message[normalised(line.text)].append(line)
    for same in by_message.values():
        _over(journal, same, accepted, limits, features)


def normalised(text: str) -> str:
    """Returns a message with `N` in place of each number, id, address and quoted text, and of a URL's query."""
    return PARTICULAR.sub(_general, text[:LONGEST])


def _general(match: re.Match[str]) -> str:
    if match["said"] is not None:
        return f"{match['key']}{normalised(match['said'])}"
    # A key of JSON is no particular.
    return match[0] if match["name"] else "N"


@symptom
@each("features")
def test_feature_errors(journal: Log, item: LogPattern, limits: Limits) -> None:
    """The feature fails rarely."""
    _over(journal, _matching(journal.lines, item.pattern), item.limit, limits, of=item)


def _within(journal: Log, settings: Logs, name: str, limits: Limits, features: Sequence[LogPattern] = ()) -> None:
    pattern = next(p for p in settings.patterns if p.name == name)
    _over(journal, _matching(journal.lines, pattern.pattern), pattern.limit, limits, features)


def _matching(lines: Sequence[Line], pattern: str) -> list[Line]:
    found = search_each(pattern, [line.text for line in lines])
    return [line for line, match in zip(lines, found, strict=True) if match]


def _over(
    journal: Log,
    bad: Sequence[Line],
    accepted: int,
    limits: Limits,
    features: Sequence[LogPattern] = (),
    *,
    of: LogPattern | None = None,
) -> None:
    expect.quiet(
        [line.age for line in bad],
        accepted,
        limits,
        lambda: (
            f'{counted(len(bad), "line")} {_of(of) if of else "like"} "{one_line(STAMP.sub("", bad[-1].text, 1))}" '
            f"{journal.account}; the limit is {accepted} an hour, the last: {bad[-1].when} {bad[-1].source}"
        ),
        lambda: [_of(each) for each in features if _fails_for(journal, each, bad)] or [NO_FEATURE][: len(features)],
    )


def _of(feature: LogPattern) -> str:
    return f"of {feature.name} like"


def _fails_for(journal: Log, feature: LogPattern, bad: Sequence[Line]) -> bool:
    """Whether the feature would fail rarely enough without these lines."""
    told = set(map(id, bad))
    return sum(id(line) not in told for line in _matching(journal.lines, feature.pattern)) <= feature.limit
