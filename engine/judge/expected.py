"""Whether the answer of a command is what its runbook expects."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from engine.gather.fact import Output
from engine.gather.pattern import search, search_all
from engine.judge.measure import at_least, at_most
from engine.runbook.expect import NUMBER, Expectation, Kind, Test

COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
# By so much clocks may differ; what lies further ahead has no age.
AHEAD_S = 300
# An answer that is one of these is a date: seconds since 1970, or ISO 8601, as `date -Is` and `stat -c %Y` print it.
EPOCH = re.compile(r"@?(\d{9,11})(?:\.\d+)?")


@dataclass(frozen=True)
class Told:
    """An answer that is judged: its `output`, the `unit` of its number, the `limits` in force, and the time."""

    output: Output
    unit: str
    limits: Any
    now: datetime

    @property
    def text(self) -> str:
        """The answer without blanks around it."""
        return self.output.stdout.strip()

    @property
    def shown(self) -> str:
        """The answer for a message. It is masked before it is shortened, so not here."""
        return self.text or "(nothing)"


def wrong(expected: Expectation, output: Output, limits: Any, now: datetime | None = None) -> str:
    """Returns what is wrong with an answer, in words for each test that it fails; "" when it passes all of them.

    Without an `exit` among the tests the exit status must be 0: a command that failed says nothing of what it asks.
    """
    told = Told(output, expected.unit, limits, now or datetime.now(UTC))
    if not any(test.kind == "exit" for test in expected.tests) and output.rc:
        return _status(told, "0")
    if _says_nothing(expected, told):
        return f"no answer, and a complaint: {output.stderr.strip()}; expected none (2>/dev/null where it is known)"
    return "; ".join(filter(None, (JUDGES[test.kind](test, told) for test in expected.tests)))


def _says_nothing(expected: Expectation, told: Told) -> bool:
    """Whether nothing was found because nothing was looked at: `grep ERROR /no/such.log` answers nothing, too."""
    wants_nothing = any(test.kind in ("empty", "no match") for test in expected.tests)
    return wants_nothing and not told.text and bool(told.output.stderr.strip())


def _status(told: Told, expected: str) -> str:
    said = told.output.stderr.strip() or told.shown
    return f"exit status {told.output.rc}, expected {expected}; it said: {said}"


def _exit(test: Test, told: Told) -> str:
    return "" if told.output.rc in test.codes else _status(told, " or ".join(map(str, test.codes)))


def _match(test: Test, told: Told) -> str:
    found = search(test.operand, told.output.stdout, re.MULTILINE)
    return "" if found else f"nothing matches /{test.operand}/ in: {told.shown}"


def _no_match(test: Test, told: Told) -> str:
    text = told.output.stdout
    found = [match.start() for match in search_all(test.operand, text, re.MULTILINE)]
    if not found:
        return ""
    line = text[text.rfind("\n", 0, found[0]) + 1 :].partition("\n")[0].strip()
    more = f", and {len(found) - 1} more" if len(found) > 1 else ""
    return f"/{test.operand}/ matches{more}: {line}"


def _empty(_: Test, told: Told) -> str:
    return f"the answer is not empty: {told.text}" if told.text else ""


def _equals(test: Test, told: Told) -> str:
    return "" if told.text == test.operand else f"the answer is {told.shown}, expected {test.operand}"


def _number(test: Test, told: Told) -> str:
    numbers = re.findall(rf"(?<![\w.]){NUMBER}", told.text)
    if len(numbers) != 1:
        return f"the answer has {len(numbers) or 'no'} numbers, expected one: {told.shown}"
    return _measured(test, float(numbers[0]), told.unit, told)


def _lines(test: Test, told: Told) -> str:
    number = sum(bool(line.strip()) for line in told.text.splitlines())
    found = _measured(test, number, told.unit or "lines", told)
    return f"{found}: {told.shown}" if found else ""


def _age(test: Test, told: Told) -> str:
    moment = _moment(told.text)
    if moment is None:
        return f"the answer is no date with a time zone: {told.shown}"
    age = round((told.now - moment).total_seconds(), 1)
    if age < -AHEAD_S:
        return f"the date is {-age:g} s ahead of this machine's clock; expected one that is past: {told.shown}"
    found = _measured(test, age, "s", told)
    return f"{found}: {told.shown}" if found else ""


def _measured(test: Test, value: float, unit: str, told: Told) -> str:
    """Compares a number with its limits, and keeps the measure."""
    names = [each.removeprefix("limits.") if isinstance(each, str) else "" for each in test.values]
    bounds = [
        float(getattr(told.limits, name) if name else each) for name, each in zip(names, test.values, strict=True)
    ]
    if test.operator == "between":
        # Both measures are kept, whichever is exceeded.
        good = all([at_least(value, bounds[0], unit), at_most(value, bounds[1], unit)])
    else:
        if test.operator[0] in "<>":
            (at_most if test.operator[0] == "<" else at_least)(value, bounds[0], unit)
        good = COMPARE[test.operator](value, bounds[0])
    words = " and ".join(f"{_plain(bound)}{name and f' ({name})'}" for bound, name in zip(bounds, names, strict=True))
    return "" if good else f"{_plain(value)} {unit}".strip() + f", expected {test.operator} {words}"


def _moment(text: str) -> datetime | None:
    if found := EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(found[1]), UTC)
    try:
        moment = datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d\d:?\d\d$)", "", text))
    except ValueError:
        return None
    # A time without a zone is the host's own, which is not known here.
    return moment if moment.tzinfo else None


def _json(test: Test, told: Told) -> str:
    try:
        value: Any = json.loads(told.text)
        for key, index in re.findall(r"\.?([\w-]+)|\[(\d+)\]", test.path):
            value = value[int(index)] if index else value[key]
    except (ValueError, RecursionError):
        return f"the answer is no JSON: {told.shown}"
    except (LookupError, TypeError):
        return f"the answer has no {test.path}: {told.shown}"
    try:
        expected: Any = json.loads(test.operand)
    except ValueError:
        expected = test.operand
    try:
        good = COMPARE[test.operator](value, expected)
    except TypeError:
        good = False
    return "" if good else f"{test.path} is {json.dumps(value)}, expected {test.operator} {test.operand}"


JUDGES: Mapping[Kind, Callable[[Test, Told], str]] = {
    "exit": _exit, "match": _match, "no match": _no_match, "number": _number, "lines": _lines, "empty": _empty,
    "equals": _equals, "json": _json, "age": _age,
}  # fmt: skip


def _plain(number: float) -> str:
    """A number as a person writes it, bytes of a gigabyte included: not 5e+08.

    >>> _plain(500000000.0), _plain(0.25)
    ('500000000', '0.25')
    """
    return f"{number:.15g}"
