"""Redis' version, and connections that are turned away: recorded, because the lab's server is new and well."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from redis._parsers.helpers import parse_info as read_info

from checks import test_redis as checks
from fixtures.redis.info import Growth, parse_info
from tests.facts.test_activity import fails

# INFO all of a Redis 5.0.6 that was just started, cut to what is judged.
RECORDED = """\
# Server
redis_version:5.0.6
redis_mode:standalone
uptime_in_seconds:1
# Clients
connected_clients:1
blocked_clients:0
# Memory
used_memory:912608
used_memory_rss:3547136
maxmemory:0
maxmemory_policy:noeviction
mem_fragmentation_ratio:4.04
# Persistence
loading:0
rdb_last_bgsave_status:ok
aof_enabled:0
aof_last_bgrewrite_status:ok
aof_last_write_status:ok
# Stats
rejected_connections:0
evicted_keys:0
# Replication
role:master
connected_slaves:0
# Keyspace
db0:keys=7,expires=2,avg_ttl=0
"""
READ: Any = read_info
INFO = parse_info(READ(RECORDED))


def test_an_old_server_is_read() -> None:
    """What an older INFO does not have yet is not needed."""
    assert (INFO.version, INFO.role, INFO.good_replicas) == ("5.0.6", "master", None)
    assert (INFO.keys, INFO.expiring_keys) == ({"db0": 7}, 2)


@pytest.mark.recorded("redis.version")
def test_version() -> None:
    """Versions are compared as numbers, not as text."""
    settings: Any = SimpleNamespace(minimum_version="6.0")
    checks.test_version(replace(INFO, version="10.0.1"), settings)
    checks.test_version(replace(INFO, version="6.0"), settings)
    assert "Redis is version 5.0.6; expected 6.0" in fails(checks.test_version, INFO, settings)


@pytest.mark.recorded("redis.rejections")
def test_rejections() -> None:
    """A connection that was rejected while one looked is told with the time it took."""
    checks.test_rejections(Growth(1.0, (1, 1), 0, None))
    told = fails(checks.test_rejections, Growth(1.0, (1, 1), 0, None, rejected=3))
    assert told.startswith("3 connections were rejected within 1.0 s")
