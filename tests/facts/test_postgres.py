"""PostgreSQL: what a refused log-in is taken for, what its host says, and where its checks keep still."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from checks import test_postgres as checks
from checks import test_postgres_log as log_checks
from checks import test_postgres_upkeep as upkeep_checks
from engine.gather.fact import Client
from fixtures.postgres import objects
from fixtures.postgres.client import Connections, Session, beneath
from fixtures.postgres.host import _boot, parse_boot
from fixtures.postgres.objects import Checksums, Collation, IndexState, Table, Unused
from fixtures.postgres.settings import Index
from fixtures.postgres.upkeep import Slot
from tests.facts.test_activity import fails
from tests.ours import Limits

LIMITS = Limits()
LOG = "/var/log/postgresql/postgresql-15-main.log"
CONNECTIONS = Connections(clients=10, active=2, max_connections=100, reserved=3, most="app (8)")
TABLE = Table("gift", 6000, dead=3000, modified=0, analyzed_s=60.0, vacuumed_s=None, vacuuming=False)


def target(**settings: Any) -> Any:
    """A target whose PostgreSQL has these settings."""
    return SimpleNamespace(component=lambda _: SimpleNamespace(**settings))


def pooled(size: int, hosts: int = 1) -> Any:
    """A target of a system whose application has four workers, each with a pool of this size."""
    app = SimpleNamespace(workers=4, pool_size=size)
    return SimpleNamespace(system=SimpleNamespace(components={"app": app}), carriers={"app": hosts})


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


def test_a_dump_may_take_long() -> None:
    """Programs that system.yml calls patient are no slow queries, and open transactions after a day only."""
    settings: Any = SimpleNamespace(patient=["pg_dump"])
    dump = Session(7, "postgres", "pg_dump", "active", 900.0, 900.0, [], "COPY gift TO stdout")
    checks.test_slow_queries([dump], settings, LIMITS)
    checks.test_long_transactions([dump], settings, LIMITS)
    stuck = Session(7, "postgres", "pg_dump", "active", 90000.0, 90000.0, [], "COPY gift TO stdout")
    assert "open for 90000 s" in fails(checks.test_long_transactions, [stuck], settings, LIMITS)
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
    assert "no component of system.yml has a pool_size" in fails(checks.test_pool_fits, CONNECTIONS, pooled(0))
    assert "may open 100 connections; the limit is 97" in fails(checks.test_pool_fits, CONNECTIONS, pooled(25))


def test_every_host_has_its_pools() -> None:
    """Two hosts of the application open twice as many connections."""
    checks.test_pool_fits(CONNECTIONS, pooled(12))
    assert "may open 144 connections" in fails(checks.test_pool_fits, CONNECTIONS, pooled(12, hosts=3))


def test_a_pool_of_which_every_connection_is_held() -> None:
    """What is idle, quick or another role's is none of it; a system without pools is not judged."""
    settings: Any = SimpleNamespace(role="app")
    held = [Session(n, "app", "web", "idle in transaction", 5.0, 5.0, [], "SELECT 1") for n in range(8)]
    other = [
        Session(8, "app", "web", "idle", 5.0, 0.0, [], "COMMIT"),
        Session(9, "app", "web", "active", 0.1, 0.1, [], "SELECT 1"),
        Session(10, "report", "web", "active", 5.0, 5.0, [], "SELECT 1"),
    ]
    checks.test_pool_busy([*held[1:], *other], settings, pooled(2), LIMITS)
    assert "8 sessions of app" in fails(checks.test_pool_busy, held, settings, pooled(2), LIMITS)
    checks.test_pool_busy(held, settings, pooled(0), LIMITS)


def test_dead_rows_are_not_judged_while_they_are_cleaned_up() -> None:
    """A clean-up at work is what should be; a tiny table says nothing."""
    assert "3,000 dead and 6,000 live rows, last vacuumed never" in fails(
        checks.test_dead_tuples, {"gift": TABLE}, LIMITS
    )
    assert "last vacuumed never" in fails(checks.test_vacuumed, {"gift": TABLE}, LIMITS)
    at_work = Table("gift", 6000, 3000, 0, 60.0, None, vacuuming=True)
    checks.test_dead_tuples({"gift": at_work}, LIMITS)
    checks.test_vacuumed({"gift": at_work}, LIMITS)
    checks.test_dead_tuples({"tiny": Table("tiny", 10, 900, 0, None, None, vacuuming=False)}, LIMITS)
    queue = Table("queue", 0, 2_000_000, 0, None, None, vacuuming=False)
    assert "queue has 2,000,000 dead and 0 live rows" in fails(checks.test_dead_tuples, {"queue": queue}, LIMITS)


def test_statistics_may_be_old_when_nothing_changed() -> None:
    """An old table that hardly changes is known well; a table that is not there is no pass."""
    old = Table("gift", 6000, 0, 600, analyzed_s=90 * 86400.0, vacuumed_s=None, vacuuming=False)
    checks.test_statistics_fresh({"gift": old}, "gift", LIMITS)
    changed = Table("gift", 6000, 0, 601, analyzed_s=90 * 86400.0, vacuumed_s=None, vacuuming=False)
    assert "table gift was analysed 90.0 days ago" in fails(
        checks.test_statistics_fresh, {"gift": changed}, "gift", LIMITS
    )
    assert "the table toy does not exist" in fails(checks.test_statistics_fresh, {}, "toy", LIMITS)


