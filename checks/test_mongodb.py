"""MongoDB: each member answers, its replica set has a majority and one primary, it keeps up, and it has room."""

from typing import Any

from checks import expect
from engine.judge.marks import each, owns, shared, symptom, vital
from engine.judge.measure import at_least, at_most
from engine.text import counted, size
from fixtures.mongodb.client import Session
from fixtures.mongodb.host import ServerLog, SlowOperation
from fixtures.mongodb.replica_set import HEALTHY, Oplog, ReplicaSet
from fixtures.mongodb.server import Index, Operation, Profiler, ServerStatus
from fixtures.mongodb.settings import Limits, Mongodb, MongoIndex
from fixtures.os.filesystems import Filesystem
from fixtures.os.memory import Memory
from fixtures.os.units import Listener, Unit

# An oplog that uses less than this share of its maximum size reaches back only to the start of the set.
OPLOG_FULL = 0.9
# The server's default in milliseconds, on which the runbook's figures are based.
SLOW_MS = 100
# The rights that the checks need: cluster actions, and (action, database, collection) with "" for the application's
# database or for any collection.
CLUSTER_RIGHTS = ("serverStatus", "replSetGetStatus", "inprog")
RIGHTS = (("find", "local", "oplog.rs"), ("find", "", ""), ("listIndexes", "", ""))


# It stands before unit_running: a unit in a restart loop is seen running or stopped, and the loop explains both.
@vital
@symptom
def test_restarts(unit: Unit, limits: Limits) -> None:
    """The member's unit is not caught in a restart loop, be it a slow one. A start by hand begins anew."""
    expect.kept_up(unit, limits)


@vital
@symptom
def test_unit_running(unit: Unit) -> None:
    """The member's unit is loaded and running."""
    expect.running(unit)


def test_unit_enabled(unit: Unit) -> None:
    """The member's unit is started at boot."""
    expect.enabled(unit)


@vital
@symptom
def test_port_open(mongodb_port: str, listeners: list[Listener], unit: Unit, settings: Mongodb) -> None:
    """MongoDB's port accepts connections from its own host, within 5 s, and it is this server's."""
    assert mongodb_port == "open", f"port {settings.port} {mongodb_port}; expected an open port"
    expect.own_port(listeners, unit, settings.port)


@owns("mongodb")
@vital
@symptom
def test_answers(mongodb_hello: dict[str, Any]) -> None:
    """The member answers `hello` within 5 s."""
    assert at_most(mongodb_hello["seconds"], 5, "s"), (
        f"MongoDB answered hello after {mongodb_hello['seconds']:.1f} s; the limit is 5 s"
    )


@vital
def test_set_name(mongodb_hello: dict[str, Any], settings: Mongodb) -> None:
    """The member belongs to the configured replica set."""
    name = mongodb_hello.get("setName")
    assert name == settings.replica_set, (
        f"the member belongs to {f'replica set {name}' if name else 'no replica set'}; expected {settings.replica_set}"
    )


@shared
@vital
@symptom
def test_majority(mongodb_set: ReplicaSet) -> None:
    """The member sees a majority of the votes, its own included."""
    seen = [member for member in mongodb_set.members if member.up]
    assert at_least(len(seen), mongodb_set.majority, "votes"), (
        f"{mongodb_set.me.name} sees {len(seen)} of {mongodb_set.voting} votes; expected at least "
        f"{mongodb_set.majority}: {'; '.join(_unwell(mongodb_set))}"
    )


@shared
@vital
@symptom
def test_one_primary(mongodb_set: ReplicaSet) -> None:
    """The set has exactly one primary, as this member sees it."""
    assert len(mongodb_set.primaries) == 1, (
        f"the set has {len(mongodb_set.primaries)} primaries ({', '.join(mongodb_set.primaries) or 'none'}); "
        f"expected one: {mongodb_set}"
    )


@owns("mongodb_set")
@shared
@vital
@symptom
def test_replica_state(mongodb_set: ReplicaSet) -> None:
    """The member is primary, secondary or arbiter."""
    assert mongodb_set.me.state in HEALTHY, f"{mongodb_set.me}; expected one of {', '.join(HEALTHY)}"


@shared
@symptom
def test_members_healthy(mongodb_set: ReplicaSet) -> None:
    """The member sees every other member in a healthy state."""
    bad = _unwell(mongodb_set)
    assert not bad, (
        f"{mongodb_set.me.name} sees {len(bad)} of {len(mongodb_set.members) - 1} other members unhealthy; "
        f"expected none: {'; '.join(bad)}"
    )


def _unwell(seen: ReplicaSet) -> list[str]:
    return [str(other) for other in seen.members if not other.self and (not other.up or other.state not in HEALTHY)]


