"""A cause in six lines, whatever hosts, runbooks and inventories say: never more, and a command whole or not there."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from _pytest.terminal import TerminalReporter
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.judge.causes import Cause
from engine.judge.finding import Finding, Guidance, Remediation
from engine.text import clean
from reports.terminal import brief
from reports.terminal.lines import Lines, fitted, wrapped
from tests.judge.findings import finding, told

PLACE = "report.html#cause-1"
STARTED = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
WORDS = st.one_of(st.text("ab /@\n-…").map(clean), st.sampled_from(["a word " * 9, "a word " * 60, "x" * 300]))
STEPS = st.builds(
    Remediation,
    st.sampled_from(["", "true", "x" * 200, "a\nb", "a b " * 40]),
    st.sampled_from(["none", "restart", "config-change", "data-loss"]),
    WORDS,
    st.sampled_from([(), ("f() { true; }",)]),
)


def shown(config: pytest.Config, width: int, cause: Cause) -> list[str]:
    """Returns the lines of a cause on a terminal of this width."""
    file = StringIO()
    reporter = TerminalReporter(config, file)
    reporter._tw.fullwidth = width
    brief.show(Lines(reporter), 1, cause, STARTED, PLACE)
    return file.getvalue().splitlines()[1:]


def cause(*steps: Remediation, hosts: int = 1, more: tuple[Finding, ...] = (), **of: Any) -> Cause:
    """Returns the cause of a failure with these steps on so many hosts, and what follows from it."""
    call = {
        "call": ("Administrator", "CTO"),
        "response_s": 900,
        "contacts": ("Administrator, nights too, +49 30 901820",),
    }
    guidance = Guidance("Redis / Away", "x.md#away", "x.md:7", remediation=steps, **call)  # type: ignore[arg-type]
    values = {"vital": True, "guidance": guidance, **of}
    (one,) = told(*(finding("redis.up", host=f"host-{n}", **values) for n in range(hosts)), *more)
    return one


@settings(max_examples=300, deadline=None)
@given(st.lists(STEPS, max_size=5), st.integers(1, 40), WORDS, st.sampled_from([80, 120, 140, 400]))
def test_six_lines(pytestconfig: pytest.Config, steps: list[Remediation], hosts: int, message: str, width: int) -> None:
    """At most, and each within the terminal, but for commands and for paths."""
    lines = shown(pytestconfig, width, cause(*steps, hosts=hosts, message=message))
    assert len(lines) <= brief.LINES
    commands = [line[4:] for line in lines if line.startswith("    ") and not line.startswith(" " * 12)]
    assert set(commands) <= {step.command for step in steps if not step.functions and "\n" not in step.command}
    assert not [line for line in lines if len(line) > min(width, 140) and line[4:] not in commands]
    assert lines[0].startswith("1. redis.up on host-0")
    assert lines[-1].startswith("   more ")
    assert lines[-1].endswith(f"all of it: {PLACE} or -v")


@settings(max_examples=200, deadline=None)
@given(st.lists(STEPS, max_size=3), WORDS)
def test_a_dangerous_command_has_its_danger_and_words(
    pytestconfig: pytest.Config, steps: list[Remediation], message: str
) -> None:
    """Whole, on the lines above it."""
    lines = shown(pytestconfig, 80, cause(*steps, message=message))
    first = next((n for n, step in enumerate(steps) if step.command), None)
    if first is None or steps[first].danger == "none" or f"    {steps[first].command}" not in lines:
        return
    before = " ".join(" ".join(lines[: lines.index(f"    {steps[first].command}")]).split())
    words = " ".join(" ".join(step.text for step in steps[: first + 1]).split())
    assert f"{words} [".lstrip() in before
    assert before.endswith("]")


@settings(max_examples=200, deadline=None)
@given(st.lists(STEPS, max_size=3), WORDS)
def test_a_narrow_terminal_wraps(pytestconfig: pytest.Config, steps: list[Remediation], message: str) -> None:
    """40 columns hold all lines but commands, paths and addresses."""
    lines = shown(pytestconfig, 40, cause(*steps, message=message))
    commands = {f"    {step.command}" for step in steps}
    assert not [line for line in lines if len(line) > 40 and line not in commands and not {*"/@"} & {*line}]


@pytest.mark.parametrize("hosts", [1, 2, 40])
def test_hosts_that_have_no_room_are_counted(pytestconfig: pytest.Config, hosts: int) -> None:
    """As many names as a line takes."""
    heading = shown(pytestconfig, 80, cause(hosts=hosts))[0]
    assert len(heading) <= 80
    assert heading.count("host-") + int(heading.partition(" more")[0].rpartition(" ")[2] if hosts > 9 else 0) == hosts


def test_what_follows_is_counted_by_what_came_of_it(pytestconfig: pytest.Config) -> None:
    """Failed, blocked, broken, and what shares the card."""
    more = [finding("app.serves", host="host-0", symptom=True), finding("http.serves", host="host-0", symptom=True)]
    waits: dict[str, Any] = {"missing": "redis_info", "owners": ("redis.up",), "host": "host-0"}
    found = cause(more=(*more, finding("redis.a", "blocked", **waits)))
    assert shown(pytestconfig, 80, found)[-1] == f"   more     2 follow, 1 blocked; all of it: {PLACE} or -v"


def test_a_fact_is_asked_for_by_hand(pytestconfig: pytest.Config) -> None:
    """The command is whole, on a line of its own, and nobody is called."""
    (one,) = told(finding("redis.a", "blocked", missing="redis_info", asked="redis-cli info", message="no answer"))
    assert shown(pytestconfig, 80, one) == [
        "1. fact redis_info on one  [P1, shop]",
        "   found    no answer",
        "   do       ask by hand, as the suite's user on one:",
        "    redis-cli info",
        f"   more     1 blocked; all of it: {PLACE} or -v",
    ]


def test_a_mistake_of_ours_and_what_is_over(pytestconfig: pytest.Config) -> None:
    """Neither has steps, and nobody is called for it."""
    (ours,) = told(finding("os.load", "error", where="checks/test_os.py:7", message="ZeroDivisionError"))
    assert "run it again with --tb=short" in " ".join(" ".join(shown(pytestconfig, 80, ours)).split())
    over = cause(quiet="quiet since 14:05:00; ask again with --since=14:05:06")
    lines = shown(pytestconfig, 80, over)
    assert lines[2] == "   over     quiet since 14:05:00; ask again with --since=14:05:06"
    assert not [line for line in [*lines, *shown(pytestconfig, 80, ours)] if line.startswith("   call")]


def test_a_section_in_words_is_named(pytestconfig: pytest.Config) -> None:
    """Where no step has a command, and where there is no step."""
    words = shown(pytestconfig, 80, cause(Remediation("", "none", "Ask the owner.")))
    assert words[2] == "   section  Redis / Away (x.md:7): Ask the owner."
    assert shown(pytestconfig, 80, cause())[2] == "   section  Redis / Away (x.md:7)"


def test_half_a_number_reaches_nobody(pytestconfig: pytest.Config) -> None:
    """Contacts stand behind the people as far as the line has room for them whole."""
    call = "   call     by 03:15 UTC: Administrator, then CTO"
    assert shown(pytestconfig, 120, cause())[3] == f"{call}; Administrator, nights too, +49 30 901820"
    assert shown(pytestconfig, 80, cause())[3] == call


def test_somebody_is_named(pytestconfig: pytest.Config) -> None:
    """Where nobody is in a matrix: the contact without a number, or the beginning of one that has no room."""
    for contact, words in {
        "Caretaker": "by 03:15 UTC; Caretaker (no contact configured)",
        f"Caretaker of all {'gifts ' * 9}+49 30 901820": f"by 03:15 UTC; Caretaker of all {'gifts ' * 6}…",
    }.items():
        guidance = Guidance("Redis / Away", "x.md#away", "x.md:7", contacts=(contact,), response_s=900)
        assert shown(pytestconfig, 80, cause(guidance=guidance))[3] == f"   call     {words}"
    bare = cause(guidance=Guidance("Redis / Away", "x.md#away", "x.md:7"))
    assert not [line for line in shown(pytestconfig, 80, bare) if line.startswith("   call")]


@pytest.mark.parametrize(
    ("text", "room", "most", "cut"),
    [
        ("one two", 7, 1, "one two"),
        ("one two three", 7, 1, "one …"),
        ("one two three", 7, 2, "one two three"),
        ("one two three four", 7, 2, "one two three …"),
        ("x" * 20, 7, 1, "xxxx…"),
        ("", 7, 1, ""),
    ],
)
def test_words_are_cut_behind_a_word(text: str, room: int, most: int, cut: str) -> None:
    """With a mark, within the room."""
    assert fitted(text, room, most) == cut


def test_paths_and_addresses_stay_whole() -> None:
    """What is longer than a line and is neither is broken, so that nothing is lost at the edge."""
    assert wrapped("see /a/long/path", 6) == ["see", "/a/long/path"]
    assert wrapped("mail me@b.example", 6) == ["mail", "me@b.example"]
    assert wrapped("abcdefghij", 6, 2) == ["abcdef", "  ghij"]
