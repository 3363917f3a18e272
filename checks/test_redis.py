"""Redis: it answers and accepts writes, its memory is limited, and its keys are those of the application."""

import re

from packaging.version import Version

from checks import expect
from engine.judge.failure import PastFailure
from engine.judge.marks import owns, symptom, vital
from engine.judge.measure import at_least, at_most
from engine.text import counted, size, span
from fixtures.os.units import Listener, Unit
from fixtures.redis.client import Ping
from fixtures.redis.config import Config
from fixtures.redis.info import Growth, RedisInfo, WriteRules, refusals
from fixtures.redis.keys import CACHE, LIMITER, SESSIONS
from fixtures.redis.log import GRAVE
from fixtures.redis.process import Resident
from fixtures.redis.refused import NEVER, told
from fixtures.redis.settings import Limits, Redis

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@vital
@symptom
def test_unit_running(unit: Unit, listeners: list[Listener], settings: Redis) -> None:
    """Redis' unit is loaded and running, and listens on its port."""
    expect.running(unit)
    expect.own_port(listeners, unit, settings.port)


def test_unit_enabled(unit: Unit) -> None:
    """Redis' unit is started at boot."""
    expect.enabled(unit)


@vital
def test_uptime(unit: Unit, limits: Limits) -> None:
    """systemd did not restart Redis recently, nor again and again. A start by hand does not count."""
    up = unit.seconds_active or 0.0
    state = f"has run for {up:.0f} s since the last one" if unit.seconds_active is not None else "is not active"
    if unit.restarts and not at_least(up, limits.redis_uptime_s, "s"):
        raise PastFailure(
            f"systemd restarted {unit.name} {unit.restarts} times, and it {state}; "
            f"expected {limits.redis_uptime_s:g} s without a restart",
            up,
            repairable=False,
        )
    expect.kept_up(unit, limits)


@owns("redis")
@vital
@symptom
def test_answers_ping(redis_ping: Ping) -> None:
    """Redis answers the monitoring user's PING."""
    assert at_most(redis_ping.seconds, 1, "s"), f"PING took {redis_ping.seconds:.2f} s; the limit is 1 s"


@owns("redis_app")
@vital
@symptom
def test_app_url(redis_app: list[Ping], settings: Redis) -> None:
    """Redis answers PING with each of the application's URLs."""
    answered, urls = len(redis_app), len(settings.application)
    assert answered == urls, f"{answered} of the application's {urls} URLs got an answer to PING; expected all"


@vital
def test_app_may_write(redis_app: list[Ping]) -> None:
    """Each of the application's URLs may write its keys of that database, by Redis' ACL. Nothing is written."""
    unable = [f"the user of {each.user}: {each.unwritable}" for each in redis_app if each.unwritable]
    assert not unable, f"Redis lets the application write nothing; expected the right to write: {'; '.join(unable)}"


@owns("redis_rights")
@symptom("redis.unit_running")
def test_monitoring_user(redis_rights: list[str]) -> None:
    """The monitoring user logs in and has the rights of docs/access.md."""
    assert not redis_rights, f"the monitoring user lacks {', '.join(redis_rights)}; expected the ACL of docs/access.md"


def test_version(redis_info: RedisInfo, settings: Redis) -> None:
    """Redis is not older than the minimum version."""
    version, least = redis_info.version, settings.minimum_version
    new = Version(version.partition("-")[0]) >= Version(least)
    assert new, f"Redis is version {version}; expected {least} or later"


def test_memory_limit_set(redis_info: RedisInfo, limits: Limits) -> None:
    """Redis has a memory limit that its host can bear, so that it does not grow until the kernel kills it."""
    most, memory = redis_info.maxmemory, redis_info.system_memory
    assert most > 0, "maxmemory is 0, which means no limit; expected a limit"
    assert not memory or at_most(most, limits.redis_maxmemory_ratio * memory, "bytes"), (
        f"maxmemory is {size(most)}, and the host has {size(memory)}; the limit is {limits.redis_maxmemory_ratio:.0%}"
    )


@vital
def test_memory_within_limit(redis_info: RedisInfo, settings: Redis, limits: Limits) -> None:
    """Used memory leaves room below maxmemory, where a full Redis refuses writes or loses sessions or counters.

    A cache alone that evicts is healthy at its limit, and is not judged.
    """
    policy, lost = redis_info.policy, [name for name in (SESSIONS, LIMITER) if name in settings.keyspaces]
    most = limits.redis_memory_ratio * redis_info.maxmemory
    full = most > 0 and not at_most(redis_info.used_memory, most, "bytes")
    end = "refuses writes" if policy == "noeviction" else f"drops keys of {' and '.join(lost)} too"
    assert not (full and (policy == "noeviction" or lost)), (
        f"Redis uses {size(redis_info.used_memory)} of maxmemory {size(redis_info.maxmemory)} and its policy is "
        f"{policy}, so a full Redis {end}; the limit is {limits.redis_memory_ratio:.0%}"
    )


