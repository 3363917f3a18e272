"""PostgreSQL's log: in any form, zone or language a line of the last hour counts, or it is said why it cannot."""

from __future__ import annotations

import os
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.gather.fact import FactError
from fixtures.postgres.log import (
    DAMAGED,
    DIED,
    TIME,
    log_of,
    parse_lines,
    recent,
)

KILLED = "server process (PID 9) was terminated by signal 9: Killed"


def target(**settings: Any) -> Any:
    """A target whose PostgreSQL has these settings."""
    return SimpleNamespace(component=lambda _: SimpleNamespace(**settings))


def texts(answer: str) -> list[str]:
    return [line for _, line in parse_lines(answer)]


def log_lines(path: Path, hours: int, wanted: Any) -> subprocess.CompletedProcess[str]:
    command = log_of(hours, wanted)(target(log=str(path)))
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=20, check=False)


def stamp(**ago: float) -> str:
    return (datetime.now(UTC) - timedelta(**ago)).strftime("%Y-%m-%d %H:%M:%S.123 UTC [7] ")


def test_the_log_is_read_within_its_window(tmp_path: Path) -> None:
    """Lines of the last hour count, whatever the host's own time zone is, and words in a statement are none of them."""
    path = tmp_path / "server.log"
    path.write_text(
        f"{stamp(hours=3)}PANIC:  long ago\n{stamp(minutes=5)}FATAL:  just now\n"
        f"{stamp(minutes=4)}LOG:  server process (PID 9) was terminated by signal 9: Killed\n"
        f"{stamp(minutes=4)}LOG:  database system was not properly shut down; automatic recovery in progress\n"
        f"{stamp(minutes=3)}ERROR:  invalid page in block 1 of relation base/5/16384\n"
        f"{stamp(minutes=2)}STATEMENT:  SELECT 'invalid page'\n{stamp(minutes=1)}LOG:  checkpoint starting: time\n"
    )
    died = texts(log_lines(path, 1, DIED).stdout)
    assert [line.split("  ")[1] for line in died] == [
        "just now",
        "server process (PID 9) was terminated by signal 9: Killed",
        "database system was not properly shut down; automatic recovery in progress",
    ]
    assert [line.split("  ")[1] for line in texts(log_lines(path, 24, DAMAGED).stdout)] == [
        "invalid page in block 1 of relation base/5/16384"
    ]


@pytest.mark.parametrize(
    ("message", "damage"),
    [
        ("could not access status of transaction 4294901760", True),
        ('could not open file "pg_xact/0FFF": No such file or directory', True),
        ('index "gift_pkey" contains unexpected zero page at block 3', True),
        ('index "gift_pkey" contains corrupted page at block 7', True),
        ('failed to re-find parent key in index "gift_pkey" for deletion target page 4', True),
        ("right sibling's left-link doesn't match: block 9 links to 7 instead of expected 8 in index \"x\"", True),
        ("found xmin 742 from before relfrozenxid 9000", True),
        ("MultiXactId 12345 has not been created yet -- apparent wraparound", True),
        ("compressed pglz data is corrupt", True),
        ("could not locate a valid checkpoint record", True),
        ("incorrect checksum in control file", True),
        # A query that asked for too much, and a file of the user's own.
        ("invalid memory alloc request size 1073741824", False),
        ('could not open file "/srv/import.csv" for reading: No such file or directory', False),
        ('duplicate key value violates unique constraint "unexpected_zero_page"', False),
    ],
)
def test_what_tells_of_damage(tmp_path: Path, message: str, damage: bool) -> None:
    """The server's own messages about what it did not write, and none about what a client asked for."""
    line = f"{at('UTC', minutes=5)} [7] ERROR:  {message}"
    assert found(tmp_path / "server.log", line, wanted=DAMAGED) == ([line] if damage else [])


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Europe/Berlin", "UTC"])
def test_the_log_may_keep_any_time(tmp_path: Path, zone: str) -> None:
    """Whatever log_timezone is, the last hour is the last hour; the letters in a line say nothing reliable of it."""
    path = tmp_path / "server.log"
    now = datetime.now(ZoneInfo(zone))
    lines = [(90, "long ago"), (30, "just now"), (0, "last")]
    path.write_text("".join(f"{now - timedelta(minutes=m):{TIME}}.123 IST [7] FATAL:  {words}\n" for m, words in lines))
    found = texts(log_lines(path, 1, DIED).stdout)
    assert [line.split("  ")[1] for line in found] == ["just now", "last"]


def test_a_log_without_times_is_not_clean(tmp_path: Path) -> None:
    """Lines that have no time that is understood cannot be dated: what is in them may be of today."""
    path = tmp_path / "server.log"
    path.write_text("[7] FATAL:  out of space\n")
    done = log_lines(path, 1, DIED)
    assert done.returncode == 77
    assert "have no time that is understood" in done.stderr
    path.write_text("")
    assert texts(log_lines(path, 1, DIED).stdout) == []