@shared
@symptom
def test_replication_lag(mongodb_set: ReplicaSet, limits: Limits) -> None:
    """The member is at most a few seconds behind the others."""
    lag = mongodb_set.lag
    assert lag is None or at_most(lag, limits.mongodb_lag_s, "s"), (
        f"{mongodb_set.me.name} is {lag:.0f} s behind the others; the limit is {limits.mongodb_lag_s:g} s"
    )


def test_oplog_window(mongodb_oplog: Oplog, limits: Limits) -> None:
    """A full oplog reaches back far enough for a member to catch up after a day of downtime."""
    full = mongodb_oplog.used >= OPLOG_FULL * mongodb_oplog.most
    assert not full or at_least(mongodb_oplog.seconds, limits.oplog_window_s, "s"), (
        f"the oplog uses {size(mongodb_oplog.used)} of {size(mongodb_oplog.most)} and covers "
        f"{mongodb_oplog.seconds / 3600:.1f} h; expected at least {limits.oplog_window_s / 3600:g} h"
    )


@owns("mongodb_session")
def test_monitoring_rights(mongodb_session: Session, settings: Mongodb) -> None:
    """The monitoring user logs in, and may read the state of the server and the set, the oplog and the database."""
    rights = mongodb_session.rights
    wanted = [(action, database or settings.database, collection) for action, database, collection in RIGHTS]
    lacks = [action for action in CLUSTER_RIGHTS if not rights.may_cluster(action)]
    lacks += [f"{action} on {database}" for action, database, name in wanted if not rights.may(action, database, name)]
    assert not lacks, (
        f"{rights.user} has {', '.join(rights.roles) or 'no role'} and lacks {', '.join(lacks)}; "
        f"expected clusterMonitor, and read on {settings.database} and local"
    )


@vital(
    "mongodb.queued_operations", "mongodb.tickets", "mongodb.replication_lag", "mongodb.server_log",
    "app", "data", "nginx", "http", "logs",
)  # fmt: skip
def test_connections(mongodb_status: ServerStatus, limits: Limits) -> None:
    """The server has connections left."""
    now, most = mongodb_status.connections, mongodb_status.connections_most
    assert at_most(now, limits.connections_ratio * most, "connections"), (
        f"{now} of {most} connections are in use; the limit is {limits.connections_ratio:.0%}"
    )


def test_memory_resident(mongodb_status: ServerStatus, memory: Memory, limits: Limits) -> None:
    """mongod leaves a part of the host's memory to other processes."""
    assert at_most(mongodb_status.resident, limits.mongodb_memory_ratio * memory.total, "bytes"), (
        f"mongod uses {size(mongodb_status.resident)} of {size(memory.total)} of memory; "
        f"the limit is {limits.mongodb_memory_ratio:.0%}"
    )


@vital(
    "mongodb.queued_operations", "mongodb.tickets", "mongodb.replication_lag", "mongodb.server_log",
    "app", "data", "nginx", "http", "logs",
)  # fmt: skip
def test_cache_used(mongodb_status: ServerStatus, limits: Limits) -> None:
    """The cache has room left. When it is full, the application's operations wait for space."""
    assert at_most(mongodb_status.cache, limits.mongodb_cache_ratio * mongodb_status.cache_most, "bytes"), (
        f"the cache uses {size(mongodb_status.cache)} of {size(mongodb_status.cache_most)}; "
        f"the limit is {limits.mongodb_cache_ratio:.0%}"
    )


@vital("mongodb.tickets", "mongodb.replication_lag", "mongodb.server_log", "app", "data", "nginx", "http", "logs")
@symptom
def test_queued_operations(mongodb_status: ServerStatus, limits: Limits) -> None:
    """Few operations wait for a lock."""
    assert at_most(mongodb_status.queued, limits.mongodb_queue, "operations"), (
        f"{mongodb_status.queued} operations wait for a lock; the limit is {limits.mongodb_queue}"
    )


@vital("mongodb.replication_lag", "mongodb.server_log", "app", "data", "nginx", "http", "logs")
@symptom
def test_tickets(mongodb_status: ServerStatus) -> None:
    """The storage engine has tickets left for reads and for writes."""
    exhausted = [kind for kind, left in mongodb_status.tickets.items() if not at_least(left, 1, "tickets", kind)]
    assert not exhausted, (
        f"the storage engine has no ticket left for {' and '.join(exhausted)}; expected at least 1: "
        f"{dict(mongodb_status.tickets)}"
    )


