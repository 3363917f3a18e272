"""PostgreSQL: it answers the application, has connections and disk space left, and no session blocks another."""

from checks import expect
from engine.judge.marks import each, owns, symptom, vital
from engine.judge.measure import at_least, at_most
from engine.run.target import Target
from engine.text import size
from fixtures.os.filesystems import Filesystem
from fixtures.os.units import NEUTRAL, Listener, Unit
from fixtures.postgres.client import Connections, Session
from fixtures.postgres.host import Boot
from fixtures.postgres.objects import Checksums, Collation, IndexState, Table, Unused
from fixtures.postgres.settings import Index, Limits, Postgres

DAY = 86400


@vital
@symptom
def test_data_disk(postgres_disk: Filesystem, settings: Postgres, limits: Limits) -> None:
    """The filesystem that holds the data directory has room left."""
    disk = postgres_disk
    usage = f"{settings.data_directory} is on {disk.mount}, which is {disk.used_percent:.0f} % full"
    assert at_most(disk.used_percent, limits.disk_used_percent, "%"), (
        f"{usage}; the limit is {limits.disk_used_percent:g} %"
    )
    assert at_least(disk.available, limits.data_disk_bytes, "bytes"), (
        f"{usage} and has {size(disk.available)} free; expected at least {size(limits.data_disk_bytes)}"
    )


@vital
@symptom
def test_unit_running(unit: Unit, limits: Limits) -> None:
    """The cluster's unit is running, and systemd did not have to start it again and again."""
    expect.running(unit)
    expect.kept_up(unit, limits)


def test_unit_enabled(unit: Unit, postgres_boot: Boot) -> None:
    """The server is started at boot."""
    assert postgres_boot.enabled in ("enabled", *NEUTRAL), (
        f"{postgres_boot.unit} is {postgres_boot.enabled}; expected enabled, so that the server starts after a reboot"
    )
    assert postgres_boot.start == "auto", (
        f"start.conf of {unit.name} says '{postgres_boot.start}'; expected 'auto', so that it starts after a reboot"
    )
    assert unit.enabled != "masked", f"{unit.name} is masked, so it cannot be started; expected it unmasked"


@vital
@symptom
def test_port_open(listeners: list[Listener], unit: Unit, settings: Postgres) -> None:
    """PostgreSQL listens on its port, and it is this server, not another one of the host."""
    assert any(listener.port == settings.port for listener in listeners), (
        f"no process listens on port {settings.port}; expected PostgreSQL"
    )
    expect.own_port(listeners, unit, settings.port)


@owns("postgres")
@vital
@symptom
def test_answers(postgres_answer: int) -> None:
    """The monitoring role logs in and gets an answer to SELECT 1."""
    assert postgres_answer == 1, f"SELECT 1 returned {postgres_answer}; expected 1"


@owns("postgres_app")
@vital
@symptom
def test_app_credentials(postgres_login: dict[str, str], settings: Postgres) -> None:
    """The application's DATABASE_URL logs in as the configured role, to the configured database."""
    told, expected = (postgres_login["role"], postgres_login["database"]), (settings.role, settings.database)
    assert told == expected, f"DATABASE_URL logs in as {' to '.join(told)}; expected {' to '.join(expected)}"


@symptom("postgres.app_credentials", "postgres.statements_fail")
def test_tables_filled(postgres_counts: dict[str, int], settings: Postgres) -> None:
    """Each table of `least_rows` in system.yml exists and has at least that many rows."""
    few = [
        f"{name} {f'has {postgres_counts[name]} rows' if name in postgres_counts else 'is missing'} (at least {least})"
        for name, least in settings.least_rows.items()
        if not at_least(postgres_counts.get(name, 0), least, "rows", name)
    ]
    assert not few, f"the table {', '.join(few)}; expected what was to stay to be there"


@owns("postgres_monitor")
@symptom("postgres.port_open")
def test_monitoring_role(postgres_monitor: bool) -> None:
    """The monitoring role logs in and is a member of pg_monitor."""
    assert postgres_monitor, "the monitoring role is not a member of pg_monitor; expected it to be one"


@symptom
def test_slow_queries(postgres_sessions: list[Session], settings: Postgres, limits: Limits) -> None:
    """No query has been running for longer than the limit."""
    active = [s for s in impatient(postgres_sessions, settings) if s.state == "active"]
    slow = [s for s in active if not at_most(s.seconds, limits.slow_query_s, "s", f"pid {s.pid}")]
    assert not slow, (
        f"{len(slow)} queries have been running for more than {limits.slow_query_s:g} s; expected none: "
        f"{'; '.join(map(str, slow[:5]))}"
    )


@owns("postgres_connections")
@vital
def test_connections(postgres_connections: Connections, limits: Limits) -> None:
    """The server has connections left."""
    clients, usable = postgres_connections.clients, postgres_connections.usable
    assert at_most(clients, limits.connections_ratio * usable, "connections"), (
        f"{clients} of {usable} connections are in use, most by {postgres_connections.most}; "
        f"the limit is {limits.connections_ratio:.0%}"
    )


