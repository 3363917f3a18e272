"""The application's journal: it can be read, and it does not complain."""

import re

from fixtures.facts.logs import LINES
from fixtures.marks import owns, symptom
from fixtures.settings import Limits, Logs


def lines_matching(journal: list[str], pattern: str) -> list[str]:
    """Returns the lines that match a regular expression."""
    compiled = re.compile(pattern)
    return [line for line in journal if compiled.search(line)]


@owns("journal")
def test_readable(journal: list[str], settings: Logs) -> None:
    """The application's journal can be read, and has lines of the last hour: silence would look like health."""
    assert journal, f"no line of {settings.unit} in the last hour; it does not log, or the right to read it is missing"


@symptom
def test_unit_failures(journal: list[str], settings: Logs) -> None:
    """The last 50 lines hold no start-up or worker failure."""
    bad = [line for line in journal[-50:] if any(words in line for words in settings.failures)]
    assert not bad, f"{len(bad)} lines, the last: {bad[-1]}"


@symptom
def test_errors(journal: list[str], settings: Logs) -> None:
    """The last hour holds few lines at level ERROR or above."""
    _within(journal, settings, "errors")


@symptom
def test_rate_limited(journal: list[str], settings: Logs) -> None:
    """Few requests of the last hour were refused by the rate limiter."""
    _within(journal, settings, "rate_limited")


@symptom
def test_auth_failures(journal: list[str], settings: Logs) -> None:
    """Few log-ins and tokens of the last hour were refused."""
    _within(journal, settings, "auth_failures")


@symptom
def test_slow_requests(journal: list[str], settings: Logs, limits: Limits) -> None:
    """No logged request of the last hour took longer than the limit."""
    assert settings.duration_pattern, "system.yml names no duration_pattern"
    found = [re.search(settings.duration_pattern, line) for line in journal]
    seconds = [float(match["seconds"]) for match in found if match]
    assert seconds, f"none of {len(journal)} lines tells a duration; expected {settings.duration_pattern}"
    slow = [s for s in seconds if s > limits.response_time_s]
    assert not slow, (
        f"{len(slow)} of {len(seconds)} requests took longer than {limits.response_time_s:g} s, "
        f"the longest {max(slow):.1f} s"
    )


def _within(journal: list[str], settings: Logs, name: str) -> None:
    pattern = next(p for p in settings.patterns if p.name == name)
    found = lines_matching(journal, pattern.pattern)
    more = f" of the last {LINES}" if len(journal) >= LINES else ""
    assert len(found) <= pattern.limit, (
        f"{len(found)}{more} lines, the last: {found[-1] if found else ''}; the limit is {pattern.limit} an hour"
    )
