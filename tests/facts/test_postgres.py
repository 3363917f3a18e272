"""PostgreSQL: what a refused log-in is taken for, what its host says, and where its checks keep still."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from checks import test_postgres as checks
from engine.gather.fact import FactError
from fixtures.postgres.client import Connections, Session, beneath
from fixtures.postgres.host import DAMAGED, DIED, TIME, _boot, _log, parse_boot, parse_lines
from fixtures.postgres.objects import Checksums, IndexState, Table, Unused
from fixtures.postgres.settings import Index
from tests.facts.test_activity import fails
from tests.ours import Limits

LIMITS = Limits()
CONNECTIONS = Connections(clients=10, active=2, max_connections=100, reserved=3, most="app (8)")
TABLE = Table("gift", 6000, dead=3000, modified=0, analyzed_s=60.0, vacuumed_s=None, vacuuming=False)


def target(**settings: Any) -> Any:
    """A target whose PostgreSQL has these settings."""
    return SimpleNamespace(component=lambda _: SimpleNamespace(**settings))


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        ('FATAL: password authentication failed for user "monitor"', "postgres_monitor"),
        ('FATAL: no pg_hba.conf entry for host "::1", user "monitor"', "postgres_monitor"),
        ('FATAL: role "monitor" does not exist', "postgres_monitor"),
        ('FATAL: permission denied for database "gifts"', "postgres_monitor"),
        ("FATAL: sorry, too many clients already", "postgres_connections"),
        (
            "FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute",
            "postgres_connections",
        ),
        ("no connection to port 5432: it was refused or closed at once", ""),
        ("FATAL: the database system is starting up", ""),
    ],
)
def test_a_failed_log_in_names_what_is_missing(words: str, fact: str) -> None:
    """Room, a right, or the server itself: each is another check's matter."""
    assert beneath(words) == fact


@pytest.mark.parametrize(
    ("text", "enabled", "start"),
    [
        ("postgresql\nenabled\n\n \nauto\n", "enabled", "auto"),
        ("postgresql\ndisabled\nmanual\n", "disabled", "manual"),
        ("postgresql-16\nunknown\nauto\n", "unknown", "auto"),
    ],
)
def test_boot(text: str, enabled: str, start: str) -> None:
    """Comments of start.conf leave blank lines behind."""
    found = parse_boot(text)
    assert (found.enabled, found.start) == (enabled, start)


def test_boot_of_another_distribution() -> None:
    """A unit that is no cluster of Debian's is asked for by its own name, and has no start.conf."""
    asked = _boot(target(unit="postgresql-16"))
    assert "is-enabled postgresql-16" in asked
    assert "start.conf" not in asked
    assert "/etc/postgresql/15/main/start.conf" in _boot(target(unit="postgresql@15-main"))


def log_lines(path: Path, hours: int, pattern: str) -> subprocess.CompletedProcess[str]:
    command = _log(hours, pattern)(target(log=str(path)))
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=20, check=False)


def stamp(**ago: float) -> str:
    return (datetime.now(UTC) - timedelta(**ago)).strftime("%Y-%m-%d %H:%M:%S.123 UTC [7] ")


def test_the_log_is_read_within_its_window(tmp_path: Path) -> None:
    """Lines of the last hour count, whatever the host's own time zone is, and words in a statement are none of them."""
    path = tmp_path / "server.log"
    path.write_text(
        f"{stamp(hours=3)}PANIC:  long ago\n{stamp(minutes=5)}FATAL:  just now\n"
        f"{stamp(minutes=4)}LOG:  server process (PID 9) was terminated by signal 9: Killed\n"
        f"{stamp(minutes=3)}ERROR:  invalid page in block 1 of relation base/5/16384\n"
        f"{stamp(minutes=2)}STATEMENT:  SELECT 'invalid page'\n{stamp(minutes=1)}LOG:  checkpoint starting: time\n"
    )
    died = parse_lines(log_lines(path, 1, DIED).stdout)
    assert [line.split("  ")[1] for line in died] == [
        "just now",
        "server process (PID 9) was terminated by signal 9: Killed",
    ]
    assert [line.split("  ")[1] for line in parse_lines(log_lines(path, 24, DAMAGED).stdout)] == [
        "invalid page in block 1 of relation base/5/16384"
    ]


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Europe/Berlin", "UTC"])
def test_the_log_may_keep_any_time(tmp_path: Path, zone: str) -> None:
    """Whatever log_timezone is, the last hour is the last hour; the letters in a line say nothing reliable of it."""
    path = tmp_path / "server.log"
    now = datetime.now(ZoneInfo(zone))
    lines = [(90, "long ago"), (30, "just now"), (0, "last")]
    path.write_text("".join(f"{now - timedelta(minutes=m):{TIME}}.123 IST [7] FATAL:  {words}\n" for m, words in lines))
    found = parse_lines(log_lines(path, 1, DIED).stdout)
    assert [line.split("  ")[1] for line in found] == ["just now", "last"]


def test_a_log_without_times_is_not_clean(tmp_path: Path) -> None:
    """Lines that do not begin with a time cannot be dated: what is in them may be of today."""
    path = tmp_path / "server.log"
    path.write_text("[7] FATAL:  out of space\n")
    done = log_lines(path, 1, DIED)
    assert done.returncode == 77
    assert "do not begin with a time" in done.stderr
    path.write_text("")
    assert parse_lines(log_lines(path, 1, DIED).stdout) == []


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