@vital
def test_active_connections(postgres_connections: Connections, limits: Limits) -> None:
    """Few sessions are active at the same time."""
    active, most = postgres_connections.active, postgres_connections.max_connections
    assert at_most(active, limits.active_ratio * most, "sessions"), (
        f"{active} of {most} possible sessions are active, most connections are held by {postgres_connections.most}; "
        f"the limit is {limits.active_ratio:.0%}"
    )


def test_pool_fits(postgres_connections: Connections, target: Target) -> None:
    """The server accepts as many connections as the application's pools may open together."""
    pools = pools_of(target)
    assert pools, "no component of system.yml has a pool_size; expected the connections that one worker may open"
    needed = sum(pools.values())
    assert at_most(needed, postgres_connections.usable, "connections"), (
        f"the pools of {', '.join(pools)} may open {needed} connections; the limit is {postgres_connections.usable}, "
        f"which is max_connections without the {postgres_connections.reserved} reserved for superusers"
    )


def pools_of(target: Target) -> dict[str, int]:
    """Returns the connections that all pools of each component may open: of every worker, on every host."""
    pooled = {name: c for name, c in target.system.components.items() if getattr(c, "pool_size", 0)}
    return {
        name: (getattr(c, "workers", None) or 1) * getattr(c, "pool_size", 0) * max(target.carriers.get(name, 1), 1)
        for name, c in pooled.items()
    }


@owns("postgres_sessions")
@vital
@symptom("postgres.prepared_transactions")
def test_lock_waits(postgres_sessions: list[Session], limits: Limits) -> None:
    """No session has been waiting for another's lock for longer than the limit."""
    blocked = [s for s in postgres_sessions if s.blocked_by]
    waiting = [s for s in blocked if not at_most(s.seconds, limits.lock_wait_s, "s", f"pid {s.pid}")]
    holders = [s for s in postgres_sessions if not s.blocked_by and any(s.pid in w.blocked_by for w in waiting)]
    assert not waiting, (
        f"{len(waiting)} sessions have waited for a lock for more than {limits.lock_wait_s:g} s; expected none: "
        f"{'; '.join(map(str, waiting[:3]))}. "
        f"The lock is held by {'; '.join(map(str, holders[:3])) or 'another kind of process'}"
    )


def test_long_transactions(postgres_sessions: list[Session], settings: Postgres, limits: Limits) -> None:
    """No transaction has been open for longer than the limit, idle ones included. A dump has a limit of its own."""
    allowed = dict.fromkeys(settings.patient, limits.patient_s)
    long = [
        s
        for s in postgres_sessions
        if not at_most(s.transaction_seconds, allowed.get(s.application, limits.transaction_s), "s", f"pid {s.pid}")
    ]
    listed = "; ".join(f"{s}, transaction open for {s.transaction_seconds:.0f} s" for s in long[:5])
    assert not long, f"{listed}; the limit is {limits.transaction_s:g} s, of a dump {limits.patient_s:g} s"


@vital("http", "logs", "nginx")
@symptom
def test_pool_busy(postgres_sessions: list[Session], settings: Postgres, target: Target, limits: Limits) -> None:
    """The application's pools have connections left that are not at work, or held in a transaction, for long."""
    most = sum(pools_of(target).values())
    held = [s for s in postgres_sessions if s.role == settings.role and s.state not in ("", "idle", "disabled")]
    busy = [s for s in held if s.transaction_seconds > limits.slow_query_s]
    assert not most or at_most(len(busy), most - 1, "sessions"), (
        f"{len(busy)} sessions of {settings.role} have been in a transaction for more than {limits.slow_query_s:g} s, "
        f"and its pools open {most} in all, so whoever else asks has to wait: {'; '.join(map(str, busy[:3]))}"
    )


def impatient(sessions: list[Session], settings: Postgres) -> list[Session]:
    """Returns the sessions except those of programs that may take long, such as a dump."""
    return [session for session in sessions if session.application not in settings.patient]


@symptom("postgres.autovacuum")
@each("tables")
def test_statistics_fresh(postgres_tables: dict[str, Table], item: str, limits: Limits) -> None:
    """The table's statistics are recent, or few of its rows changed since."""
    assert item in postgres_tables, f"the table {item} does not exist in schema public"
    table = postgres_tables[item]
    fresh = table.analyzed_s is not None and at_most(table.analyzed_s, limits.statistics_age_s, "s", "analysed")
    assert fresh or at_most(table.modified, limits.modified_ratio * table.rows, "rows changed"), (
        f"table {item} was analysed {ago(table.analyzed_s)}, and {table.modified:,} of about {table.rows:,} rows "
        f"changed since; the limit is {limits.statistics_age_s / DAY:g} days or {limits.modified_ratio:.0%} of the rows"
    )