def test_a_log_that_is_written_too_fast(tmp_path: Path) -> None:
    """Where the end that is read does not reach back an hour, that is said, and no line is not taken for none."""
    path = tmp_path / "server.log"
    with path.open("w", encoding="utf-8") as file:
        for minutes in range(70, 0, -1):
            file.write(f"{stamp(minutes=minutes)}LOG:  {'x' * 2_000_000}\n")
    with pytest.raises(FactError, match=r"the last 64.0 MiB of the log reach back \d+ min; 60 min were to be read"):
        parse_lines(log_lines(path, 1, DIED).stdout)


def test_a_log_that_cannot_be_read_is_not_clean(tmp_path: Path) -> None:
    """An unreadable log is told in words, and never looks like one without errors."""
    done = log_lines(tmp_path / "missing.log", 1, DIED)
    assert done.returncode == 77
    assert "missing.log cannot be read" in done.stderr


def test_a_log_of_two_gigabytes(tmp_path: Path) -> None:
    """Only the end of a log is read, however big it is."""
    path = tmp_path / "server.log"
    with path.open("wb") as file:
        file.truncate(2 * 1024**3)
        file.seek(0, 2)
        file.write(f"\n{stamp(hours=2)}LOG:  begun\n{stamp(minutes=1)}FATAL:  out of space\n".encode())
    # Read whole, it would not end within the time that `log_lines` gives it.
    assert "out of space" in log_lines(path, 1, DIED).stdout


def at(zone: str, **ago: float) -> str:
    """A time of this zone as the server writes it, with the letters of the zone."""
    when = datetime.now(ZoneInfo(zone)) - timedelta(**ago)
    return when.strftime("%Y-%m-%d %H:%M:%S.123 %Z")


def found(path: Path, *lines: str, wanted: Any = DIED, hours: int = 1) -> list[str]:
    path.write_text("".join(f"{line}\n" for line in lines))
    done = log_lines(path, hours, wanted)
    assert done.returncode == 0, done.stderr
    return texts(done.stdout)


@pytest.mark.parametrize("first", ["UTC", "America/New_York", "Asia/Kolkata"])
@pytest.mark.parametrize("then", ["UTC", "America/New_York", "Asia/Kolkata"])
def test_a_zone_that_was_changed_hides_nothing(tmp_path: Path, first: str, then: str) -> None:
    """log_timezone was set and set back: a crash in between counts, one before an older line does not."""
    lines = [
        f"{at('UTC', hours=9)} [7] LOG:  {KILLED} long ago",
        f"{at(first, hours=8)} [7] LOG:  {KILLED} long ago",
        f"{at('UTC', hours=7)} [7] LOG:  checkpoint starting: time",
        f"{at(first, minutes=20)} [7] LOG:  {KILLED}",
        f"{at(then, minutes=10)} [7] LOG:  {KILLED}",
        f"{at('UTC')} [7] LOG:  checkpoint starting: time",
    ]
    assert found(tmp_path / "server.log", *lines) == lines[3:5]
    ages = [age for age, _ in parse_lines(log_lines(tmp_path / "server.log", 1, DIED).stdout)]
    for age, zone, minutes in zip(ages, (first, then), (20, 10), strict=True):
        # A line of another zone than the last one's may be of any minute, and so of this one.
        assert age == pytest.approx(minutes * 60 if zone == "UTC" else 0, abs=5)


@pytest.mark.parametrize(
    "prefix", ["{} [7] ", "[7] app@gifts {} ", "< {} > ", "{}:127.0.0.1(5432):app@gifts:[7]:", "user=日 本,db=x {}, "]
)
def test_the_time_may_stand_behind_names(tmp_path: Path, prefix: str) -> None:
    """Prefixes of Debian, of Red Hat, of Amazon and of pgBadger's readers."""
    old, new = (f"{prefix.format(at('Asia/Tokyo', minutes=m))}FATAL:  could not write" for m in (90, 5))
    assert found(tmp_path / "server.log", old, new) == [new]