def test_eviction_policy(redis_info: RedisInfo, settings: Redis) -> None:
    """The eviction policy is the configured one."""
    assert redis_info.policy == settings.eviction_policy, (
        f"maxmemory-policy is {redis_info.policy}; expected {settings.eviction_policy}"
    )


def test_fragmentation(redis_info: RedisInfo, limits: Limits) -> None:
    """Memory fragmentation is low. Of a server with less than 100 MiB in use it counts where much memory is lost."""
    wasted, small = redis_info.resident - redis_info.used_memory, redis_info.used_memory < 100 * 1024**2
    little = small and at_most(wasted, limits.redis_wasted_bytes, "bytes unused")
    assert little or at_most(redis_info.fragmentation, limits.redis_fragmentation, "rss / used"), (
        f"the fragmentation ratio is {redis_info.fragmentation}; the limit is {limits.redis_fragmentation}: "
        f"{size(max(wasted, 0))} are held and not used"
    )


@vital("http.latency", "http.response_time", "logs.slow_requests")
def test_swapped_out(redis_resident: Resident, limits: Limits) -> None:
    """Redis' memory is in memory. A little that it never touches may be swapped out."""
    swapped, ratio = redis_resident.swapped, redis_resident.swapped_ratio
    little = at_most(swapped, limits.redis_swapped_bytes, "bytes")
    assert little or at_most(ratio, limits.redis_swapped_ratio, "of the process' memory"), (
        f"{size(swapped)} of Redis' memory is swapped out ({ratio:.0%}); the limit is "
        f"{limits.redis_swapped_ratio:.0%}, or {size(limits.redis_swapped_bytes)} where that is more"
    )


def test_keys_count(redis_info: RedisInfo, limits: Limits) -> None:
    """No database holds more keys than the limit."""
    many = [
        f"{name} has {keys:,} keys"
        for name, keys in redis_info.keys.items()
        if not at_most(keys, limits.redis_keys, "keys", name)
    ]
    assert not many, f"{', '.join(many)}; the limit is {limits.redis_keys:,} keys for each database"


def test_evictions(redis_growth: Growth, redis_info: RedisInfo, settings: Redis, limits: Limits) -> None:
    """No key is evicted during the sample, and few were since the server's start. A cache alone may evict."""
    if set(settings.keyspaces) == {CACHE}:
        return
    assert at_most(redis_growth.evicted, 0, "keys"), (
        f"{redis_growth.evicted} keys were evicted within {redis_growth.seconds:.1f} s; expected none: memory is full"
    )
    hourly = redis_info.evicted_hourly
    assert at_most(hourly, limits.redis_evictions_hour, "keys an hour", "since the start"), (
        f"{redis_info.evicted:,} keys were evicted since the server's start {span(redis_info.uptime)} ago, "
        f"{hourly:,.0f} an hour; the limit is {limits.redis_evictions_hour:,}: memory is full at times"
    )


def test_memory_growth(redis_growth: Growth, redis_info: RedisInfo, limits: Limits) -> None:
    """The data do not grow fast. Growth below a fixed size is ignored."""
    grown, before = redis_growth.grown, redis_growth.memory[0]
    left = redis_info.maxmemory - redis_info.used_memory
    full = (
        f", and would fill maxmemory in {left / grown * redis_growth.seconds:.0f} s" if left > 0 and grown > 0 else ""
    )
    assert at_most(grown, max(limits.redis_growth_ratio * before, limits.redis_growth_bytes), "bytes"), (
        f"{size(before)} of data grew by {size(grown)} within {redis_growth.seconds:.1f} s{full}; "
        f"the limit is {limits.redis_growth_ratio:.0%}, or {size(limits.redis_growth_bytes)} where that is more"
    )


@vital
@symptom("redis.data_writable", "os")
def test_persistence(redis_info: RedisInfo) -> None:
    """Redis has loaded its data and written its last snapshot and append-only file."""
    assert not redis_info.loading, "Redis is still loading its data (loading); expected it loaded"
    assert redis_info.last_save_ok, "the last snapshot failed (rdb_last_bgsave_status); expected ok"
    assert redis_info.aof_write_ok, "the append-only file cannot be written (aof_last_write_status); expected ok"
    assert redis_info.aof_rewrite_ok, (
        "the append-only file cannot be rewritten (aof_last_bgrewrite_status); expected ok"
    )


@vital
@symptom
def test_writable(redis_info: RedisInfo, redis_write_rules: WriteRules) -> None:
    """Redis' state allows writes. No write is tried."""
    reasons = refusals(redis_info, redis_write_rules)
    assert not reasons, f"Redis refuses writes: {'; '.join(reasons)}"