def test_a_dump_may_take_long() -> None:
    """Programs that system.yml calls patient are neither slow queries nor open transactions."""
    settings: Any = SimpleNamespace(patient=["pg_dump"])
    dump = Session(7, "postgres", "pg_dump", "active", 900.0, 900.0, [], "COPY gift TO stdout")
    checks.test_slow_queries([dump], settings, LIMITS)
    checks.test_long_transactions([dump], settings, LIMITS)
    other = Session(8, "app", "report", "active", 900.0, 900.0, [], "SELECT 1")
    assert "pid 8 (app, report, active, 900 s)" in fails(checks.test_slow_queries, [dump, other], settings, LIMITS)


def test_who_holds_a_lock_is_told() -> None:
    """The finding names the session to end, not only those that wait for it."""
    holder = Session(7, "app", "worker", "idle in transaction", 60.0, 60.0, [], "UPDATE gift SET price = 1")
    waiter = Session(8, "app", "web", "active", 30.0, 30.0, [7], "UPDATE gift SET price = 2")
    told = fails(checks.test_lock_waits, [holder, waiter], LIMITS)
    assert "The lock is held by pid 7 (app, worker, idle in transaction, 60 s)" in told


def test_a_pool_that_nobody_stated_is_no_pass() -> None:
    """Without a pool's size nothing was compared."""
    nothing: Any = SimpleNamespace(system=SimpleNamespace(components={"app": SimpleNamespace(workers=4, pool_size=0)}))
    assert "gives no component a pool_size" in fails(checks.test_pool_fits, CONNECTIONS, nothing)
    two: Any = SimpleNamespace(system=SimpleNamespace(components={"app": SimpleNamespace(workers=4, pool_size=25)}))
    assert "may open 100 connections; max_connections leaves 97" in fails(checks.test_pool_fits, CONNECTIONS, two)


def test_dead_rows_are_not_judged_while_they_are_cleaned_up() -> None:
    """A clean-up at work is what should be; a tiny table says nothing."""
    assert "3,000 dead rows beside 6,000, last vacuumed never" in fails(
        checks.test_dead_tuples, {"gift": TABLE}, LIMITS
    )
    assert "last vacuumed never" in fails(checks.test_vacuumed, {"gift": TABLE}, LIMITS)
    at_work = Table("gift", 6000, 3000, 0, 60.0, None, vacuuming=True)
    checks.test_dead_tuples({"gift": at_work}, LIMITS)
    checks.test_vacuumed({"gift": at_work}, LIMITS)
    checks.test_dead_tuples({"tiny": Table("tiny", 10, 9, 0, None, None, vacuuming=False)}, LIMITS)


def test_statistics_may_be_old_when_nothing_changed() -> None:
    """An old table that hardly changes is known well; a table that is not there is no pass."""
    old = Table("gift", 6000, 0, 600, analyzed_s=90 * 86400.0, vacuumed_s=None, vacuuming=False)
    checks.test_statistics_fresh({"gift": old}, "gift", LIMITS)
    changed = Table("gift", 6000, 0, 601, analyzed_s=90 * 86400.0, vacuumed_s=None, vacuuming=False)
    assert "last analysed 90.0 days ago" in fails(checks.test_statistics_fresh, {"gift": changed}, "gift", LIMITS)
    assert "there is no table toy" in fails(checks.test_statistics_fresh, {}, "toy", LIMITS)


def test_an_index_that_is_being_built_is_not_invalid_yet() -> None:
    """A concurrent build shows its index as invalid until it has ended; one that is needed is missing until then."""
    settings: Any = SimpleNamespace(indexes=[Index(name="idx_needed", table="gift")])
    building = IndexState("gift", valid=False, building=True, definition="CREATE INDEX idx ON gift USING btree (id)")
    checks.test_index_valid({"idx": building}, settings)
    told = fails(checks.test_required_index, {"idx_needed": building}, settings.indexes[0])
    assert "it is being built now" in told


def test_an_index_is_unused_only_after_long_enough() -> None:
    """Counters that are young say nothing; an index that system.yml requires is never called unused."""
    settings: Any = SimpleNamespace(indexes=[Index(name="idx_needed", table="gift")])
    checks.test_unused_indexes([Unused("idx", "gift", 8192, 6 * 86400.0)], settings, LIMITS)
    checks.test_unused_indexes([Unused("idx_needed", "gift", 8192, 30 * 86400.0)], settings, LIMITS)
    told = fails(checks.test_unused_indexes, [Unused("idx", "gift", 8192, 30 * 86400.0)], settings, LIMITS)
    assert told.startswith("idx on gift (8.0 KiB): not one scan in 30.0 days")


def test_checksums() -> None:
    """What is not counted is not called damaged; that nobody counts is a finding of its own."""
    off = Checksums(False, {"gifts": 0})
    checks.test_checksums(off)
    assert "data_checksums is off" in fails(checks.test_checksums_enabled, off)
    assert "in gifts (2)" in fails(checks.test_checksums, Checksums(True, {"gifts": 2, "postgres": 0}))


@pytest.mark.parametrize(
    ("line", "ordinary"),
    [
        ("FATAL:  sorry, too many clients already", True),
        ("FATAL:  connection to client lost", True),
        ("FATAL:  terminating connection due to administrator command", True),
        ('FATAL:  could not open file "global/pg_filenode.map"', False),
        ('PANIC:  could not write to file "pg_wal/xlogtemp.7": No space left on device', False),
        ("LOG:  server process (PID 9) was terminated by signal 11: Segmentation fault", False),
    ],
)
def test_what_is_ordinary_in_a_log(line: str, ordinary: bool) -> None:
    """A session that ended is everyday; a server that cannot go on is not."""
    if ordinary:
        checks.test_server_log([line])
    else:
        assert line in fails(checks.test_server_log, cast("Any", [line]))
