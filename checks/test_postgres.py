"""PostgreSQL: it answers the application, has room for it, and nothing blocks or slows it."""

from typing import Any

from checks import expect
from fixtures.facts.postgres import Connections, Session
from fixtures.facts.units import Listener, Unit
from fixtures.marks import each, owns, symptom, vital
from fixtures.settings import Index, Limits, Postgres


@vital
def test_unit_running(unit: Unit) -> None:
    """The cluster's own unit is running; Debian's wrapper unit says nothing about it."""
    expect.running(unit)


@vital
@symptom
def test_port_open(listeners: list[Listener], settings: Postgres) -> None:
    """PostgreSQL listens on its port."""
    assert any(listener.port == settings.port for listener in listeners), f"nothing listens on port {settings.port}"


@owns("postgres")
@vital
@symptom
def test_answers(postgres_answer: int) -> None:
    """The monitoring role logs in and gets an answer to SELECT 1."""
    assert postgres_answer == 1, f"SELECT 1 gave {postgres_answer}"


@owns("postgresapp")
@vital
@symptom
def test_app_credentials(postgres_login: dict[str, str], settings: Postgres) -> None:
    """The application's own DATABASE_URL is accepted, as the role and for the database that it should be."""
    found = (postgres_login["role"], postgres_login["database"])
    assert found == (settings.role, settings.database), (
        f"it logs in as {found[0]} to {found[1]}; expected {settings.role} and {settings.database}"
    )


@owns("postgres_monitor")
def test_monitoring_role(postgres_monitor: bool) -> None:
    """The monitoring role sees other roles' sessions; without pg_monitor they would look idle."""
    assert postgres_monitor, "pg_has_role says no"


def test_slow_queries(postgres_sessions: list[Session], limits: Limits) -> None:
    """No query has been running for longer than the limit."""
    slow = [s for s in postgres_sessions if s.state == "active" and s.seconds > limits.slow_query_s]
    assert not slow, f"{len(slow)} over {limits.slow_query_s:g} s: {'; '.join(map(str, slow[:5]))}"


@vital
def test_connections(postgres_connections: Connections, limits: Limits) -> None:
    """There is headroom below max_connections."""
    most = postgres_connections.max_connections - postgres_connections.reserved
    assert postgres_connections.clients <= limits.connections_ratio * most, (
        f"{postgres_connections.clients} of {most} connections are taken; the limit is {limits.connections_ratio:.0%}"
    )


@vital
def test_lock_waits(postgres_sessions: list[Session], limits: Limits) -> None:
    """No session has been waiting for another's lock for longer than the limit."""
    waiting = [s for s in postgres_sessions if s.blocked_by and s.seconds > limits.lock_wait_s]
    assert not waiting, "; ".join(f"{s} waits for pid {', '.join(map(str, s.blocked_by))}" for s in waiting[:5])


def test_long_transactions(postgres_sessions: list[Session], limits: Limits) -> None:
    """No transaction has been open for longer than the limit, idle ones included."""
    long = [s for s in postgres_sessions if s.transaction_seconds > limits.transaction_s]
    assert not long, "; ".join(f"{s}, transaction open for {s.transaction_seconds:.0f} s" for s in long[:5])


@each("indexes")
def test_required_index(postgres_indexes: dict[str, dict[str, Any]], item: Index) -> None:
    """An index that the application relies on exists on its table, and is valid."""
    index = postgres_indexes.get(item.name)
    assert index, f"index {item.name} does not exist; expected it on table {item.table}"
    assert index["table"] == item.table, f"index {item.name} is on table {index['table']}; expected {item.table}"
    assert index["valid"], f"index {item.name} is invalid: a concurrent build failed, and queries do not use it"


@each("extensions")
def test_extension(postgres_extensions: list[str], item: str) -> None:
    """An extension that the application's indexes need is installed."""
    assert item in postgres_extensions, f"{item} is not installed; there are {', '.join(postgres_extensions)}"


@symptom
def test_server_log(postgres_errors: list[str]) -> None:
    """The server log of the last hour has no PANIC, and no FATAL other than refused log-ins and shutdowns."""
    expected = (
        "password authentication failed",
        "no pg_hba.conf entry",
        "terminating connection",
        "is starting up",
        "is shutting down",
        "Peer authentication failed",
    )
    bad = [line for line in postgres_errors if not any(words in line for words in expected)]
    assert not bad, f"{len(bad)} lines, the last: {bad[-1]}"
