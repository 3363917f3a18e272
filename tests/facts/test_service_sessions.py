"""Sessions with services: what is said at their start, through which tunnel, and whose authorities are trusted."""

from __future__ import annotations

import socket
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from engine.config.settings import FromEnvFile
from engine.gather.fact import FactError
from engine.mask.secrets import Secrets
from fixtures.mongodb import url as mongodb_url
from fixtures.mongodb.client import Call
from fixtures.os.access import EnvFiles
from fixtures.postgres import url as postgres_url
from fixtures.postgres.client import _reason, connect
from fixtures.redis import url as redis_url
from fixtures.redis.client import connect as connect_redis
from fixtures.redis.client import redis_app
from tests.facts.service_ways import Ways

# No part of it may be in any text.
SECRET = "s3cr3tpart"


class Recorder(threading.Thread):
    """A server that keeps the first bytes of its first client, and answers with some of its own."""

    def __init__(self, answer: bytes) -> None:
        super().__init__(daemon=True)
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.server.getsockname()[1]
        self.answer = answer
        self.heard = b""
        self.start()

    def run(self) -> None:
        client, _ = self.server.accept()
        with client:
            self.heard = client.recv(65536)
            client.sendall(self.answer)


def test_the_startup_of_a_session_has_nothing_that_a_pooler_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """PgBouncer knows no `options`; what is set in this machine's environment is no part of the host's address."""
    for name, value in {"PGOPTIONS": "-c x=y", "PGHOST": "elsewhere", "PGSSLMODE": "verify-full"}.items():
        monkeypatch.setenv(name, value)
    recorder = Recorder(b"E\0\0\0\x1bSFATAL\0C28P01\0Mno entry\0\0")
    ways = Ways(recorder.port)
    address = postgres_url.read("KEY", "postgresql://u:p@db.internal:6432/gifts?sslmode=disable")
    with pytest.raises(FactError):
        connect(ways, address)  # type: ignore[arg-type]
    recorder.join(5)
    fields = recorder.heard[8:].split(b"\0")
    assert dict(zip(fields[::2], fields[1::2], strict=False)) == {
        b"user": b"u", b"database": b"gifts", b"client_encoding": b"UTF8", b"application_name": b"runbook-checks",
        b"": b"",
    }  # fmt: skip
    assert ways.asked == [("db.internal", 6432)]


@pytest.mark.parametrize(
    ("words", "reason", "fact"),
    [
        (
            'FATAL:  Peer authentication failed for user "u"',
            "asks which user of the host it is (peer)",
            "postgres_address",
        ),
        (
            'FATAL:  peer authentication failed for user "u"',
            "asks which user of the host it is (peer)",
            "postgres_address",
        ),
        ('FATAL:  password authentication failed for user "u"', "port 1 answers with an error: FATAL: password", ""),
        ("server closed the connection unexpectedly", "no connection to port 1: it was refused or closed at once", ""),
        ("server does not support SSL, but SSL was required", "server does not support SSL", ""),
    ],
)
def test_why_there_is_no_session(words: str, reason: str, fact: str) -> None:
    """What only a process on the host could prove is blocked; everything else is the application's trouble."""
    told, missing = _reason("port 1", f'connection to server at "127.0.0.1", port 4711 failed: {words}\n')
    assert reason in told
    assert "4711" not in told
    assert missing == fact


def test_sockets_go_through_their_own_tunnel() -> None:
    """A folder of sockets is PostgreSQL's name for a socket in it; Redis and MongoDB name the socket itself."""
    ways: Any = Ways()
    for ask in (
        lambda: connect(ways, postgres_url.read("K", "postgresql://u:p@/db?host=/run/postgresql&port=5433")),
        lambda: connect_redis(ways, redis_url.read("K", "unix:///run/redis.sock")),
        lambda: call(ways, mongodb_url.read("K", "mongodb://%2Frun%2Fm.sock/")).member(),
    ):
        with pytest.raises(FactError, match=r"\.s\.PGSQL\.5433|/run/redis\.sock|/run/m\.sock"):
            ask()
    assert ways.asked == ["/run/postgresql/.s.PGSQL.5433", "/run/redis.sock", "/run/m.sock"]


def call(ways: Any, uri: mongodb_url.Credentials) -> Call:
    """A call to the URI's only member."""
    return Call(ways, *uri.members[0], uri)


@pytest.mark.parametrize(
    ("module", "url", "way"),
    [
        (redis_url, "rediss://:p@h:6380/0?ssl_ca_certs=/etc/ssl/own.pem", "/etc/ssl/own.pem"),
        (redis_url, "rediss://:p@h:6380/0", "/etc/ssl/certs/ca-certificates.crt"),
        (postgres_url, "postgresql://u@h/db?sslmode=verify-ca&sslrootcert=/etc/own.pem", "/etc/own.pem"),
        (postgres_url, "postgresql://u@h/db?sslmode=verify-full&sslrootcert=system", "/etc/ssl/ca-bundle.pem"),
        (mongodb_url, "mongodb://h/?tls=true&tlsCAFile=/etc/own.pem", "/etc/own.pem"),
    ],
)
def test_authorities_are_the_hosts(module: Any, url: str, way: str) -> None:
    """Whom to trust is read on the host, certificates only; where nothing can be read, the check is blocked."""
    ways: Any = Ways(answer=b"noise\n-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n")
    address = module.read("KEY", url)
    ask: dict[Any, Any] = {
        postgres_url: connect,
        redis_url: connect_redis,
        mongodb_url: lambda ways, uri: Call(ways, "h", 1, uri),
    }
    with pytest.raises(FactError, match="shows no certificate to the suite's user") as error:
        ask[module](ways, address)
    assert error.value.fact == module.MISSING
    script = next(each for each in ways.asked if isinstance(each, str))
    assert way in script
    assert "sed -n '/^-----BEGIN CERTIFICATE/,/^-----END CERTIFICATE/p'" in script


@pytest.mark.parametrize(
    ("second", "words", "fact"),
    [
        ("redis://h:1", "B: no connection to port 1", ""),
        ("redis+cluster://h", "A leads over addresses that a server tells (sentinel)", redis_url.MISSING),
    ],
)
def test_a_url_that_cannot_be_asked_hides_no_other(second: str, words: str, fact: str) -> None:
    """Every URL of the application is asked: the check fails for one that is refused, and is blocked without one."""
    files = EnvFiles({"/e": {"A": "redis+sentinel://h/m", "B": second}})
    sources = [FromEnvFile(from_env_file="/e", key=key) for key in "AB"]
    target = SimpleNamespace(component=lambda _: SimpleNamespace(application=sources, keyspaces={}))
    with pytest.raises(FactError) as error:
        redis_app.fact.make(host=Ways(), env_files=files, target=target, secrets=Secrets())
    assert str(error.value).startswith(words)
    assert error.value.fact == fact