def test_an_index_that_is_being_built_is_not_invalid_yet() -> None:
    """A concurrent build shows its index as invalid until it has ended; one that is needed is missing until then."""
    settings: Any = SimpleNamespace(indexes=[Index(name="idx_needed", table="gift")])
    building = IndexState("gift", valid=False, building=True, definition="CREATE INDEX idx ON gift USING btree (id)")
    checks.test_index_valid({"idx": building}, Collation(None, None), settings)
    told = fails(checks.test_required_index, {"idx_needed": building}, settings.indexes[0])
    assert "it is being built now" in told


def test_text_that_the_host_sorts_in_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """An upgrade of the host changed the collation. One that has no version is well, and an old server is not asked."""
    settings: Any = SimpleNamespace(indexes=[])
    for same in (Collation("2.36", "2.36"), Collation(None, None), Collation(None, "2.36")):
        checks.test_index_valid({}, same, settings)
    told = fails(checks.test_index_valid, {}, Collation("2.31", "2.36"), settings)
    assert told.startswith("the database's text was sorted by version 2.31 of its collation, and the host has 2.36; ")
    assert "and the host has none;" in fails(checks.test_index_valid, {}, Collation("2.36", None), settings)
    for number, found in ((140020, Collation(None, None)), (150014, Collation("1", "2"))):
        answers = [[{"number": number}], [{"recorded": "1", "actual": "2"}]]
        monkeypatch.setattr(objects, "ask", lambda *_, answers=answers: answers.pop(0))
        assert cast("Client", objects.postgres_collation.fact).make(None) == found


def test_an_index_is_unused_only_after_long_enough() -> None:
    """Counters that are young say nothing; an index that system.yml requires is never called unused."""
    settings: Any = SimpleNamespace(indexes=[Index(name="idx_needed", table="gift")])
    checks.test_unused_indexes([Unused("idx", "gift", 8192, 6 * 86400.0)], settings, LIMITS)
    checks.test_unused_indexes([Unused("idx_needed", "gift", 8192, 30 * 86400.0)], settings, LIMITS)
    told = fails(checks.test_unused_indexes, [Unused("idx", "gift", 8192, 30 * 86400.0)], settings, LIMITS)
    assert told.startswith("no query used idx on gift (8.0 KiB) in 30.0 days")


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
        log_checks.test_server_log([(9.0, line)], LOG, LIMITS)
    else:
        assert line in fails(log_checks.test_server_log, [(9.0, line)], LOG, LIMITS)
        log_checks.test_server_log([(9.0 + LIMITS.log_quiet_s, line)], LOG, LIMITS)


def test_a_table_that_lost_its_rows() -> None:
    """It is named with what is left, and one that is gone is named too."""
    wanted: Any = SimpleNamespace(least_rows={"gift": 3000, "user": 10})
    checks.test_tables_filled({"gift": 3000, "user": 10}, wanted)
    message = fails(checks.test_tables_filled, {"gift": 100}, wanted)
    assert message.startswith("the table gift has 100 rows (at least 3000), user is missing (at least 10); expected")


@pytest.mark.recorded("postgres.version")
def test_version() -> None:
    """Versions are compared as numbers, without what a distribution adds, and what is not released yet counts as it."""
    settings: Any = SimpleNamespace(minimum_version="13")
    for version in ("13.0", "15.14 (Debian 15.14-0+deb12u1)", "100.1", "18devel", "17beta1", "13rc1"):
        upkeep_checks.test_version(version, settings)
    told = fails(upkeep_checks.test_version, "9.6.24 (Ubuntu 9.6.24-1)", settings)
    assert "PostgreSQL is version 9.6.24 (Ubuntu 9.6.24-1); expected 13 or later" in told
    assert "PostgreSQL says 'unknown' of its version" in fails(upkeep_checks.test_version, "unknown", settings)


@pytest.mark.parametrize(
    ("slot", "told"),
    [
        (Slot("a", "physical", active=True, status="extended", held=2**20), ""),
        (Slot("a", "physical", active=False, status="reserved", held=2**20), ""),
        (Slot("a", "physical", active=False, status="reserved", held=2**20, unread=6 * 3600), ""),
        (
            Slot("a", "physical", active=False, status="reserved", held=2**20, unread=7 * 3600),
            "a (physical, read by nobody since 7 h) holds back 1.0 MiB; the limit is 1.0 GiB of WAL, and 6 h without",
        ),
        (
            Slot("a", "pgoutput", active=False, status="extended", held=2**20),
            "a (pgoutput, read by nobody) holds back 1.0 MiB, and its WAL is extended; the limit is",
        ),
        (
            Slot("a", "pgoutput", active=True, status="unreserved", held=2**20),
            "a (pgoutput, read) holds back 1.0 MiB, ",
        ),
    ],
)
def test_a_slot_is_read(slot: Slot, told: str) -> None:
    """Whose reader went a moment ago is well; one without a reader for hours is not, however little it holds back."""
    if told:
        assert told in fails(upkeep_checks.test_replication_slots, [slot], LIMITS)
    else:
        upkeep_checks.test_replication_slots([slot], LIMITS)
