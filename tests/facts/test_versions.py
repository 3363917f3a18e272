"""Answers of the versions that hosts have: each recorded of the program itself, or copied from its documentation."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from redis._parsers.helpers import parse_info as read_info

from checks import expect
from fixtures.logs.reading import parse_journal
from fixtures.mongodb.server import read_status
from fixtures.os.units import parse_listeners, parse_units
from fixtures.postgres.log import DIED
from fixtures.redis.info import parse_info
from fixtures.tls.certificates import parse_certificate
from tests.facts.test_postgres_log import found

READ: Any = read_info
INFO = """\
# Server
{server}
# Clients
connected_clients:1
blocked_clients:0
maxclients:10000
# Memory
used_memory:770984
maxmemory:0
maxmemory_policy:noeviction
mem_fragmentation_ratio:10.14
# Persistence
loading:0
rdb_last_bgsave_status:ok
aof_last_bgrewrite_status:ok
aof_last_write_status:ok
# Replication
role:master
# Keyspace
{keyspace}
"""


@pytest.mark.parametrize(
    "crash",
    [
        # PostgreSQL 13.23, 14.23, 15.18, 16.14, 17.10; 18.6. Each was run here, and a session of it killed.
        "LOG:  server process (PID 27693) was terminated by signal 9: Killed",
        "LOG:  client backend (PID 3950) was terminated by signal 9: Killed",
    ],
)
def test_a_crash_of_postgresql(tmp_path: Path, crash: str) -> None:
    """Versions 13 to 18 say it in two ways."""
    now = datetime.now(UTC)
    line = f"{now - timedelta(minutes=5):%Y-%m-%d %H:%M:%S.106} EST [3893] {crash}"
    assert found(tmp_path / "server.log", line, f"{now:%Y-%m-%d %H:%M:%S.106} EST [3893] LOG:  x", wanted=DIED) == [
        line
    ]


@pytest.mark.parametrize(
    ("server", "keyspace", "version"),
    [
        # Redis 7.0.15 of Debian 12 and 8.2.3, run here; Valkey as in valkey-doc, commands/info.md.
        ("redis_version:7.0.15\nredis_mode:standalone", "db0:keys=1,expires=0,avg_ttl=0", "7.0.15"),
        ("redis_version:8.2.3\nredis_mode:standalone", "db0:keys=1,expires=0,avg_ttl=0,subexpiry=0", "8.2.3"),
        ("redis_version:7.2.4\nserver_name:valkey\nvalkey_version:8.1.3\nserver_mode:standalone", "", "8.1.3"),
    ],
)
def test_info_of_redis(server: str, keyspace: str, version: str) -> None:
    """What a version adds is not needed; Valkey is known by its own version."""
    info = parse_info(READ(INFO.format(server=server, keyspace=keyspace)))
    assert (info.version, info.role, info.max_clients) == (version, "master", 10000)
    assert info.keys == ({"db0": 1} if keyspace else {})


def test_status_of_mongodb_8() -> None:
    """Tickets stand below `queues` [DataDog/integrations-core #22320, mongodb.com: 8.0 compatibility]."""
    answer = json.loads(
        '{"version": "8.0.4", "connections": {"current": 3, "available": 838857}, "mem": {"resident": 103}, '
        '"wiredTiger": {"cache": {"bytes currently in the cache": 33733, "maximum bytes configured": 268435456}}, '
        '"globalLock": {"currentQueue": {"total": 0, "readers": 0, "writers": 0}}, "queues": {"execution": '
        '{"read": {"out": 0, "available": 16, "totalTickets": 16}, "write": {"out": 0, "available": 16}}}}'
    )
    assert read_status(answer).tickets == {"read": 16, "write": 16}


@pytest.mark.parametrize(
    ("subject", "digest"),
    [
        # OpenSSL 1.1.1 (Debian 11), 3.0 (Debian 12, seen here; Ubuntu 22.04 and 24.04), 3.5 (Debian 13).
        ("CN = api.example.net", "SHA256"),
        ("CN = api.example.net", "sha256"),
        ("CN=api.example.net", "sha256"),
    ],
)
def test_certificates_of_openssl(subject: str, digest: str) -> None:
    """A digest's name was in capitals, and a name's parts have no blanks any more."""
    text = (
        f"1795669171\nsubject={subject}\nissuer=CN = R\nnotBefore=Sep 27 03:43:24 2026 GMT\n"
        f"notAfter=Dec 31 03:43:24 2027 GMT\n{digest} Fingerprint={':'.join(['5A'] * 32)}\n"
    )
    assert parse_certificate(text).subject == subject


@pytest.mark.parametrize("offset", ["+0000", "+00:00"])
def test_the_journal_of_systemd(offset: str) -> None:
    """The offset of its time is with or without a colon, by version."""
    line = f"2026-11-26T04:59:25{offset} web-1 app[1]: x"
    assert parse_journal(f"777.28\n1795669166\n==newest\n{line}\n").lines[0].age == 1.0


@pytest.mark.parametrize(("active", "sub"), [("active", "running"), ("reloading", "reload"), ("refreshing", "refresh")])
def test_a_unit_that_reads_its_settings_anew(active: str, sub: str) -> None:
    """It serves meanwhile; `refreshing` is a state of newer systemds. An escaped name is as systemd itself has it."""
    name = r"my\x2dapp@1"
    shown = f"Id={name}.service\nNames={name}.service\nLoadState=loaded\nActiveState={active}\nSubState={sub}\n"
    expect.running(parse_units(f"4683.53 1157.76\n{shown}")[name])


def test_sockets_of_ss() -> None:
    """iproute2 5.10 to 6.15: an address may have a zone, and stand in brackets; a star is any."""
    lines = (
        'LISTEN 0      511    127.0.0.1%lo:6379       0.0.0.0:*    users:(("redis-server",pid=40,fd=6))\n'
        'LISTEN 0      511            [::1]:6379          [::]:*    users:(("redis-server",pid=40,fd=7))\n'
        "LISTEN 0      4096               *:9090             *:*    \n==end\n"
    )
    assert [(each.address, each.port) for each in parse_listeners(lines)] == [
        ("127.0.0.1", 6379),
        ("::1", 6379),
        ("*", 9090),
    ]
