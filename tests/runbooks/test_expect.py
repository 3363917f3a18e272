"""Expectations: how they are written, when an answer passes, and which commands are refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.gather.fact import Output
from engine.judge.expected import wrong
from engine.judge.measure import Measure, measuring
from engine.runbook.expect import Expectation, ExpectError, name_of, parse_test, properties
from engine.runbook.model import RunbookError
from engine.runbook.parser import parse

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Limits:
    """Limits that tests compare with."""

    used: int = 85


def judged(tests: str, stdout: str = "", rc: int = 0, stderr: str = "", unit: str = "") -> str:
    """Returns what is wrong with an answer; several tests are separated by `+`."""
    parsed = tuple(parse_test(test.strip()) for test in tests.split("+"))
    return wrong(Expectation("a.b", "x", 1, parsed, unit), Output(stdout, stderr, rc), Limits(), NOW)


@pytest.mark.parametrize(
    ("tests", "stdout", "rc"),
    [
        ("exit 0", "", 0), ("exit 0 or 3", "", 3), ("exit 1, 4", "", 4), ("match /^b$/", "a\nb\n", 0),
        ("match /a/b/", "a/b", 0), ("no match /ERROR/", "fine", 0), ("number < 80", " 42%\n", 0),
        ("number >= -3", "-2.5", 0), ("number == 0", "0", 0), ("number != 1", "x 2 y", 0),
        ("number between 1 and 9", "9", 0), ("number < limits.used", "84", 0), ("lines < 3", "a\n\nb\n", 0),
        ("lines == 0", "\n", 0), ("empty", " \n", 0), ("equals in sync", "in sync\n", 0),
        ("json .a[1].b-c == 3", '{"a": [0, {"b-c": 3}]}', 0), ('json .s == "up"', '{"s": "up"}', 0),
        ("json .s == up", '{"s": "up"}', 0), ("json .n > 2.5", '{"n": 3}', 0),
        ("age < 2h", "2026-11-27T11:00:00+00:00", 0),
        ("age < 1h", "2026-11-27 13:59:00 +0200", 0), ("age <= 60", "1795780740", 0), ("exit 1 + empty", "", 1),
    ],
)  # fmt: skip
def test_answers_that_pass(tests: str, stdout: str, rc: int) -> None:
    """Each form, with the least that passes."""
    assert judged(tests, stdout, rc) == ""


@pytest.mark.parametrize(
    ("tests", "stdout", "rc", "found"),
    [
        ("exit 0", "", 3, "exit status 3, expected 0; it said: (nothing)"),
        ("exit 1, 4", "up", 0, "exit status 0, expected 1 or 4; it said: up"),
        ("match /^b$/", "ab\n", 0, "nothing matches /^b$/ in: ab"),
        ("no match /ERROR/", "a\nan ERROR 1\nERROR 2", 0, "/ERROR/ matches, and 1 more: an ERROR 1"),
        ("number < 80", "80", 0, "80 %, expected < 80"),
        ("number < 80", "", 0, "the answer has no numbers, expected one: (nothing)"),
        ("number < 80", "1 2", 0, "the answer has 2 numbers, expected one: 1 2"),
        ("number between 1 and 9", "10", 0, "10 %, expected between 1 and 9"),
        ("number < limits.used", "85", 0, "85 %, expected < 85 (used)"),
        ("lines < 2", "a\nb", 0, "2 %, expected < 2: a\nb"),
        ("empty", "x", 0, "the answer is not empty: x"),
        ("equals a", "b", 0, "the answer is b, expected a"),
        ("json .a == 3", "no", 0, "the answer is no JSON: no"),
        ("json .a.b == 3", '{"a": 1}', 0, 'the answer has no .a.b: {"a": 1}'),
        ("json .a[2] == 3", '{"a": [1]}', 0, 'the answer has no .a[2]: {"a": [1]}'),
        ("json .a < 3", '{"a": "x"}', 0, '.a is "x", expected < 3'),
        ("age < 1h", "2026-11-27T10:00:00Z", 0, "7200 s, expected < 3600: 2026-11-27T10:00:00Z"),
        ("age < 1h", "2026-11-27 11:59", 0, "the answer is no date with a time zone: 2026-11-27 11:59"),
        (
            "age < 1h",
            "2026-11-27T13:00:00Z",
            0,
            "the date is 3600 s ahead of this machine's clock; expected one that is past: 2026-11-27T13:00:00Z",
        ),
        # What failed has said nothing: neither no error, nor few lines.
        ("no match /ERROR/", "", 1, "exit status 1, expected 0; it said: (nothing)"),
        ("empty", "", 2, "exit status 2, expected 0; it said: (nothing)"),
        ("exit 1 + empty", "x", 0, "exit status 0, expected 1; it said: x; the answer is not empty: x"),
    ],
)
def test_answers_that_fail(tests: str, stdout: str, rc: int, found: str) -> None:
    """Each form says what was found and what was expected."""
    assert judged(tests, stdout, rc, unit="%") == found


def test_numbers_are_measures() -> None:
    """A number and its limit are kept, also when it passes."""
    with measuring() as kept:
        assert judged("number < 80 + number > 10", "42", unit="%") == ""
    assert kept == [Measure("", 42, "%", 80, "at most"), Measure("", 42, "%", 10, "at least")]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(),
    st.integers(0, 255),
    st.sampled_from(["exit 0", "match /x/", "number < 3", "lines > 1", "empty", "json .a == 1", "age < 1d"]),
)
def test_any_answer_is_judged(stdout: str, rc: int, test: str) -> None:
    """No answer of a host breaks it."""
    assert isinstance(judged(test, stdout, rc), str)


@pytest.mark.parametrize(
    "text", ["", "exit", "exit zero", "number 80", "number < much", "match ERROR", "match /(/", "between 1 and 2"]
)
def test_what_is_no_expectation(text: str) -> None:
    """It is told which forms there are."""
    with pytest.raises(ExpectError):
        parse_test(text)


@pytest.mark.parametrize("text", ["severity: P4", "name: Quiet", "timeout: 0", "timeout: 61", "timeout: soon"])
def test_what_is_no_property(text: str) -> None:
    """A value that cannot be."""
    with pytest.raises(ExpectError):
        properties(text)


@pytest.mark.parametrize("command", ["x", "1", "", "{{ a.b }}", "sudo -n -u x y", "ü", "a" * 500])
def test_names(command: str) -> None:
    """Every command has a name that is one."""
    assert name_of(command).isidentifier()
    assert len(name_of(command)) <= 49


def fence(*lines: str) -> str:
    """A runbook with these lines in a diagnostics fence; they begin on line 7."""
    return "\n".join(["# R", "", "## Disk full (P1)", "", "**Diagnostics:**", "```bash", *lines, "```", ""])


def read(*lines: str) -> list[Expectation]:
    """Returns the expectations of these lines."""
    (section,) = parse(Path("r.md"), fence(*lines)).sections
    return [d.expects for d in section.diagnostics if d.expects]


def test_lines_that_share_a_shell_are_one() -> None:
    """Up to a blank line, or the next marker; properties stand on a line or on several."""
    first, second = read(
        "# expect: number < 80", "# unit: %   about: os", "# name: srv-full   severity: P3   timeout: 9   symptom",
        "a=$(df --output=pcent /srv)", "echo $a", "# expect: exit 0 or 1", "# expect: empty", "ls /x", "", "df -h",
    )  # fmt: skip
    assert first == Expectation(
        "os.srv_full",
        "a=$(df --output=pcent /srv)\necho $a",
        10,
        (parse_test("number < 80"),),
        "%",
        "P3",
        9,
        True,
        True,
    )
    tests = (parse_test("exit 0 or 1"), parse_test("empty"))
    assert second == replace(Expectation("runbook.ls_x", "ls /x", 14, tests), bash=True)


@pytest.mark.parametrize(
    ("lines", "mistake"),
    [
        (["# expect: nothing", "ls"], "r.md:7: 'nothing' is no expectation; expected one of: exit 0; match /RE/;"),
        (["# expect: exit 0", "# severity: P9", "ls"], "r.md:8: 'P9' is no severity; expected P1, P2 or P3"),
        (["# expect: exit 0", "", "ls"], "r.md:7: this marker has no command below it"),
    ],
)
def test_mistakes(lines: list[str], mistake: str) -> None:
    """One line each, with its place."""
    with pytest.raises(RunbookError) as raised:
        read(*lines)
    assert str(raised.value).startswith(mistake)
