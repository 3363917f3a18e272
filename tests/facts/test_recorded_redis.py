"""Redis' version, connections that are turned away, and snapshots, as INFO was recorded to tell of them."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from redis._parsers.helpers import parse_info as read_info

from checks import test_redis as checks
from fixtures.redis.config import Config
from fixtures.redis.info import Growth, parse_info
from tests.facts.test_activity import fails
from tests.ours import Limits

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


def test_rejections() -> None:
    """A connection that was rejected while one looked is told with the time it took."""
    checks.test_rejections(Growth(1.0, (1, 1), 0, None), INFO, Limits())
    told = fails(checks.test_rejections, Growth(1.0, (1, 1), 0, None, rejected=3), INFO, Limits())
    assert told.startswith("3 connections were rejected within 1.0 s")


@pytest.mark.parametrize(("rejected", "uptime", "well"), [(100, 60, True), (101, 60, False), (9_000, 360_000, True)])
def test_rejections_since_the_start(rejected: int, uptime: int, well: bool) -> None:
    """A burst is no rate; more than that within the first hour, or in each, is."""
    info, still = replace(INFO, rejected=rejected, uptime=uptime), Growth(1.0, (1, 1), 0, None)
    if well:
        checks.test_rejections(still, info, Limits())
    else:
        told = fails(checks.test_rejections, still, info, Limits())
        assert told.startswith("101 connections were rejected since the server's start 60 s ago, 101 an hour;")


# Of a Redis 7.0.15 whose changes of two minutes wait for the rule of an hour.
RECENT = (
    RECORDED
    + """\
server_time_usec:1795841236117341
rdb_changes_since_last_save:320
rdb_bgsave_in_progress:0
rdb_last_save_time:1795841119
rdb_current_bgsave_time_sec:-1
rejected_connections:0
"""
)


def config(save: str) -> Config:
    """A running server with these rules."""
    return Config({"save": save}, open=False)


@pytest.mark.parametrize("save", ["3600 1 300 100 60 10000", "60 320", "60 321", ""])
def test_snapshot_recent(save: str) -> None:
    """Changes wait for their rule, and for the writing of it; without a rule nobody wants a snapshot."""
    info = parse_info(READ(RECENT))
    assert (info.unsaved, round(info.saved_ago), info.saving) == (320, 117, None)
    checks.test_snapshot_recent(info, config(save), Limits())
    checks.test_snapshot_recent(INFO, config(save), Limits())


def test_snapshot_overdue() -> None:
    """What a rule wanted hours ago was not written, though nothing failed. A server that saves now is on its way."""
    info = replace(parse_info(READ(RECENT)), saved_ago=7201, unsaved=99)
    told = fails(checks.test_snapshot_recent, info, config("3600 1 300 100"), Limits())
    assert told.startswith("the last snapshot is 2 h old, and 99 changes are not in it; expected one by")
    checks.test_snapshot_recent(replace(info, saved_ago=7199), config("3600 1 300 100"), Limits())
    checks.test_snapshot_recent(replace(info, unsaved=0), config("3600 1 300 100"), Limits())
    checks.test_snapshot_recent(replace(info, saving=3000), config("3600 1 300 100"), Limits())


def test_snapshot_that_does_not_end() -> None:
    """While one is being written no other one begins, and its process may hang."""
    saving = RECENT.replace("in_progress:0", "in_progress:1").replace("sec:-1", "sec:3700")
    told = fails(checks.test_snapshot_recent, parse_info(READ(saving)), config("3600 1"), Limits())
    assert told.startswith("a snapshot has been in progress for 62 min, and 320 changes wait for the next one")
