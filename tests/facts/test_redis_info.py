"""Redis' INFO: what stops writes, what is only asked when it matters, and what a restart says."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import redis

from checks import test_redis as checks
from checks import test_redis_keys as key_checks
from engine.gather.fact import FactError
from fixtures.os.units import Unit
from fixtures.redis.config import LimiterConfig
from fixtures.redis.info import Growth, RedisInfo, WriteRules, redis_growth, redis_write_rules
from fixtures.redis.process import Resident, parse_resident
from tests.facts.test_activity import fails
from tests.facts.test_recorded_redis import INFO
from tests.ours import Limits

LIMITS = Limits()
MIB = 1024**2
RULES = WriteRules(stop_on_save_error=True, replicas_needed=0)
TARGET: Any = SimpleNamespace(component=lambda _: SimpleNamespace(port=6379))
WELL = replace(INFO, maxmemory=1000, used_memory=10, policy="allkeys-lru")


@pytest.mark.parametrize(
    ("info", "rules", "words"),
    [
        (replace(WELL, loading=True), RULES, "still loading"),
        (replace(WELL, role="slave", replica_read_only=True, master_link="down"), RULES, "link to the master is down"),
        (replace(WELL, last_save_ok=False), RULES, "MISCONF: its last snapshot failed"),
        (replace(WELL, aof_write_ok=False), RULES, "MISCONF: it cannot write its append-only file"),
        (replace(WELL, good_replicas=1), WriteRules(True, 2), "NOREPLICAS: 1 good replicas, and it wants 2"),
        (replace(WELL, used_memory=1000, policy="noeviction"), RULES, "noeviction evicts nothing"),
        (replace(WELL, used_memory=1000, policy="volatile-lru", expiring_keys=0), RULES, "volatile-lru evicts nothing"),
    ],
)
def test_what_stops_writes(info: RedisInfo, rules: WriteRules, words: str) -> None:
    """Each trouble that makes Redis refuse writes is told by name; none is tried with a write."""
    assert words in fails(checks.test_writable, info, rules)


@pytest.mark.parametrize(
    ("info", "rules"),
    [
        (WELL, RULES),
        (replace(WELL, last_save_ok=False), WriteRules(stop_on_save_error=False, replicas_needed=0)),
        (replace(WELL, role="slave", replica_read_only=False), RULES),
        (replace(WELL, used_memory=1000), RULES),
        (replace(WELL, used_memory=1000, policy="volatile-lru", expiring_keys=5), RULES),
        (replace(WELL, used_memory=1000, maxmemory=0, policy="noeviction"), RULES),
    ],
)
def test_what_does_not_stop_writes(info: RedisInfo, rules: WriteRules) -> None:
    """A full cache that evicts, a snapshot that failed where that is accepted, a replica that may be written."""
    checks.test_writable(info, rules)


class Refusing:
    """A server that refuses CONFIG, as managed ones do."""

    def config_get(self, _: str) -> dict[str, str]:
        raise redis.ResponseError("unknown command 'CONFIG'")


def rules_of(client: Any, info: RedisInfo) -> WriteRules:
    found: WriteRules = redis_write_rules.fact.make(redis=client, redis_info=info, target=TARGET)
    return found


def test_config_is_asked_only_when_it_matters() -> None:
    """A healthy server whose CONFIG is refused is healthy; one whose snapshot failed cannot be told."""
    assert rules_of(Refusing(), WELL).replicas_needed == 0
    with pytest.raises(FactError, match=r"the last snapshot failed, .* cannot be told: CONFIG is refused") as error:
        rules_of(Refusing(), replace(WELL, last_save_ok=False))
    assert error.value.fact == ""


def test_what_config_says() -> None:
    """A failed snapshot stops writes only where it is configured so, and where there are snapshots at all."""
    said = {"stop-writes-on-bgsave-error": "yes", "save": "3600 1", "min-replicas-to-write": "2"}
    client = SimpleNamespace(config_get=lambda name: {name: said[name]})
    failed = replace(WELL, last_save_ok=False)
    assert rules_of(client, failed) == WriteRules(stop_on_save_error=True, replicas_needed=2)
    said["save"] = ""
    assert not rules_of(client, failed).stop_on_save_error


def holding(*names: str) -> Any:
    """Settings of a Redis with these keyspaces."""
    return SimpleNamespace(keyspaces=dict.fromkeys(names))


def test_a_cache_alone_may_be_full() -> None:
    """It evicts by design. Where sessions or counters share it they are lost too; nobody knows of other databases."""
    full = replace(WELL, used_memory=950, evicted=900_000, uptime=3600)
    evicting = Growth(1.0, (1, 1), 7, None)
    checks.test_memory_within_limit(full, holding("cache"), LIMITS)
    checks.test_evictions(evicting, full, holding("cache"), LIMITS)
    checks.test_memory_within_limit(full, holding(), LIMITS)
    told = fails(checks.test_memory_within_limit, full, holding("cache", "limiter", "sessions"), LIMITS)
    assert "allkeys-lru, so a full Redis drops keys of sessions and limiter too" in told
    assert "7 keys were evicted within 1.0 s" in fails(checks.test_evictions, evicting, full, holding(), LIMITS)
    refusing = replace(full, policy="noeviction")
    assert "refuses writes" in fails(checks.test_memory_within_limit, refusing, holding("cache"), LIMITS)


@pytest.mark.parametrize(
    ("evicted", "uptime", "well"),
    [(0, 0, True), (900, 60, True), (1500, 60, False), (1500, 7200, True), (200_000, 86_400, False)],
)
def test_evictions_are_counted_since_the_start(evicted: int, uptime: int, well: bool) -> None:
    """An hour's worth: the first minutes are no rate yet, and a peak of last week is none any more."""
    info, still = replace(WELL, evicted=evicted, uptime=uptime), Growth(1.0, (1, 1), 0, None)
    if well:
        checks.test_evictions(still, info, holding("cache", "limiter"), LIMITS)
    else:
        assert "an hour; the limit is 1,000" in fails(checks.test_evictions, still, info, holding("cache", "x"), LIMITS)


