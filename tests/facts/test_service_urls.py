"""Service URLs: what their client's own parser makes of them, what is blocked, and that nothing of them is told."""

from __future__ import annotations

from typing import Any

import pytest

from engine.gather.fact import FactError
from fixtures.mongodb import url as mongodb_url
from fixtures.postgres import url as postgres_url
from fixtures.postgres.client import connect
from fixtures.redis import url as redis_url
from tests.facts.service_ways import Ways

# No part of it may be in any text.
SECRET = "s3cr3tpart"


@pytest.mark.parametrize(
    ("url", "where", "login"),
    [
        ("redis://:a%2Fb%2Bc%3D@h:6380/1", ("h", 6380, "", False), {"password": "a/b+c=", "db": 1}),
        ("redis://app:p%40x@[::1]/0", ("::1", 6379, "", False), {"username": "app", "password": "p@x", "db": 0}),
        ("rediss://:p@cache.example.org:6380/2", ("cache.example.org", 6380, "", True), {"password": "p", "db": 2}),
        ("redis://h?db=3&password=q%2F&protocol=3", ("h", 6379, "", False), {"db": 3, "password": "q/", "protocol": 3}),
        (
            "redis://u:p@h/1?decode_responses=True&socket_timeout=5&max_connections=9&client_name=x",
            ("h", 6379, "", False),
            {"username": "u", "password": "p", "db": 1},
        ),
        ("unix:///run/redis/redis-server.sock", ("localhost", 6379, "/run/redis/redis-server.sock", False), {"db": 0}),
        (
            "unix://app:p%25@/run/a%20b.sock?db=4",
            ("localhost", 6379, "/run/a b.sock", False),
            {"username": "app", "password": "p%", "db": 4},
        ),
        ("redis+unix:///run/r.sock?db=1", ("localhost", 6379, "/run/r.sock", False), {"db": 1}),
        ("redis+socket:///run/r.sock?virtual_host=5", ("localhost", 6379, "/run/r.sock", False), {"db": 5}),
        ("async+redis://:p@h:1", ("h", 1, "", False), {"password": "p", "db": 0}),
        ("async+rediss://h:1", ("h", 1, "", True), {"db": 0}),
        ("valkeys://:p@h", ("h", 6379, "", True), {"password": "p", "db": 0}),
        (" redis://h:1/7\n", ("h", 1, "", False), {"db": 7}),
        ("redis://h/cache", ("h", 6379, "", False), {"db": 0}),
    ],
)
def test_redis(url: str, where: tuple[Any, ...], login: dict[str, Any]) -> None:
    """redis-py reads it; the database is a number, options that are not of the log-in are left to the application."""
    address = redis_url.read("REDIS_URL", url)
    assert (address.host, address.port, address.socket, address.tls) == where
    assert address.login == login


