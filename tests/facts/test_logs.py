"""Logs: whose lines count, from when on, and when an incident is over."""

from __future__ import annotations

import subprocess
from typing import Any, cast

import pytest

from checks import test_logs
from engine.judge.failure import PastFailure
from engine.run.checks import read_checks
from engine.run.system import load_system
from fixtures.logs.reading import (
    Line,
    Log,
    account_of,
    parse_journal,
)
from fixtures.logs.settings import LogPattern, Logs
from tests.conftest import ROOT
from tests.facts.test_activity import fails
from tests.ours import Limits

LIMITS = Limits()
SETTINGS = Logs(
    unit="santas-api",
    failures=["Traceback"],
    patterns=[LogPattern(name="errors", pattern=r"\bERROR\b", limit=2)],
    duration_pattern=r"Duration: (?P<seconds>[\d.]+)s",
)
JOURNAL = """\
120.50
1700000000
==newest
2023-11-14T22:13:00+0000 santas-1 gunicorn[131]: INFO GET /a Duration: 0.100s
2023-11-14T23:12:40+0100 santas-1 gunicorn[131]: ERROR santas: it broke
                                                Traceback (most recent call last):
2023-11-14T22:11:40+0000 santas-1 systemd[1]: Started santas-api.service - Gift finder.
"""


def test_journal() -> None:
    """The oldest line stands first, each with its age, whatever the time zone; a message may have several lines."""
    log = parse_journal(JOURNAL)
    assert log.seconds == 120.5
    assert [(line.age, line.source) for line in log.lines] == [
        (100, "systemd"), (40, "gunicorn"), (40, "gunicorn"), (20, "gunicorn")
    ]  # fmt: skip
    assert log.lines[1].text == "ERROR santas: it broke"
    assert log.lines[2].text == "Traceback (most recent call last):"


def log(*ages: float, text: str = "ERROR") -> Log:
    """A log with one line of each age."""
    return Log(3600, [Line(f"{age:g} s ago", age, "gunicorn", text) for age in ages])


def test_few_errors_pass() -> None:
    """As many as are accepted pass, however new."""
    test_logs.test_errors(log(1, 1), SETTINGS, LIMITS)


def test_many_errors_fail() -> None:
    """More than are accepted fail, and the last of them is shown with its time."""
    told = fails(test_logs.test_errors, log(3000, 60, 30), SETTINGS, LIMITS)
    assert told == '3 lines like "ERROR" in the last hour; the limit is 2 an hour, the last: 30 s ago gunicorn'


def test_the_words_of_a_line_come_first() -> None:
    """What a terminal shows of a message is what went wrong: not when, and by which process."""
    for stamp in ("2026-11-26 04:59:25,123 ", "[2026-11-26 04:59:25 +0000] [131] ", "2026-11-26T04:59:25.1Z ", ""):
        told = fails(test_logs.test_errors, log(1, 1, 1, text=f"{stamp}ERROR POST /a status=500"), SETTINGS, LIMITS)
        assert told.startswith('3 lines like "ERROR POST /a status=500" in the last hour')


FEATURES = [
    LogPattern(name="invitations", pattern="not sent", limit=1),
    LogPattern(name="families", pattern="ERROR.*family", limit=1),
]


def past(check: Any, *given: Any) -> PastFailure:
    with pytest.raises(PastFailure) as caught:
        check(*given)
    return caught.value