@vital(
    "mongodb.queued_operations", "mongodb.tickets", "mongodb.replication_lag", "app", "data", "nginx", "http", "logs"
)
def test_long_operations(mongodb_operations: list[Operation], limits: Limits) -> None:
    """No operation of a client has been running for longer than the limit, and no idle transaction has been open so."""
    most, idle = limits.mongodb_operation_s, limits.mongodb_transaction_s
    long = [
        op for op in mongodb_operations if not at_most(op.seconds, idle if op.idle else most, "s", f"operation {op.id}")
    ]
    assert not long, (
        f"{counted(len(long), 'operation')} of clients took longer than {most:g} s, or {idle:g} s for a transaction; "
        f"expected none: {'; '.join(map(str, long[:5]))}"
    )


def test_slow_operations(
    mongodb_slow: list[SlowOperation], mongodb_log_known: str, settings: Mongodb, limits: Limits
) -> None:
    """The server's log shows few slow operations on the application's database in the last hour."""
    slow = [
        operation
        for operation in mongodb_slow
        if operation.namespace.startswith(f"{settings.database}.") and operation.milliseconds >= limits.mongodb_slow_ms
    ]
    expect.quiet(
        [operation.age for operation in slow],
        limits.mongodb_slow_operations,
        limits,
        lambda: (
            f"{mongodb_log_known} has {len(slow)} operations of {limits.mongodb_slow_ms} ms or more in the last hour; "
            f"the limit is {limits.mongodb_slow_operations}, the slowest: {max(slow, key=lambda o: o.milliseconds)}"
        ),
    )


def test_profiler_level(mongodb_profiler: Profiler, mongodb_verbosity: int, settings: Mongodb) -> None:
    """Neither profiler nor log records every operation, and every slow one is logged, by the default's threshold."""
    assert mongodb_verbosity == 0, (
        f"the log has the verbosity {mongodb_verbosity}, and with it each operation; expected logLevel 0"
    )
    assert mongodb_profiler.level != 2, (
        f"the profiler of {settings.database} records every operation (level 2); expected level 0"
    )
    assert mongodb_profiler.slow_ms == SLOW_MS, (
        f"the threshold of slow operations is {mongodb_profiler.slow_ms} ms; expected {SLOW_MS} ms"
    )
    assert mongodb_profiler.logged == 1, (
        f"only {mongodb_profiler.logged:.0%} of the slow operations are logged; expected all (sampleRate 1)"
    )


@each("indexes")
def test_index_present(mongodb_indexes: dict[str, list[Index]], item: MongoIndex) -> None:
    """The member has the index that the application's main queries need."""
    indexes = [index.keys for index in mongodb_indexes[item.collection] if index.whole]
    existing = ", ".join("+".join(keys) for keys in indexes) or "none"
    assert any(list(keys.items()) == list(item.keys.items()) for keys in indexes), (
        f"the collection {item.collection} has no index on {'+'.join(item.keys)}; its indexes: {existing}"
    )


@symptom
def test_server_log(mongodb_log: ServerLog, mongodb_log_known: str, limits: Limits) -> None:
    """mongod writes its log, which has no fatal line and few errors."""
    assert at_most(mongodb_log.age, 3600, "s", "age"), (
        f"{mongodb_log_known} was last written {mongodb_log.age / 3600:.0f} h ago; the limit is 1 h"
    )
    fatal, bad = mongodb_log.fatal, mongodb_log.bad
    # A restart does not settle the crash of a member, because its reason is still unknown.
    assert not fatal or fatal[-1].age > limits.log_quiet_s, (
        f"{mongodb_log_known} has {counted(len(fatal), 'fatal line')} of the last hour; expected none: {fatal[-1]}"
    )
    expect.quiet(
        [line.age for line in bad],
        limits.mongodb_log_errors,
        limits,
        lambda: (
            f"{mongodb_log_known} has {counted(len(bad), 'error')} in the last hour; the limit is "
            f"{limits.mongodb_log_errors}, the last: {bad[-1]}"
        ),
    )


@vital
def test_data_disk(mongodb_disk: Filesystem, settings: Mongodb, limits: Limits) -> None:
    """The filesystem that holds the data directory has room left."""
    disk = f"{mongodb_disk.mount}, with the data directory {settings.data_directory},"
    assert at_most(mongodb_disk.used_percent, limits.disk_used_percent, "%"), (
        f"{disk} is {mongodb_disk.used_percent:.0f} % full; the limit is {limits.disk_used_percent:g} %"
    )
    assert at_least(mongodb_disk.available, limits.mongodb_free_bytes, "bytes"), (
        f"{disk} has {size(mongodb_disk.available)} free; expected at least {size(limits.mongodb_free_bytes)}"
    )
