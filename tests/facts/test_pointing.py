"""What a question that gets no answer points at: the fact that is really missing, so that its owner tells of it."""

from __future__ import annotations

import socket
from typing import Any, cast

import psycopg
import pytest
import redis

from engine.config.settings import FromEnvFile
from engine.gather.fact import FactError
from fixtures.http.client import Front
from fixtures.mongodb.client import plainly as mongodb_plainly
from fixtures.os.access import EnvFiles
from fixtures.postgres.client import ask
from fixtures.redis.client import plainly


class Session:
    """A PostgreSQL session whose queries end in an error."""

    closed = False

    def __init__(self, error: Exception) -> None:
        self._error = error
        self.info = self

    def parameter_status(self, _: str) -> str:
        """Says in which encoding the database is."""
        return "UTF8"

    def rollback(self) -> None:
        """Has nothing to undo."""

    def execute(self, _: Any) -> Any:
        """Ends in the error."""
        raise self._error


@pytest.mark.parametrize(
    ("error", "fact"),
    [
        (psycopg.errors.LockNotAvailable("canceling statement due to lock timeout"), "postgres_sessions"),
        (psycopg.errors.QueryCanceled("canceling statement due to statement timeout"), "postgres"),
        (psycopg.errors.AdminShutdown("terminating connection"), "postgres"),
        (psycopg.OperationalError("server closed the connection unexpectedly"), "postgres"),
        (psycopg.errors.UndefinedTable("relation does not exist"), ""),
    ],
    ids=lambda value: type(value).__name__,
)
def test_postgresql(error: Exception, fact: str) -> None:
    """A lock is the sessions' matter, silence that of the session which asked; an error in itself is nobody else's."""
    with pytest.raises(FactError) as caught:
        ask(cast("Any", Session(error)), "SELECT 1", "postgres")
    assert caught.value.fact == fact


@pytest.mark.parametrize(
    ("error", "fact"),
    [
        (redis.TimeoutError(), "redis"),
        (redis.ConnectionError("reset"), "redis"),
        (redis.BusyLoadingError(), "redis"),
        (redis.exceptions.NoPermissionError("NOPERM"), "redis_rights"),
        (redis.ResponseError("ERR"), ""),
    ],
    ids=lambda value: type(value).__name__,
)
def test_redis(error: Exception, fact: str) -> None:
    """The server that hangs, the right that is missing."""
    with pytest.raises(FactError) as caught, plainly(6379):
        raise error
    assert caught.value.fact == fact


def test_mongodb() -> None:
    """A member that answered, and then did not."""
    from pymongo.errors import AutoReconnect, NetworkTimeout

    for error in (NetworkTimeout("timed out"), AutoReconnect("closed")):
        with pytest.raises(FactError) as caught, mongodb_plainly("the user", "mongodb_session", "mongodb"):
            raise error
        assert caught.value.fact == "mongodb"


class Closed:
    """A way to a port where nobody listens."""

    def forward(self, *_: Any) -> tuple[str, int]:
        """Returns an address that was free just now."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address, port = free.getsockname()
        return str(address), int(port)


def test_the_front() -> None:
    """A front that takes no connection is missing itself, whatever page was asked for."""
    with pytest.raises(FactError) as caught:
        Front(cast("Any", Closed()), 80, fact="http").get("/api/profile", hangs="http_latencies")
    assert caught.value.fact == "http"


def test_settings_of_the_checks_own() -> None:
    """A log-in of the checks that is not there is a right that they lack, not a service that is down."""
    source = FromEnvFile(from_env_file="/etc/monitoring.env", key="URL")
    for files in (EnvFiles({}, {}), EnvFiles({"/etc/monitoring.env": {}}, {})):
        with pytest.raises(FactError) as caught:
            files.value(source, missing="redis_rights")
        assert caught.value.fact == "redis_rights"