def test_snapshot_recent(redis_info: RedisInfo, redis_config: Config, limits: Limits) -> None:
    """The last snapshot is as recent as `save` wants it, and none is being written for ever."""
    info, most = redis_info, limits.redis_snapshot_late_s
    assert at_most(info.saving or 0, most, "s", "being written"), (
        f"a snapshot has been in progress for {span(info.saving or 0)}, and {counted(info.unsaved, 'change')} wait "
        f"for the next one; the limit is {span(most)}"
    )
    save = redis_config.values["save"]
    assert at_most(info.overdue(save), most, "s", "overdue"), (
        f"the last snapshot is {span(info.saved_ago)} old, and {counted(info.unsaved, 'change')} are not in it; "
        f"expected one by the rules 'save {save}', {span(most)} later at most"
    )


@symptom
def test_log_clean(redis_complaints: list[tuple[float, str]], redis_log_known: str, limits: Limits) -> None:
    """Redis' log has few warnings of failed saves, lack of memory, clients refused or dropped, a master that is lost.

    It has none of a crash or an attack.
    """
    grave = [(age, line) for age, line in redis_complaints if re.search(GRAVE, line, re.IGNORECASE)]
    expect.quiet(
        [age for age, _ in grave],
        0,
        limits,
        lambda: (
            f"{redis_log_known} has {counted(len(grave), 'line')} about a crash or an attack in the last hour; "
            f"expected none, the last: {grave[-1][1]}"
        ),
    )
    expect.quiet(
        [age for age, _ in redis_complaints],
        limits.redis_log_lines,
        limits,
        lambda: (
            f"{redis_log_known} has {len(redis_complaints)} warnings in the last hour; "
            f"the limit is {limits.redis_log_lines}, the last: {redis_complaints[-1][1]}"
        ),
    )


@vital
def test_clients(redis_info: RedisInfo, limits: Limits) -> None:
    """Redis has connections left, and few clients wait in a blocking command."""
    info = redis_info
    most = limits.redis_clients_ratio * info.max_clients
    assert not info.max_clients or at_most(info.clients, most, "clients", "connected"), (
        f"{info.clients} of {info.max_clients} clients are connected; the limit is {limits.redis_clients_ratio:.0%}"
    )
    assert at_most(info.blocked_clients, limits.redis_blocked_clients, "clients", "blocked"), (
        f"{info.blocked_clients} clients wait in a blocking command; the limit is {limits.redis_blocked_clients}"
    )


@symptom
def test_rejections(redis_growth: Growth, redis_info: RedisInfo, limits: Limits) -> None:
    """Redis rejects no connection during the sample, and rejected few since its start."""
    assert at_most(redis_growth.rejected, 0, "connections"), (
        f"{redis_growth.rejected} connections were rejected within {redis_growth.seconds:.1f} s; expected none"
    )
    hourly = redis_info.rejected_hourly
    assert at_most(hourly, limits.redis_rejections_hour, "connections an hour", "since the start"), (
        f"{redis_info.rejected:,} connections were rejected since the server's start {span(redis_info.uptime)} ago, "
        f"{hourly:,.0f} an hour; the limit is {limits.redis_rejections_hour:,}: all were in use at times"
    )


@symptom
def test_refusals(redis_growth: Growth, redis_info: RedisInfo, limits: Limits) -> None:
    """Redis refuses no log-in and no write during the sample, and refused few commands of a kind since its start.

    Who sends no password, as the suite once a run, or lacks a right, is judged by the hour alone. Before Redis 6.2 none
    are counted.
    """
    new = {kind: count for kind, count in redis_growth.refused.items() if kind in NEVER and count > 0}
    assert at_most(sum(new.values()), 0, "commands"), (
        f"commands were refused within {redis_growth.seconds:.1f} s; expected none: {told(new)}"
    )
    hourly = {kind: count / redis_info.hours for kind, count in redis_info.refused.items()}
    most = limits.redis_refusals_hour
    many = {kind: count for kind, count in hourly.items() if not at_most(count, most, "an hour, since the start", kind)}
    assert not many, (
        f"commands were refused since the server's start {span(redis_info.uptime)} ago, in an hour {told(many)}; the "
        f"limit is {most:,} of a kind"
    )


def test_effective_config(redis_config: Config, settings: Redis) -> None:
    """The running server requires a password, persists its data, and has the configured parameters."""
    values = redis_config.values
    loopback_only = all(address.lstrip("-") in LOOPBACK for address in values["bind"].split())
    assert not redis_config.open or (loopback_only and values["bind"]), (
        f"Redis needs no password and listens on {values['bind'] or 'every address'}; expected a password"
    )
    assert values["protected-mode"] == "yes" or not redis_config.open, "protected-mode is off and no password is set"
    assert values["save"] or values["appendonly"] == "yes", "snapshots and the append-only file are both off"
    differ = [f"{n} is '{values[n]}', expected '{v}'" for n, v in settings.config.items() if values[n] != v]
    assert not differ, "; ".join(differ)