def test_a_limit_beyond_the_memory_limits_nothing() -> None:
    """One of nearly all the memory protects nothing either; an old server does not say how much there is."""
    info = replace(WELL, maxmemory=2 * 1024**3)
    for memory in (0, 3 * 1024**3, 4 * 1024**3):
        checks.test_memory_limit_set(replace(info, system_memory=memory), LIMITS)
    assert "90%" in fails(checks.test_memory_limit_set, replace(info, system_memory=2 * 1024**3), LIMITS)
    told = fails(checks.test_memory_limit_set, replace(info, system_memory=1024**3), LIMITS)
    assert "maxmemory is 2.0 GiB, and the host has 1.0 GiB" in told


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ""),
        ({"requests": "1200", "period_seconds": "60"}, ""),
        ({"requests": "6000"}, ""),
        ({"requests": "600", "burst": "1"}, ""),
        ({"requests": "0"}, "requests is '0'; expected a number above 0"),
        ({"requests": "²"}, "requests is '²'"),
        ({"requests": "6001"}, "requests is 6,001, and the settings say 600; expected at most 10 times"),
        ({"period_seconds": "5"}, "period_seconds is 5, and the settings say 60"),
        ({"requests": "9" * 5000}, "requests is inf, and the settings say 600"),
    ],
)
def test_an_override_is_near_the_settings(fields: dict[str, str], words: str) -> None:
    """A limit is doubled for an event; one that lets everybody or nobody in is a slip."""
    found = LimiterConfig("rate_limit_config", "hash", fields, {"requests": 600, "period_seconds": 60})
    if words:
        assert words in fails(key_checks.test_limiter_config, found, LIMITS)
    else:
        key_checks.test_limiter_config(found, LIMITS)


def unit(restarts: int, seconds: float | None) -> Unit:
    active, sub = ("active", "running") if seconds is not None else ("activating", "auto-restart")
    return Unit("redis-server.service", "loaded", active, sub, "signal", restarts, 7, "enabled", seconds)


