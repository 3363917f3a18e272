"""Service URLs against real services of a real host: TLS, sockets, hard passwords, names that only the host knows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.config.host import Host
from engine.gather.fact import FactError
from engine.gather.transport import Connection
from engine.gather.transport import connect as reach
from fixtures.postgres import client as postgres
from fixtures.postgres import url as postgres_url
from fixtures.redis import client as redis
from fixtures.redis import url as redis_url
from fixtures.redis.keys import _asked, scan
from fixtures.redis.settings import KeySpace
from lab.state import folder
from tests.conftest import ROOT

pytestmark = pytest.mark.lab
HOST, SERVICES = "santas-1", "/run/more-services"
REDIS_PASSWORD, POSTGRES_PASSWORD = "a%2Fb%2Bc%3D", "abc%23def%2F%2B%40%20x"
TRUST = f"ssl_ca_certs={SERVICES}/both.pem"
SNAKEOIL = "sslrootcert=/etc/ssl/certs/ssl-cert-snakeoil.pem"


def services(verb: str) -> None:
    """Runs tests/facts/more_services.sh on the host."""
    script = (Path(__file__).parent / "more_services.sh").read_text(encoding="utf-8")
    run = [sys.executable, "-m", "lab", "run", HOST, "--", "sh", "-s", verb]
    subprocess.run(run, cwd=ROOT, input=script, text=True, timeout=120, check=True)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A connection to the host, with more services on it than it has otherwise."""
    services("stop")
    services("start")
    made = Host(HOST, f"ssh://deploy@{HOST}", {}, {"ssh_config": str(folder() / "ssh_config")})
    connection = reach(made, tmp_path_factory.mktemp("ssh"))
    connection.open()
    yield connection
    connection.close()
    services("stop")


@pytest.mark.parametrize(
    "url",
    [
        f"redis://:{REDIS_PASSWORD}@localhost:6391/1",
        f"redis://default:{REDIS_PASSWORD}@[::1]:6391/1",
        f"redis://other.more-services:6391?db=1&password={REDIS_PASSWORD}",
        f"async+redis://:{REDIS_PASSWORD}@localhost:6391/1?protocol=3",
        f"unix://:{REDIS_PASSWORD}@{SERVICES}/redis.sock?db=1",
        f"redis+socket://:{REDIS_PASSWORD}@{SERVICES}/redis.sock?virtual_host=1",
        f"rediss://:{REDIS_PASSWORD}@cache.more-services:6390/1?{TRUST}",
        f"rediss://:{REDIS_PASSWORD}@other.more-services:6390/1?{TRUST}&ssl_check_hostname=false",
        f"rediss://:{REDIS_PASSWORD}@localhost:6390/1?ssl_cert_reqs=none",
    ],
)
def test_redis_answers(host: Connection, url: str) -> None:
    """As the application's own client would have it."""
    address = redis_url.read("REDIS_URL", url)
    client = redis.connect(host, address)
    assert client.ping()
    assert address.database == 1
    client.close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (f"rediss://:{REDIS_PASSWORD}@localhost:6391?ssl_cert_reqs=none", "port 6391 does not speak TLS"),
        (f"redis://:{REDIS_PASSWORD}@localhost:6390", "port 6390 speaks TLS only; expected rediss://"),
        (f"rediss://:{REDIS_PASSWORD}@cache.more-services:6390", "its certificate is refused: self-signed certificate"),
        (
            f"rediss://:{REDIS_PASSWORD}@other.more-services:6390?{TRUST}",
            "its certificate is refused: Hostname mismatch, certificate is not valid for 'other.more-services'",
        ),
        ("redis://:wrong@localhost:6391", "port 6391 answers, but refuses the credentials"),
        ("redis://localhost:6399", "no connection to port 6399: it was refused or closed at once"),
        ("unix:///run/no.sock", "no connection to /run/no.sock: it was refused or closed at once"),
    ],
)
def test_redis_fails(host: Connection, url: str, words: str) -> None:
    """Where the application would fail, the check does, and says at what."""
    with pytest.raises(FactError) as error:
        redis.connect(host, redis_url.read("REDIS_URL", url))
    assert words in str(error.value)
    assert error.value.fact in ("", "redis", "redis_rights")


def test_a_key_of_any_bytes_is_asked_by_its_own_name(host: Connection) -> None:
    """Decoded, the name would be another key's, which is not there: its expiry would not be known."""
    client = redis.connect(host, redis_url.read("REDIS_URL", f"redis://:{REDIS_PASSWORD}@localhost:6391/1"))
    client.set(b"search:caf\xe9", "x", ex=100)
    total, names, cut = scan(client, 1, 10)
    assert (total, names, cut) == (1, [b"search:caf\xe9"], False)
    space = KeySpace(number=1, prefixes=["search:"], expiring=["search:"])
    (key,) = _asked(client, "cache", space, names)
    assert (key.name, bool(key.ttl and key.ttl > 0)) == ("search:caf\ufffd", True)
    client.close()