@symptom("postgres.autovacuum")
def test_dead_tuples(postgres_tables: dict[str, Table], limits: Limits) -> None:
    """Dead rows are a small part of every table, and not many in a small one. One being vacuumed is not judged."""
    most = {
        t.name: limits.dead_tuples_ratio * t.rows if t.rows > limits.table_rows else limits.small_table_dead_tuples
        for t in postgres_tables.values()
    }
    judged = [t for t in postgres_tables.values() if not t.vacuuming]
    many = [t for t in judged if not at_most(t.dead, most[t.name], "dead rows", t.name)]
    bad = sorted(many, key=lambda t: -t.dead)
    listed = "; ".join(
        f"{t.name} has {t.dead:,} dead and {t.rows:,} live rows, last vacuumed {ago(t.vacuumed_s)}" for t in bad[:5]
    )
    assert not bad, (
        f"{listed}; the limit is {limits.dead_tuples_ratio:.0%} of the live rows, and of a table with up to "
        f"{limits.table_rows:,} rows {limits.small_table_dead_tuples:,}"
    )


@symptom("postgres.autovacuum")
def test_vacuumed(postgres_tables: dict[str, Table], limits: Limits) -> None:
    """Every table with more than a few dead rows was vacuumed within the limit, by autovacuum or by hand."""
    judged = [t for t in postgres_tables.values() if t.dead > limits.dead_tuples and not t.vacuuming]
    bad = [t for t in judged if t.vacuumed_s is None or not at_most(t.vacuumed_s, limits.vacuum_age_s, "s", t.name)]
    listed = "; ".join(f"{t.name} has {t.dead:,} dead rows, last vacuumed {ago(t.vacuumed_s)}" for t in bad[:5])
    assert not bad, f"{listed}; the limit is {limits.vacuum_age_s / DAY:g} days"


def ago(seconds: float | None) -> str:
    """Returns the age of an event for people: `2.0 days ago`, or `never` for None."""
    return "never" if seconds is None else f"{age(seconds)} ago"


def age(seconds: float) -> str:
    """Returns a time in seconds for people: `2.0 days`, or `90 minutes` below a day."""
    return f"{seconds / DAY:.1f} days" if seconds >= DAY else f"{seconds / 60:.0f} minutes"


@each("extensions")
def test_extension(postgres_extensions: list[str], item: str) -> None:
    """The extension is installed."""
    assert item in postgres_extensions, (
        f"the extension {item} is not installed; installed are {', '.join(postgres_extensions) or 'none'}"
    )


@each("indexes")
def test_required_index(postgres_indexes: dict[str, IndexState], item: Index) -> None:
    """The index exists, has the expected definition, and is valid."""
    index = postgres_indexes.get(item.name)
    assert index, f"index {item.name} does not exist; expected it on table {item.table}"
    assert index.table == item.table, f"index {item.name} is on table {index.table}; expected {item.table}"
    assert item.definition in index.definition, (
        f"index {item.name} is defined as {index.definition}; expected {item.definition}"
    )
    why = "it is being built now" if index.building else "a concurrent build failed"
    assert index.valid, f"index {item.name} is invalid, so queries do not use it: {why}"


def test_index_valid(
    postgres_indexes: dict[str, IndexState], postgres_collation: Collation, settings: Postgres
) -> None:
    """No other index is invalid, and the host sorts text as it did when the indexes were built."""
    required = {index.name for index in settings.indexes}
    invalid = [
        f"{name} on {index.table}"
        for name, index in postgres_indexes.items()
        if not (index.valid or index.building or name in required)
    ]
    assert not invalid, f"concurrent builds failed and left invalid indexes; expected none: {', '.join(invalid)}"
    assert not postgres_collation.changed, f"{postgres_collation}; expected the same: indexes of text may miss rows"


def test_unused_indexes(postgres_unused: list[Unused], settings: Postgres, limits: Limits) -> None:
    """Every index that neither enforces a constraint nor is required was used since statistics began.

    Statistics that are younger than the limit are not judged.
    """
    required = {index.name for index in settings.indexes}
    unused = [i for i in postgres_unused if i.name not in required and i.seconds >= limits.index_unused_s]
    listed = ", ".join(f"{index} ({size(index.size)})" for index in unused[:10])
    assert not unused, (
        f"no query used {listed} in {age(unused[0].seconds)}; expected at least one scan, because an index slows writes"
    )


def test_checksums(postgres_checksums: Checksums) -> None:
    """No page failed its checksum."""
    bad = [f"{name} ({failures})" for name, failures in postgres_checksums.failures.items() if failures]
    assert not bad, f"checksum failures in {', '.join(bad)}; expected none: pages on disk are damaged"


def test_checksums_enabled(postgres_checksums: Checksums) -> None:
    """Data checksums are enabled, so that damaged pages are detected."""
    assert postgres_checksums.enabled, "data_checksums is off, so damaged pages stay undetected; expected on"
