"""PostgreSQL tomorrow: it does not run out of transaction ids, of numbers, or of disk for WAL that is held back."""

from engine.judge.marks import vital
from engine.judge.measure import at_least, at_most
from engine.run.target import Target
from engine.text import counted, size
from fixtures.postgres.settings import Limits
from fixtures.postgres.upkeep import Ages, Archiver, Autovacuum, Prepared, Role, Sequence, Slot

DAY = 86400


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


def test_prepared_transactions(postgres_prepared: list[Prepared], limits: Limits) -> None:
    """No transaction has been prepared for a two-phase commit and then forgotten."""
    old = [each for each in postgres_prepared if not at_most(each.seconds, limits.transaction_s, "s", each.gid)]
    listed = "; ".join(f"'{each.gid}' of {each.owner} in {each.database}, {each.seconds:.0f} s ago" for each in old[:5])
    assert not old, (
        f"{counted(len(old), 'transaction')} prepared and never ended: {listed}; the limit is {limits.transaction_s:g} "
        "s: it keeps its locks, over a restart too"
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
    """Every replication slot is read: it holds back little WAL, and has lost none."""
    bad = [
        f"{slot.name} ({slot.kind}, {'read' if slot.active else 'read by nobody'}) holds back {size(slot.held)}"
        f"{f', and its WAL is {slot.status}' if slot.status in ('unreserved', 'lost') else ''}"
        for slot in postgres_slots
        if not at_most(slot.held, limits.slot_wal_bytes, "bytes", slot.name) or slot.status in ("unreserved", "lost")
    ]
    assert not bad, f"{'; '.join(bad[:5])}; the limit is {size(limits.slot_wal_bytes)} of WAL: the disk fills up"


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