def test_csvlog_and_jsonlog(tmp_path: Path) -> None:
    """Recorded of PostgreSQL 15: the severity is a field, and the words of a statement are another's."""
    csv = (
        '{},"u",,7,,6b0.4,5,,2026-01-01 00:00:00 UTC,3/2,0,{},{},"{}",,,,,,"select \'invalid page\'\n'
        '2020-01-01 00:00:00.000 UTC [1] LOG:  ""y""",,,"psql","client backend",,0'
    )
    lines = [
        csv.format(at("Asia/Kathmandu", minutes=90), "LOG", "00000", KILLED),
        csv.format(at("Asia/Kathmandu", minutes=5), "LOG", "00000", KILLED),
        csv.format(at("Asia/Kathmandu", minutes=4), "ERROR", "42P01", 'relation ""x"" does not exist'),
        csv.format(at("Asia/Kathmandu", minutes=3), "ERROR", "XX001", 'could not open file ""base/5/1""'),
    ]
    assert found(tmp_path / "pg.csv", *lines) == [lines[1].partition("\n")[0]]
    assert found(tmp_path / "pg.csv", *lines, wanted=DAMAGED) == [lines[3].partition("\n")[0]]
    (tmp_path / "pg.csv").write_text(f"{lines[1]}\nanna's secret of 2026-01-01 00:00:00\n")
    shown = subprocess.run(
        ["sh", "-c", recent(str(tmp_path / "pg.csv"), 1)], capture_output=True, text=True, check=True
    )
    assert shown.stdout == f"{lines[1].partition(chr(10))[0]}\n"  # a statement's further lines may hold anything
    with pytest.raises(AssertionError, match="no time that is understood"):
        found(tmp_path / "pg.csv", *lines, "2020-01-01 00:00:00.000 UTC,,,1,,x,1,,a line of a statement")
    json = (
        '{{"timestamp":"{}","pid":7,"session_start":"2020-01-01 00:00:00 UTC","error_severity":"{}","message":"{}",'
        '"statement":"select \'invalid page\'"}}'
    )
    lines = [
        json.format(at("UTC", minutes=90), "PANIC", "could not write"),
        json.format(at("UTC", minutes=9), "PANIC", "could not write"),
        json.format(at("UTC", minutes=8), "LOG", KILLED),
        json.format(at("UTC", minutes=7), "ERROR", 'could not open file \\"base/5/1\\"'),
    ]
    assert found(tmp_path / "pg.json", *lines) == lines[1:3]
    assert found(tmp_path / "pg.json", *lines, wanted=DAMAGED) == lines[3:]


@pytest.mark.parametrize(
    "line",
    [
        "LOG:  Serverprozess (PID 9) wurde von Signal 9 beendet: Getötet",
        "LOG:  サーバープロセス (PID 9)はシグナル9で終了しました: Killed",
        "LOG:  proceso de servidor (PID 9) fue terminado por una señal 9: Killed",
        "PANIK:  konnte Datei nicht schreiben",
        "СООБЩЕНИЕ:  система БД готова принимать подключения",
        "日志:  数据库系统准备接受连接",
    ],
)
def test_another_language_is_told(tmp_path: Path, line: str) -> None:
    """What PostgreSQL 15 said with its translations, of which nobody here knows what it means."""
    with pytest.raises(FactError, match="another language"):
        found(tmp_path / "server.log", f"{at('UTC', minutes=2)} [7] {line}", f"{at('UTC')} [7] LOG:  x")


def test_lines_without_a_time_are_told(tmp_path: Path) -> None:
    """log_line_prefix was emptied, or its %q leaves the time to sessions: what the others say cannot be dated."""
    lines = [f"{at('UTC', minutes=2)} [7] LOG:  x", f"LOG:  {KILLED}", f"{at('UTC')} [7] LOG:  y"]
    with pytest.raises(FactError, match="a line has no time"):
        found(tmp_path / "server.log", *lines)
    with pytest.raises(FactError, match="a line has no time"):
        found(tmp_path / "server.log", *lines[:2])
    old = [f"LOG:  {KILLED}", f"{at('UTC', hours=2)} [7] LOG:  x", f"{at('UTC')} [7] LOG:  y"]
    assert found(tmp_path / "server.log", *old) == []


def test_a_log_that_was_rotated(tmp_path: Path) -> None:
    """The file before counts as well, and has the clock where the new one is still empty."""
    path, before = tmp_path / "server.log", tmp_path / "server.log.1"
    line = f"{at('America/New_York', minutes=20)} [7] FATAL:  could not write"
    before.write_text(f"{line}\n{at('America/New_York')} [7] LOG:  x\n")
    assert found(path) == [line]
    assert found(path, f"{at('America/New_York')} [7] LOG:  x") == [line]


def test_a_log_whose_name_changes(tmp_path: Path) -> None:
    """Of a pattern the two files count that were written last."""
    line = f"{at('UTC', minutes=20)} [7] FATAL:  could not write"
    for name, age, text in (("Tue", 99999, line), ("Wed", 1200, line), ("Thu", 0, f"{at('UTC')} [7] LOG:  x")):
        (tmp_path / f"postgresql-{name}.log").write_text(f"{text}\n")
        os.utime(tmp_path / f"postgresql-{name}.log", (time.time() - age,) * 2)
    assert texts(log_lines(tmp_path / "postgresql-*.log", 1, DIED).stdout) == [line]
    assert "cannot be read" in log_lines(tmp_path / "none-*.log", 1, DIED).stderr


@settings(max_examples=15, deadline=None)
@given(name=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40), tabs=st.lists(st.text(max_size=40)))
def test_no_name_and_no_statement_hides_a_crash(
    tmp_path_factory: pytest.TempPathFactory, name: str, tabs: list[str]
) -> None:
    """A user's name may be anything, and so may the further lines of a statement, which the server indents."""
    line = f"{at('UTC', minutes=20)} [7] LOG:  {KILLED}"
    further = [f"\t{each}" for text in tabs for each in text.splitlines()]
    path = tmp_path_factory.mktemp("log") / "server.log"
    assert line in found(path, line, f"{at('UTC')} [7] {name}@{name} STATEMENT:  select", *further)