@pytest.mark.parametrize(
    ("address", "hosts", "options"),
    [
        ("postgresql://u:abc#def@localhost:5432/db", [("localhost", "", 5432)], {"password": "abc#def"}),
        ("postgres://u:a%2Fb%25@[::1]/db", [("::1", "", 5432)], {"password": "a/b%"}),
        (
            "postgresql://u:p@h1,h2:5433/db?sslmode=verify-full&sslrootcert=/etc/ca.pem&target_session_attrs=read-write",
            [("h1", "", 5432), ("h2", "", 5433)],
            {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem", "target_session_attrs": "read-write"},
        ),
        ("postgresql://u@h1:1,h2:2/db?channel_binding=require", [("h1", "", 1), ("h2", "", 2)], {"user": "u"}),
        ("postgresql:///db?host=/run/postgresql&user=u", [("/run/postgresql", "", 5432)], {"dbname": "db"}),
        ("postgresql://u@%2Frun%2Fpostgresql:5433/db", [("/run/postgresql", "", 5433)], {"dbname": "db"}),
        ("user=u dbname=db", [("/var/run/postgresql", "", 5432)], {"dbname": "db"}),
        (
            r"host=h port=6432 user=u password='it\'s a \\ b' options='-c search_path=x'",
            [("h", "", 6432)],
            {"password": r"it's a \ b", "options": "-c search_path=x", "dbname": "u"},
        ),
        ("host=a,b hostaddr=192.0.2.1,192.0.2.2 port=1 user=u", [("a", "192.0.2.1", 1), ("b", "192.0.2.2", 1)], {}),
        ("hostaddr=192.0.2.1 user=u", [("", "192.0.2.1", 5432)], {}),
        ("postgresql+psycopg2://u:a/b?c#d@h/db", [("h", "", 5432)], {"password": "a/b?c#d", "dbname": "db"}),
        ("postgresql+asyncpg://u:p%2F@h/db?ssl=require&command_timeout=5", [("h", "", 5432)], {"sslmode": "require"}),
        ("postgresql://u@h/db?ssl=true&schema=public&pgbouncer=true", [("h", "", 5432)], {"sslmode": "require"}),
        ("postgresql://u@h/db?sslrootcert=system", [("h", "", 5432)], {"sslmode": "verify-full"}),
        ("postgis://u@h/db?connect_timeout=10", [("h", "", 5432)], {"connect_timeout": "10"}),
    ],
)
def test_postgres(address: str, hosts: list[tuple[str, str, int]], options: dict[str, str]) -> None:
    """libpq reads it, URL or keywords, with the schemes and options that other libraries put around it."""
    found = postgres_url.read("DATABASE_URL", address)
    assert list(found.hosts) == hosts
    assert {name: found.options.get(name) for name in options} == options


@pytest.mark.parametrize(
    ("uri", "members", "told"),
    [
        ("mongodb://u:a%2Fb@h1,h2:27018,[::1]:3/db", [("h1", 27017), ("h2", 27018), ("::1", 3)], ("a/b", False)),
        ("mongodb://u:p@%2Frun%2Fmongodb-27017.sock/db", [("/run/mongodb-27017.sock", 0)], ("p", False)),
        ("mongodb://u:p@h/?tls=true&tlsCAFile=/no/such/here.pem&readPreference=secondary", [("h", 27017)], ("p", True)),
        ("mongodb://u:p@h/?ssl=true&authMechanism=SCRAM-SHA-256&w=majority", [("h", 27017)], ("p", True)),
    ],
)
def test_mongodb(uri: str, members: list[tuple[str, int]], told: tuple[str, bool]) -> None:
    """pymongo reads it; files that it names are looked for on the host, not here."""
    found = mongodb_url.read("MONGODB_URI", uri)
    assert list(found.members) == members
    assert (found.password, found.tls) == told


def test_mongodb_asks_where_the_name_is_kept() -> None:
    """What the URI says, else its database, else the place that the way of logging in has."""
    sources = {
        "mongodb://u:p@h/db?authSource=x": "x",
        "mongodb://u:p@h/db": "db",
        "mongodb://u:p@h/": "admin",
        "mongodb://u:p@h/?authMechanism=PLAIN": "$external",
    }
    assert {uri: mongodb_url.read("U", uri).source for uri in sources} == sources


def test_mongodb_tls_is_as_strict_as_the_uri() -> None:
    """A name or a certificate may be left out only by the URI itself."""
    read = mongodb_url.read
    assert [(c.verify, c.names) for c in (read("U", f"mongodb://h/?tls=true{more}") for more in (
        "", "&tlsAllowInvalidHostnames=true", "&tlsAllowInvalidCertificates=true", "&tlsInsecure=true",
        "&tlsAllowInvalidHostnames=false",
    ))] == [(True, True), (True, False), (False, False), (False, False), (True, True)]  # fmt: skip
    with read("U", "mongodb://u:p@h/?tls=true&tlsInsecure=true").login("") as login:
        assert login["tlsAllowInvalidCertificates"] is True


BLOCKED = [
    (redis_url, "redis+sentinel://:p@h:26379/mymaster"),
    (redis_url, "redis+cluster://h:7000,h2:7000"),
    (redis_url, "async+redis+cluster://h:7000"),
    (redis_url, "rediss+srv://h"),
    (redis_url, "rediss://h?ssl_certfile=/a&ssl_keyfile=/b"),
    (redis_url, "rediss://h?ssl_validate_ocsp=True"),
    (postgres_url, "postgresql://h/db"),
    (postgres_url, "service=prod"),
    (postgres_url, "postgresql:///?service=prod"),
    (postgres_url, "postgresql://u@h/db?sslcert=/a&sslkey=/b"),
    (postgres_url, "postgresql://u@h/db?sslmode=verify-full"),
    (postgres_url, "postgresql://u@h/db?passfile=/a"),
    (postgres_url, "postgresql://u@h/db?gssencmode=require"),
    (postgres_url, "postgresql://u@h/db?krbsrvname=x"),
    (postgres_url, "postgresql://u@h/db?sslaccept=strict"),
    (mongodb_url, "mongodb+srv://u:p@cluster0.example.net/db"),
    (mongodb_url, "mongodb://u:p@h/?tlsCertificateKeyFile=/a"),
    (mongodb_url, "mongodb://u@h/?authMechanism=MONGODB-X509"),
    (mongodb_url, "mongodb://u@h/?authMechanism=GSSAPI"),
    (mongodb_url, "mongodb://u@h/?authMechanism=MONGODB-AWS"),
    (mongodb_url, "mongodb://u:p@h/?proxyHost=x"),
]


@pytest.mark.parametrize(("module", "url"), BLOCKED)
def test_what_cannot_be_asked_is_blocked(module: Any, url: str) -> None:
    """It never passes, and never reads as refused credentials: a fact beneath is missing, in one line."""
    with pytest.raises(FactError) as error:
        module.read("KEY", url)
    assert error.value.fact == module.MISSING
    assert str(error.value).startswith("KEY ")
    assert "\n" not in str(error.value)


WRONG = [
    (redis_url, f"redis://:12#{SECRET}@h:6379/0"),
    (redis_url, f"redis://:{SECRET}#x@h:6379/0"),
    (redis_url, f"redis://:12/{SECRET}@h:6379/0"),
    (redis_url, f"redis://:{SECRET}?x@h:6379/0"),
    (redis_url, f"redis://u:p@h:{SECRET}/0"),
    (redis_url, f"redis://h/0?db={SECRET}"),
    (redis_url, f"redis://[{SECRET}/0"),
    (redis_url, f"http://u:{SECRET}@h"),
    (redis_url, SECRET),
    (postgres_url, f"postgresql://u:12/{SECRET}@h:5432/db"),
    (postgres_url, f"postgresql://u:{SECRET}/x@h:5432/db"),
    (postgres_url, f"postgresql://u:12?{SECRET}@h:5432/db"),
    (postgres_url, f"postgresql://u:p@{SECRET}@h:5432/db"),
    (postgres_url, f"postgresql://u:%zz{SECRET}@h/db"),
    (postgres_url, f"postgresql://u:p@[h/{SECRET}"),
    (postgres_url, f"postgresql://u:p@h:{SECRET}/db"),
    (postgres_url, f"host=h password={SECRET} x"),
    (postgres_url, f"host=h password='{SECRET}"),
    (postgres_url, f"postgresql://u:{SECRET}@h/db?sslmode=require&sslrootcert=system"),
    (postgres_url, f"mysql://u:{SECRET}@h/db"),
    (postgres_url, SECRET),
    (mongodb_url, f"mongodb://u:p@{SECRET}@h/db"),
    (mongodb_url, f"mongodb://u:{SECRET}/x@h/db"),
    (mongodb_url, f"mongodb://u:27/{SECRET}@h/db"),
    (mongodb_url, f"mongodb://u:{SECRET}:x@h/db"),
    (mongodb_url, f"mongodb://u:%zz{SECRET}@h:x/db"),
    (mongodb_url, f"redis://u:{SECRET}@h/db"),
    (mongodb_url, SECRET),
]


@pytest.mark.parametrize(("module", "url"), WRONG)
def test_what_is_wrong_is_told_without_its_text(module: Any, url: str) -> None:
    """A parser's own words repeat its input: one line of ours names the variable and what was expected."""
    with pytest.raises(FactError) as error:
        module.read("KEY", url)
    assert str(error.value).startswith("KEY ")
    assert "expected " in str(error.value)
    assert SECRET not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__ or error.value.__context__ is None


@pytest.mark.parametrize(
    "option", ["sslmode", "channel_binding", "target_session_attrs", "keepalives", "sslnegotiation", "require_auth"]
)
def test_a_value_that_libpq_refuses_is_not_told(option: str) -> None:
    """libpq names the value of an option that it does not know when it connects."""
    address = postgres_url.read("KEY", f"postgresql://u:p@h/db?{option}={SECRET}")
    with pytest.raises(FactError) as error:
        connect(Ways(), address)  # type: ignore[arg-type] # it has what is asked of a connection
    assert SECRET not in str(error.value)
    assert str(error.value).startswith("libpq refuses an option for port 5432")


def test_what_is_shown_of_an_address_is_no_secret() -> None:
    """Neither the text nor the representation of what was read holds a password."""
    read = [
        redis_url.read("K", f"redis://:{SECRET}@h"),
        postgres_url.read("K", f"postgresql://u:{SECRET}@h/db"),
        mongodb_url.read("K", f"mongodb://u:{SECRET}@h/db"),
    ]
    assert SECRET not in f"{read} {[str(each) for each in read]}"
