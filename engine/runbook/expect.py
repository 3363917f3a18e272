"""Expectations: what the answer of a diagnostic must be, as a comment above its command declares it.

# expect: number < 80
# unit: %   name: srv-full   severity: P2   timeout: 10   about: app   symptom
df --output=pcent /srv | tail -1
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast, get_args

import regex

Severity = Literal["P1", "P2", "P3"]
Kind = Literal["exit", "match", "no match", "number", "lines", "empty", "equals", "json", "age"]
Operator = Literal["<", "<=", ">", ">=", "==", "!=", "between"]
# How each kind is written, for those who wrote it otherwise.
FORMS = (
    "exit 0", "match /RE/", "no match /RE/", "number < 80", "number between 1 and 9", "lines < 5", "empty",
    "equals TEXT", "json .path == VALUE", "age < 2h",
)  # fmt: skip
NUMBER = r"-?\d+(?:\.\d+)?"
LIMIT = r"limits\.\w+"
COMPARED = rf"(?P<operator><=|>=|==|!=|<|>)\s*(?P<value>{NUMBER}|{LIMIT})"
BETWEEN = rf"(?P<between>between)\s+(?P<low>{NUMBER}|{LIMIT})\s+and\s+(?P<high>{NUMBER}|{LIMIT})"
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "": 1}
GRAMMAR: dict[Kind, re.Pattern[str]] = {
    "exit": re.compile(r"exit\s+(?P<codes>\d{1,3}(?:\s*(?:,|or)\s*\d{1,3})*)"),
    "match": re.compile(r"match\s+/(?P<text>.+)/"),
    "no match": re.compile(r"no match\s+/(?P<text>.+)/"),
    "number": re.compile(rf"number\s*(?:{COMPARED}|{BETWEEN})"),
    "lines": re.compile(rf"lines\s*(?:{COMPARED}|{BETWEEN})"),
    "empty": re.compile(r"empty"),
    "equals": re.compile(r"equals\s+(?P<text>.+)"),
    "json": re.compile(r"json\s+(?P<path>\.[\w.\[\]-]*)\s*(?P<operator><=|>=|==|!=|<|>)\s*(?P<text>.+)"),
    "age": re.compile(rf"age\s*(?P<operator><=?)\s*(?P<value>{NUMBER}|{LIMIT})\s*(?P<scale>[smhd]?)"),
}
KEYS = "name|unit|severity|timeout|about|on"
PROPERTY = re.compile(rf"(?P<key>{KEYS}):\s*(?P<value>\S+)|(?P<symptom>symptom)(?!\S)")
# What looks like properties, whatever they are called.
PAIRS = re.compile(r"(?:(?:[a-z]+:\s*\S+|symptom)(?:\s+|$))+")
CAPITAL = re.compile(rf"(?i:({KEYS})):\s*\S+")
PROPERTIES = re.compile(rf"(?:(?:(?:{KEYS}):\s*\S+|symptom(?!\S))\s*)+")
NAME = re.compile(r"[a-z][a-z0-9_-]*")
LONGEST_NAME = 48
# The machine of the checks.
CONTROL = "control"
# A diagnostic that a person waits for; the host's own deadline is above it.
LONGEST_S = 60.0


class ExpectError(ValueError):
    """An expectation or a property that cannot be read: `args` are what is wrong, and what was expected."""


@dataclass(frozen=True)
class Test:
    """One expectation: its `text` as it is written, its `kind`, and what the kind compares.

    `values` are the operands of `operator`: numbers, or the names of limits (`limits.disk_used_percent`). `text` of a
    pattern, an equal text or a JSON value is `operand`; `path` is that of a JSON value; `codes` are exit statuses.
    """

    text: str
    kind: Kind
    operator: Operator = "=="
    values: tuple[float | str, ...] = ()
    operand: str = ""
    path: str = ""
    codes: tuple[int, ...] = ()

    @property
    def limits(self) -> tuple[str, ...]:
        """The names of the limits that it compares with."""
        return tuple(value.removeprefix("limits.") for value in self.values if isinstance(value, str))


@dataclass(frozen=True)
class Expectation:
    """What the answer of one command must be: all of its `tests`.

    `check` is the name of its check. `bash` says that the command is written for bash, `control` that it runs on the
    machine of the checks, `sql` that it is a statement for its component. `timeout` is in seconds.
    """

    check: str
    command: str
    line: int
    tests: tuple[Test, ...]
    unit: str = ""
    severity: Severity | None = None
    timeout: float = 5.0
    symptom: bool = False
    bash: bool = False
    sudo: bool = False
    control: bool = False
    sql: bool = False

    @property
    def component(self) -> str:
        """The component that it is about."""
        return self.check.partition(".")[0]


def parse_test(text: str) -> Test:
    """Returns the expectation that a text states. Raises ExpectError.

    >>> parse_test("number between 1 and limits.load")
    Test(text='number between 1 and limits.load', kind='number', operator='between', values=(1.0, 'limits.load'), ...)
    >>> parse_test("exit 0 or 1").codes
    (0, 1)
    """
    for kind, pattern in GRAMMAR.items():
        if found := pattern.fullmatch(text):
            return _made(text, kind, found.groupdict())
    raise ExpectError(f"'{text:.60}' is no expectation", f"one of: {'; '.join(FORMS)}")


def _made(text: str, kind: Kind, found: dict[str, str | None]) -> Test:
    operand = (found.get("text") or "").strip()
    if kind in ("match", "no match"):
        try:
            regex.compile(operand)
        except (regex.error, RecursionError, OverflowError) as error:
            raise ExpectError(f"/{operand:.60}/ is not a regular expression: {error}", "one of Python's") from None
    scale = SECONDS[found.get("scale") or ""]
    given = [found.get(key) for key in ("value", "low", "high")]
    values = tuple(each if each.startswith("limits.") else float(each) * scale for each in given if each)
    operator = found.get("between") or found.get("operator") or "=="
    if operator == "between" and all(isinstance(each, float) for each in values) and list(values) != sorted(values):
        raise ExpectError(f"'{text:.60}' holds for no number", "the smaller number first")
    codes = tuple(int(code) for code in re.findall(r"\d+", found.get("codes") or ""))
    return Test(text, kind, cast(Operator, operator), values, operand, found.get("path") or "", codes)


def properties(text: str) -> dict[str, str]:
    """Returns the properties on a line, by name; none for a line of other words. Raises ExpectError.

    >>> properties("unit: %   severity: P1   symptom")
    {'unit': '%', 'severity': 'P1', 'symptom': 'symptom'}
    >>> properties("The unit: of this")
    {}
    """
    if not PROPERTIES.fullmatch(text):
        if PAIRS.fullmatch(text) or CAPITAL.fullmatch(text):
            unknown = next(key for key in re.findall(r"(\w+):", text) if key not in KEYS.split("|"))
            raise ExpectError(
                f"'{unknown:.60}:' is no property of an expectation", f"{KEYS.replace('|', ', ')} or symptom"
            )
        return {}
    found = {match["key"] or "symptom": match["value"] or "symptom" for match in PROPERTY.finditer(text)}
    if (severity := found.get("severity")) and severity not in get_args(Severity):
        raise ExpectError(f"'{severity:.60}' is no severity", "P1, P2 or P3")
    if (name := found.get("name")) and not NAME.fullmatch(name):
        raise ExpectError(f"'{name:.60}' is no name", "lower case, [a-z0-9_-], a letter first")
    if found.get("on", CONTROL) != CONTROL:
        raise ExpectError(f"'on: {found['on']:.60}' is no place", f"'on: {CONTROL}', which is this machine")
    if "timeout" in found and not 0 < _number(found["timeout"]) <= LONGEST_S:
        raise ExpectError(f"'{found['timeout']:.60}' is no timeout", f"seconds, at most {LONGEST_S:g}")
    return found


def _number(text: str) -> float:
    return float(text) if re.fullmatch(NUMBER, text) else 0.0


def name_of(command: str) -> str:
    """Returns a name for a command that was given none: its own words, so that it stays when lines around it change.

    >>> name_of("sudo -n systemctl is-active {{ app.unit }} | head -1")
    'systemctl_is_active_app_unit_head_1'
    """
    words = re.sub(r"[^a-z0-9]+", "_", command.replace("sudo -n ", "").lower()).strip("_")
    return re.sub(r"^(?=\d|$)", "n", words[:LONGEST_NAME].strip("_"))