def test_a_feature_that_fails_for_the_same_lines() -> None:
    """It follows from the errors where it would be well without them, and stands for itself where it would not."""
    settings = SETTINGS.model_copy(update={"features": FEATURES})
    same = log(*[9] * 11, text="ERROR family fam_1 not found")
    other = Log(3600, [*same.lines, *log(5, 5, text="WARNING mail not sent").lines])
    for check in (test_logs.test_errors, test_logs.test_repeated_errors):
        cause = past(check, other, settings, LIMITS)
        follows, stays = (str(past(test_logs.test_feature_errors, other, each, LIMITS)) for each in FEATURES[::-1])
        assert any(word in follows for word in cause.only)
        assert not any(word in stays for word in cause.only)
        # Without a word it would explain every feature.
        unlike = past(check, log(*[9] * 11, text="ERROR mailer"), settings.model_copy(update={"features": []}), LIMITS)
        assert unlike.only == ()
    mixed = Log(3600, [*log(*[9] * 11, text="ERROR disk").lines, *log(5, 5, text="WARNING mail not sent").lines])
    cause = past(test_logs.test_repeated_errors, mixed, settings.model_copy(update={"features": FEATURES[:1]}), LIMITS)
    assert cause.only == (test_logs.NO_FEATURE,)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ERROR mail to anna@example.org bounced", "ERROR mail to bob.b+x@mail.example.com bounced", True),
        ("ERROR no toy 'doll'", "ERROR no toy 'teddy bear'", True),
        ('ERROR no toy "doll"', 'ERROR no toy "a \\"big\\" one"', True),
        ("ERROR can't open Anna's mail", "ERROR can't read Anna's file", False),
        ("ERROR job 550e8400-e29b-41d4-a716-446655440000", "ERROR job f47ac10b-58cc-4372-a567-0e02b2c3d479", True),
        ("ERROR at 0x7fAB", "ERROR at 0xdead", True),
        ("ERROR GET /search?q=doll 500", "ERROR GET /search?q=bear&page=b 500", True),
        ("ERROR GET /search?q=doll 500", "ERROR GET /login?q=doll 500", False),
        ('level=error msg="disk full"', 'level=error msg="no route"', False),
        ("level=error msg=\"no toy 'a'\"", "level=error msg=\"no toy 'b'\"", True),
        ('{"level": "ERROR", "message": "disk full"}', '{"level": "ERROR", "message": "no route"}', False),
        ('{"level": "ERROR", "message": "x", "user": "a"}', '{"level": "ERROR", "message": "x", "user": "b"}', True),
        ('{"message": "x", "user": "a"}', '{"message": "x", "host": "a"}', False),
        ('ERROR "' + '\\"' * 30000, 'ERROR "' + '\\"' * 30001, True),
    ],
)
def test_particulars_make_no_difference(one: str, other: str, *, same: bool) -> None:
    """Whom and what a message is about differs; what it says does not, also where the log has it in quotes."""
    assert (test_logs.normalised(one) == test_logs.normalised(other)) is same


def test_many_errors_that_are_over_pass() -> None:
    """A burst whose last line is older than the quiet time is history."""
    test_logs.test_errors(log(3000, 2900, 2800, 901), SETTINGS, LIMITS)


def test_a_failure_that_is_over_passes() -> None:
    """One failure fails at once, and is history after the quiet time."""
    fails(test_logs.test_unit_failures, log(899, text="Traceback (most"), SETTINGS, LIMITS)
    test_logs.test_unit_failures(log(901, text="Traceback (most"), SETTINGS, LIMITS)


def test_a_worker_that_the_application_ended_itself_did_not_fail() -> None:
    """gunicorn ends its workers with SIGTERM, in a reload for example, and says so; a killed one is another matter."""
    system = load_system("santas-gift-finder", ROOT / "runbooks", read_checks(ROOT / "checks"))
    settings = cast(Logs, system.components["logs"])
    test_logs.test_unit_failures(log(1, text="[INFO] Worker (pid:13354) was sent SIGTERM!"), settings, LIMITS)
    killed = "[ERROR] Worker (pid:13354) was sent SIGKILL! Perhaps out of memory?"
    assert killed in fails(test_logs.test_unit_failures, log(1, text=killed), settings, LIMITS)


@pytest.mark.parametrize(
    ("system", "line"),
    [
        ("family-management", "INFO:     Child process [812] died"),
        ("family-management", "ERROR:    Application startup failed. Exiting."),
        ("family-management", "ERROR:    [Errno 98] error while attempting to bind on address: address already in use"),
        ("family-management", "ERROR:    [Errno 98] Address already in use"),
        ("family-management", "sbd-api.service: Failed with result 'signal'."),
        ("santas-gift-finder", "[ERROR] Connection in use: ('127.0.0.1', 8000)"),
        ("santas-gift-finder", "santas-api.service: Failed with result 'oom-kill'."),
    ],
)
def test_what_servers_say_when_they_fail(system: str, line: str) -> None:
    """The words of uvicorn, gunicorn and systemd, as they are written."""
    settings = load_system(system, ROOT / "runbooks", read_checks(ROOT / "checks")).components["logs"]
    told = fails(test_logs.test_unit_failures, log(1, text=line), cast(Logs, settings), LIMITS)
    assert " ".join(line.split()) in told


