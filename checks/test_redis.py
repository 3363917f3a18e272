"""Redis: it answers, its memory is bounded, and the cache earns its keep."""

from checks import expect
from fixtures.facts.redis import Ping, RedisInfo
from fixtures.facts.units import Unit
from fixtures.marks import owns, symptom, vital
from fixtures.settings import Limits, Redis
from fixtures.text import size


@vital
def test_unit_running(unit: Unit) -> None:
    """Redis' unit is loaded and running."""
    expect.running(unit)


def test_unit_enabled(unit: Unit) -> None:
    """Redis' unit is started at boot."""
    expect.enabled(unit)


@owns("redis")
@vital
@symptom
def test_answers_ping(redis_ping: Ping) -> None:
    """PING is answered to the monitoring user."""
    assert redis_ping.seconds < 1, f"PING took {redis_ping.seconds:.2f} s; expected less than 1 s"


@owns("redis_app")
@vital
@symptom
def test_app_url(redis_app: list[Ping], settings: Redis) -> None:
    """PING is answered with each of the application's own URLs."""
    assert len(redis_app) == len(settings.application), f"{len(redis_app)} of {len(settings.application)} URLs answered"


@vital
def test_memory_limit_set(redis_info: RedisInfo) -> None:
    """Redis has a memory limit, so that it does not grow until the kernel kills it."""
    assert redis_info.maxmemory > 0, "maxmemory is 0: no limit"


@vital
def test_memory_within_limit(redis_info: RedisInfo, limits: Limits) -> None:
    """Memory in use leaves room below maxmemory; judged where a full Redis refuses writes instead of evicting."""
    full = redis_info.used_memory > limits.redis_memory_ratio * redis_info.maxmemory > 0
    assert not (full and redis_info.policy == "noeviction"), (
        f"{size(redis_info.used_memory)} of {size(redis_info.maxmemory)} is used and the policy is noeviction: "
        f"writes are refused; the limit is {limits.redis_memory_ratio:.0%}"
    )


def test_eviction_policy(redis_info: RedisInfo, settings: Redis) -> None:
    """A full Redis drops what the runbook says it should drop."""
    assert redis_info.policy == settings.eviction_policy, (
        f"maxmemory-policy is {redis_info.policy}; expected {settings.eviction_policy}"
    )


def test_fragmentation(redis_info: RedisInfo, limits: Limits) -> None:
    """Redis wastes little memory by fragmentation; judged above 100 MiB in use."""
    assert redis_info.used_memory < 100 * 1024**2 or redis_info.fragmentation <= limits.redis_fragmentation, (
        f"the fragmentation ratio is {redis_info.fragmentation}; the limit is {limits.redis_fragmentation}"
    )


def test_keys_count(redis_info: RedisInfo, limits: Limits) -> None:
    """No database holds more keys than is sane."""
    many = {name: keys for name, keys in redis_info.keys.items() if keys > limits.redis_keys}
    assert not many, f"{many}; the limit is {limits.redis_keys} keys in a database"
