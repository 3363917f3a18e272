"""Redis' INFO: what stops writes, what is only asked when it matters, and what a restart says."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import redis

from checks import test_redis as checks
from engine.gather.fact import FactError
from fixtures.os.units import Unit
from fixtures.redis.info import Growth, RedisInfo, WriteRules, redis_growth, redis_write_rules
from tests.facts.test_activity import fails
from tests.facts.test_recorded_redis import INFO
from tests.ours import Limits

LIMITS = Limits()
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


def unit(restarts: int, seconds: float | None) -> Unit:
    active, sub = ("active", "running") if seconds is not None else ("activating", "auto-restart")
    return Unit("redis-server.service", "loaded", active, sub, "signal", restarts, 7, "enabled", seconds)


def test_a_restart_by_hand_is_no_loop() -> None:
    """Right after a person started it all is well; after systemd had to, it must stay up for some minutes."""
    checks.test_uptime(unit(0, 1.0), LIMITS)
    checks.test_uptime(unit(3, 301.0), LIMITS)
    assert "1 times, and it has run for 20 s since the last one" in fails(checks.test_uptime, unit(1, 20.0), LIMITS)
    assert "4 times, and it is not active" in fails(checks.test_uptime, unit(4, None), LIMITS)


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
        if section == "stats":
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
