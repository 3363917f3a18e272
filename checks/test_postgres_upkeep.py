"""PostgreSQL tomorrow: it does not run out of transaction ids, of numbers, or of disk for WAL; its version will do."""

import re

from packaging.version import Version

from engine.judge.marks import vital
from engine.judge.measure import at_least, at_most
from engine.run.target import Target
from engine.text import counted, size, span
from fixtures.postgres.client import Session
from fixtures.postgres.settings import Limits, Postgres
from fixtures.postgres.upkeep import Ages, Archiver, Autovacuum, Prepared, Role, Sequence, Slot

DAY = 86400
# A slot's WAL is more than max_wal_size, may go at the next checkpoint, or is gone [pg_replication_slots].
SHORT = ("extended", "unreserved", "lost")


@vital("postgres.statistics_fresh", "postgres.dead_tuples", "postgres.vacuumed")
def test_autovacuum(postgres_autovacuum: Autovacuum) -> None:
    """Autovacuum is on, for the server and for each of its tables."""
    assert postgres_autovacuum.on, (
        "autovacuum, or track_counts which it needs, is off for the whole server; expected both on: dead rows are "
        "never cleaned up, and transaction ids run out"
    )
    without = postgres_autovacuum.without
    assert not without, (
        f"autovacuum is off for {counted(len(without), 'table')} ({', '.join(without[:10])}); expected it on for all"
    )


@vital
def test_prepared_transactions(
    postgres_prepared: list[Prepared], postgres_sessions: list[Session], limits: Limits
) -> None:
    """No transaction has been prepared for a two-phase commit and then forgotten, and none holds up the work."""
    # A prepared transaction that blocks a session has the pid 0 [PostgreSQL: pg_blocking_pids].
    blocked = any(0 in each.blocked_by and each.seconds > limits.lock_wait_s for each in postgres_sessions)
    most = limits.lock_wait_s if blocked else limits.transaction_s
    old = [each for each in postgres_prepared if not at_most(each.seconds, most, "s", each.gid)]
    listed = "; ".join(f"'{each.gid}' of {each.owner} in {each.database}, {each.seconds:.0f} s ago" for each in old[:5])
    assert not old, (
        f"{counted(len(old), 'transaction')} prepared and never ended: {listed}; the limit is {most:g} s"
        f"{' while sessions wait for one' if blocked else ''}: it keeps its locks, over a restart too"
    )


def test_transaction_ids(postgres_ages: list[Ages], limits: Limits) -> None:
    """Old transaction ids and multixact ids are cleaned up long before they run out."""
    bad = []
    for each in postgres_ages:
        for kind, age, forced in (
            ("transaction", each.transactions, each.transactions_forced),
            ("multixact", each.multixacts, each.multixacts_forced),
        ):
            most = min(limits.freeze_age_ratio * forced, limits.transaction_id_age)
            if not at_most(age, most, "ids", f"{kind} ids of {each.database}"):
                bad.append(f"the oldest {kind} id of {each.database} is {age:,} old, the limit is {most:,.0f}")
    assert not bad, f"{'; '.join(bad[:5])}: something keeps VACUUM from its work"


def test_replication_slots(postgres_slots: list[Slot], limits: Limits) -> None:
    """Every replication slot is read, and not only now and then: it holds back little WAL, and has lost none."""
    bad = [
        f"{slot} holds back {size(slot.held)}{f', and its WAL is {slot.status}' if slot.status in SHORT else ''}"
        for slot in postgres_slots
        if not at_most(slot.held, limits.slot_wal_bytes, "bytes", slot.name)
        or not at_most(slot.unread or 0, limits.slot_unread_s, "s", slot.name)
        or slot.status in ("unreserved", "lost")
        or (slot.status == "extended" and not slot.active)
    ]
    assert not bad, (
        f"{'; '.join(bad[:5])}; the limit is {size(limits.slot_wal_bytes)} of WAL, and {span(limits.slot_unread_s)} "
        "without a reader: the disk fills up"
    )


def test_archiving(postgres_archiver: Archiver) -> None:
    """Where WAL is archived, the last attempt succeeded. A server that archives nothing is not judged."""
    archiver = postgres_archiver
    assert archiver.told or not archiver.on, (
        "archive_mode is on, and neither archive_command nor archive_library says how; expected one: all WAL is kept"
    )
    assert not (archiver.on and archiver.failing), (
        f"archiving failed {archiver.failures} times, last {archiver.failed_s:.0f} s ago with {archiver.file}; "
        "expected it to succeed: WAL is kept until it does, and a restore ends where the archive does"
    )


def test_sequences(postgres_sequences: list[Sequence], limits: Limits) -> None:
    """Every sequence has numbers left, and so has the type of the column that it fills."""
    bad = [
        f"{each.name}{f', which fills {each.column},' if each.column else ''} is at {each.last:,} of {each.most:,}"
        for each in postgres_sequences
        if not at_most(each.last, limits.sequence_ratio * each.most, "numbers", each.name)
    ]
    assert not bad, f"{'; '.join(bad[:5])}; the limit is {limits.sequence_ratio:.0%}: at its end no row can be added"


def test_role_valid(postgres_role: Role, limits: Limits) -> None:
    """The password of the application's role does not end soon."""
    role = postgres_role
    assert role.valid_s is None or at_least(role.valid_s, limits.role_valid_s, "s"), (
        f"the password of {role.name} ends in {role.valid_s / DAY:.1f} days (VALID UNTIL); "
        f"expected at least {limits.role_valid_s / DAY:g}"
    )


def test_role_connections(postgres_role: Role, target: Target) -> None:
    """The role and its database accept as many connections as the application's pools may open together."""
    pools = [component for component in target.system.components.values() if getattr(component, "pool_size", 0)]
    needed = sum(getattr(each, "workers", 1) * getattr(each, "pool_size", 0) for each in pools)
    most = postgres_role.connections
    assert most is None or at_most(needed, most, "connections"), (
        f"the application's pools may open {needed} connections; {postgres_role.name} or its database has a CONNECTION "
        f"LIMIT of {most}"
    )


def test_version(postgres_version: str, settings: Postgres) -> None:
    """PostgreSQL is not older than the minimum version."""
    # `17beta1`, `18devel` and what a distribution adds are of that version.
    number = re.match(r"[\d.]*\d", postgres_version)
    assert number, f"PostgreSQL says '{postgres_version}' of its version; expected a number"
    assert Version(number[0]) >= Version(settings.minimum_version or "0"), (
        f"PostgreSQL is version {postgres_version}; expected {settings.minimum_version} or later"
    )