def test_a_restart_by_hand_is_no_loop() -> None:
    """Right after a person started it all is well; after systemd had to, it must stay up for some minutes."""
    checks.test_uptime(unit(0, 1.0), LIMITS)
    checks.test_uptime(unit(3, 301.0), LIMITS)
    assert "1 times, and it has run for 20 s since the last one" in fails(checks.test_uptime, unit(1, 20.0), LIMITS)
    assert "4 times, and it is not active" in fails(checks.test_uptime, unit(4, None), LIMITS)
    assert "was restarted 4 times by systemd and is active" in fails(checks.test_uptime, unit(4, 301.0), LIMITS)
    checks.test_uptime(unit(4, 901.0), LIMITS)


def test_growth_is_told_with_its_pace() -> None:
    """Growth by leaps is a finding, with the time that is left; the noise of a small server is none."""
    info = replace(WELL, maxmemory=100 * 1024**2, used_memory=30 * 1024**2)
    checks.test_memory_growth(Growth(1.0, (2 * 1024**2, 2 * 1024**2 + 500_000), 0, 0), info, LIMITS)
    told = fails(checks.test_memory_growth, Growth(1.0, (20 * 1024**2, 30 * 1024**2), 0, 0), info, LIMITS)
    assert "20.0 MiB of data grew by 10.0 MiB within 1.0 s, and would fill maxmemory in 7 s" in told


class Crowded:
    """A server on which many clients log in between two looks: their buffers take memory, the data do not grow."""

    def __init__(self, *dataset: int) -> None:
        self.looks = 0
        self.dataset = dataset

    def info(self, section: str) -> dict[str, Any]:
        """One section; each look at the memory finds 8 MiB more in use."""
        if section != "memory":
            return {"evicted_keys": 0, "rejected_connections": 0}
        self.looks += 1
        told = {"used_memory_dataset": self.dataset[self.looks - 1]} if self.dataset else {}
        return {"used_memory": self.looks * 8 * 1024**2, **told}


@pytest.mark.parametrize(
    ("dataset", "grown"),
    [
        ((500_000, 500_000), 0),  # clients alone
        ((500_000, 9_000_000), 8_500_000),  # keys
        ((500_000, 400_000), -100_000),  # keys that expired while clients came
        ((), 8 * 1024**2),  # Redis 3: only the sum is known
    ],
)
def test_buffers_of_clients_are_no_growth(dataset: tuple[int, ...], grown: int) -> None:
    """Growth is of the data: twenty gates at once grow the buffers of their connections, and are no finding."""
    target: Any = SimpleNamespace(
        component=lambda _: SimpleNamespace(port=6379, lookups=None), limits=SimpleNamespace(sample_s=0)
    )
    seen = redis_growth.fact.make(Crowded(*dataset), target)
    assert seen.grown == grown


@pytest.mark.parametrize(
    ("used", "resident", "told"),
    [
        (2, 14, ""),
        (99, 600, ""),
        (2, 515, "513.0 MiB are held"),
        (200, 280, ""),
        (200, 310, "ratio is 1.55"),
    ],
)
def test_memory_that_a_small_server_holds(used: int, resident: int, told: str) -> None:
    """Its ratio is high by nature: it counts where much is held and not used."""
    ratio = round(resident / used, 2)
    info = replace(WELL, used_memory=used * MIB, resident=resident * MIB, fragmentation=ratio)
    if told:
        assert told in fails(checks.test_fragmentation, info, LIMITS)
    else:
        checks.test_fragmentation(info, LIMITS)


def test_little_swapped_out_is_no_news() -> None:
    """A share counts from a size on: a small server has few pages, and some of them are never used again."""
    checks.test_swapped_out(Resident(4 * MIB, 30 * MIB), LIMITS)
    checks.test_swapped_out(parse_resident("VmRSS:\t 1048576 kB\nVmSwap:\t       0 kB\n"), LIMITS)
    told = fails(checks.test_swapped_out, Resident(600 * MIB, 400 * MIB), LIMITS)
    assert told.startswith("400.0 MiB of Redis' memory is swapped out (40%); the limit is 10%")