def test_a_request_for_a_page_of_that_name_is_no_failure() -> None:
    """What systemd says of a unit begins with the unit's name."""
    settings = load_system("family-management", ROOT / "runbooks", read_checks(ROOT / "checks")).components["logs"]
    said = "INFO sbd.requests GET /x.service: Failed with result status=404 Duration: 0.001s"
    test_logs.test_unit_failures(log(1, text=said), cast(Logs, settings), LIMITS)


def test_systemd_is_no_sign_of_life() -> None:
    """Lines of systemd about the unit do not make up for lines of its own."""
    started = Log(3600, [Line("now", 1, "systemd", "Started santas-api.service")])
    assert "santas-api logged no line in the last hour" in fails(test_logs.test_readable, started, SETTINGS, LIMITS)
    test_logs.test_readable(log(1), SETTINGS, LIMITS)


def test_a_journal_that_is_too_much_to_read() -> None:
    """Where the newest lines do not reach back to what still counts, what went before was not seen, and that is red."""
    cut = parse_journal(JOURNAL, cut=True)
    assert (cut.cut, cut.reach) == (True, 100)
    told = fails(test_logs.test_readable, cut, SETTINGS, LIMITS)
    assert "newest 4 lines cover only 100 s; expected at least 15 min" in told
    test_logs.test_readable(cut, SETTINGS, Limits(log_quiet_s=60))
    assert "among the newest 4 lines, of the last 100 s" in cut.account


def test_slow_requests() -> None:
    """A slow request fails; a log that tells no duration says nothing, unless it only just began."""
    told = fails(test_logs.test_slow_requests, log(5, text="GET /a Duration: 3.210s"), SETTINGS, LIMITS)
    assert told.startswith("1 of 1 request in the last hour took longer than 2 s, the longest 3.2 s; the last: 5 s ago")
    test_logs.test_slow_requests(log(5, text="GET /a Duration: 0.210s"), SETTINGS, LIMITS)
    assert "none of 1 lines" in fails(test_logs.test_slow_requests, log(5), SETTINGS, LIMITS)
    test_logs.test_slow_requests(Log(30, log(5).lines), SETTINGS, LIMITS)


@pytest.mark.parametrize(
    ("restarts", "started_ago", "since"),
    [
        pytest.param(0, 100.0, 100.0, id="somebody started it"),
        pytest.param(2, 100.0, 3600.0, id="systemd restarted it"),
        pytest.param(0, 7200.0, 3600.0, id="long ago"),
    ],
)
def test_account(restarts: int, started_ago: float, since: float) -> None:
    """A log's account begins with a start that somebody asked for, at most an hour ago; a crash does not begin one."""
    script = (
        "cut() { echo 100000.00; }; "
        f"systemctl() {{ echo NRestarts={restarts}; "
        f"echo InactiveExitTimestampMonotonic={(100000 - started_ago) * 1e6:.0f}; }}; "
    )
    done = subprocess.run(["sh", "-c", script + account_of("santas-api")], capture_output=True, text=True, check=True)
    assert float(done.stdout) == pytest.approx(since, abs=0.1)


@pytest.mark.parametrize(
    ("text", "count", "red"),
    [
        ("WARNING auth sessions cannot be looked up", 101, True),
        ("WARNING auth sessions cannot be looked up", 100, False),
        ("WARNING auth login failed", 200, False),
        ("INFO GET /a", 200, False),
    ],
)
def test_a_warning_over_and_over(text: str, count: int, red: bool) -> None:
    """The same warning more often than the limit fails; refused log-ins have a check and a limit of their own."""
    named = [("errors", "ERROR"), ("warnings", "WARNING"), ("auth_failures", "login failed")]
    settings = Logs(unit="api", patterns=[LogPattern(name=name, pattern=word, limit=10) for name, word in named])
    journal = Log(3600, [Line("2026-01-02T03:04:05+0000", 60, "api", text)] * count)
    if red:
        assert "101 lines" in fails(test_logs.test_repeated_warnings, journal, settings, LIMITS)
    else:
        test_logs.test_repeated_warnings(journal, settings, LIMITS)