@pytest.mark.parametrize(
    ("address", "tls"),
    [
        (f"postgresql://more:{POSTGRES_PASSWORD}@localhost:5432/santas_gifts", True),
        ("postgresql+psycopg2://more:abc%23def/+%40 x@localhost/santas_gifts", True),
        (f"postgresql+asyncpg://more:{POSTGRES_PASSWORD}@other.more-services/santas_gifts?ssl=require", True),
        (f"postgresql://more:{POSTGRES_PASSWORD}@localhost/santas_gifts?sslmode=disable", False),
        (f"postgresql://more:{POSTGRES_PASSWORD}@localhost/santas_gifts?sslmode=verify-ca&{SNAKEOIL}", True),
        (f"postgresql://more:{POSTGRES_PASSWORD}@localhost:5999,localhost/santas_gifts?channel_binding=require", True),
        ("host=localhost dbname=santas_gifts user=more password='abc#def/+@ x' options='-c search_path=x'", True),
    ],
)
def test_postgres_answers(host: Connection, address: str, tls: bool) -> None:
    """Each question is a read-only transaction with its timeouts; a refused one leaves the session as it was."""
    session = postgres.connect(host, postgres_url.read("DATABASE_URL", address))
    asked = (
        "SELECT current_user AS role, current_setting('transaction_read_only') AS read_only, "
        "current_setting('statement_timeout') AS longest, current_setting('lock_timeout') AS lock, "
        "(SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS tls"
    )
    expected = {"role": "more", "read_only": "on", "longest": "3s", "lock": "1s", "tls": tls}
    assert postgres.ask(session, asked, "postgres") == [expected]
    with pytest.raises(FactError, match="cannot execute CREATE TABLE in a read-only transaction"):
        postgres.ask(session, "CREATE TABLE public.never ()", "postgres")
    assert postgres.ask(session, asked, "postgres") == [expected]
    assert session.execute("SHOW default_transaction_read_only").fetchall() == [
        {"default_transaction_read_only": "off"}
    ]
    session.close()


@pytest.mark.parametrize(
    ("address", "words", "fact"),
    [
        (
            f"postgresql://more:{POSTGRES_PASSWORD}@localhost/santas_gifts?sslmode=verify-full&{SNAKEOIL}",
            'does not match host name "localhost"',
            "",
        ),
        (
            f"postgresql://more:{POSTGRES_PASSWORD}@localhost/santas_gifts?sslmode=verify-ca&sslrootcert={SERVICES}/both.pem",
            "certificate verify failed",
            "",
        ),
        (
            f"postgresql://more:{POSTGRES_PASSWORD}@localhost/santas_gifts?sslmode=require&sslrootcert={SERVICES}/both.pem",
            "certificate verify failed",
            "",
        ),
        ("postgresql://more:wrong@localhost/santas_gifts", "password authentication failed", ""),
        ("postgresql:///santas_gifts?user=more", "asks which user of the host it is", postgres_url.MISSING),
        (f"postgresql://more:{POSTGRES_PASSWORD}@localhost:5999/santas_gifts", "no connection to port 5999", ""),
    ],
)
def test_postgres_fails(host: Connection, address: str, words: str, fact: str) -> None:
    """Where the application would fail, so does this; what only the service itself could prove is blocked."""
    with pytest.raises(FactError) as error:
        postgres.connect(host, postgres_url.read("DATABASE_URL", address))
    assert words in str(error.value)
    assert error.value.fact == fact
    assert "abc#def" not in str(error.value)


def test_bytes_of_any_kind_are_text(host: Connection) -> None:
    """A database in SQL_ASCII holds bytes that are no UTF-8: they cost themselves only."""
    address = f"postgresql://more:{POSTGRES_PASSWORD}@localhost/more_ascii"
    session = postgres.connect(host, postgres_url.read("DATABASE_URL", address))
    word = r"SELECT convert_from('\x636166e9'::bytea, 'SQL_ASCII') AS word, 1 AS one"
    rows = postgres.ask(session, word, "postgres")
    assert rows == [{"word": "caf\ufffd", "one": 1}]
    words = r"SELECT ARRAY[convert_from('\xe9'::bytea, 'SQL_ASCII')] AS words"
    arrays = postgres.ask(session, words, "postgres")
    assert arrays == [{"words": ["\ufffd"]}]
    session.close()
