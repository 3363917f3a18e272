"""Redis: it answers and accepts writes, its memory is limited, and its keys are those of the application."""

import re
from collections import Counter

from packaging.version import Version

from checks import expect
from engine.judge.failure import PastFailure
from engine.judge.marks import owns, symptom, vital
from engine.judge.measure import at_least, at_most
from engine.text import counted, size, span
from fixtures.os.units import Unit
from fixtures.redis.client import Ping
from fixtures.redis.config import Config, LimiterConfig
from fixtures.redis.info import Growth, RedisInfo, WriteRules, refusals
from fixtures.redis.keys import LIMITER, Key, Sample, kind, kinds_of, limited, masked
from fixtures.redis.log import GRAVE
from fixtures.redis.settings import Limits, Redis

CACHE, SESSIONS = "cache", "sessions"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@vital
@symptom
def test_unit_running(unit: Unit) -> None:
    """Redis' unit is loaded and running."""
    expect.running(unit)


def test_unit_enabled(unit: Unit) -> None:
    """Redis' unit is started at boot."""
    expect.enabled(unit)


@vital
def test_uptime(unit: Unit, limits: Limits) -> None:
    """systemd did not restart Redis recently. A start by hand does not count."""
    up = unit.seconds_active or 0.0
    state = f"has run for {up:.0f} s since the last one" if unit.seconds_active is not None else "is not active"
    if unit.restarts and not at_least(up, limits.redis_uptime_s, "s"):
        raise PastFailure(
            f"systemd restarted {unit.name} {unit.restarts} times, and it {state}; "
            f"expected {limits.redis_uptime_s:g} s without a restart",
            up,
            repairable=False,
        )


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


@owns("redis_rights")
def test_monitoring_user(redis_rights: list[str]) -> None:
    """The monitoring user logs in and has the rights of docs/access.md."""
    assert not redis_rights, f"the monitoring user lacks {', '.join(redis_rights)}; expected the ACL of docs/access.md"


def test_version(redis_info: RedisInfo, settings: Redis) -> None:
    """Redis is not older than the minimum version."""
    assert Version(redis_info.version.partition("-")[0]) >= Version(settings.minimum_version), (
        f"Redis is version {redis_info.version}; expected {settings.minimum_version} or later"
    )


@vital
@symptom
def test_writable(redis_info: RedisInfo, redis_write_rules: WriteRules) -> None:
    """Redis' state allows writes. No write is tried."""
    reasons = refusals(redis_info, redis_write_rules)
    assert not reasons, f"Redis refuses writes: {'; '.join(reasons)}"


def test_memory_limit_set(redis_info: RedisInfo) -> None:
    """Redis has a memory limit that its host can bear, so that it does not grow until the kernel kills it."""
    most, memory = redis_info.maxmemory, redis_info.system_memory
    assert most > 0, "maxmemory is 0, which means no limit; expected a limit"
    assert not memory or at_most(most, memory, "bytes"), (
        f"maxmemory is {size(most)}, and the host has {size(memory)} of memory, so that this limits nothing"
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
    """Memory fragmentation is low. Less than 100 MiB in use is not judged."""
    little = redis_info.used_memory < 100 * 1024**2
    assert little or at_most(redis_info.fragmentation, limits.redis_fragmentation, "rss / used"), (
        f"the fragmentation ratio is {redis_info.fragmentation}; the limit is {limits.redis_fragmentation}"
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


def test_known_prefixes(redis_keys: dict[str, Sample], settings: Redis, limits: Limits) -> None:
    """The keys of each database have known prefixes. In a large database only a sample is judged."""
    excesses = []
    for name, sample in redis_keys.items():
        unknown = Counter(kind(key.name) for key in sample.keys)
        for key in sample.under(settings.keyspaces[name].prefixes):
            unknown[kind(key.name)] -= 1
        count = unknown.total()
        if not at_most(count, max(limits.unknown_keys_ratio * len(sample.keys), limits.unknown_keys), "keys", name):
            kinds = ", ".join(f"{prefix} {n:,}" for prefix, n in unknown.most_common(5) if n)
            excesses.append(f"{count:,} of {sample.looked_at} ({name}) have an unknown prefix: {kinds}")
    assert not excesses, f"{'; '.join(excesses)}; the limit is {limits.unknown_keys_ratio:.0%}"


def test_keyspaces_filled(
    redis_keys: dict[str, Sample], redis_growth: Growth, redis_info: RedisInfo, settings: Redis, limits: Limits
) -> None:
    """Each database but the cache holds the keys that system.yml calls `present`, while users are counted."""
    missing = [
        sample.without(absent)
        for name, sample in redis_keys.items()
        if name != CACHE and not sample.cut and (absent := sample.lacks(settings.keyspaces[name].present))
    ]
    counters = len(limiting(redis_keys, settings)) if LIMITER in redis_keys else None
    quiet = redis_growth.lookups == 0 or (counters is not None and counters < limits.limiter_busy)
    seen = "" if counters is None else f", though the rate limiter has {counters} counters of users"
    named = {f"db{space.number}" for space in settings.keyspaces.values()}
    others = [f"{name} with {counted(keys, 'key')}" for name, keys in redis_info.keys.items() if name not in named]
    told = f"; databases that system.yml does not name: {', '.join(others[:5])}" if others else ""
    assert quiet or not missing, f"{'; '.join(missing)}{seen}{told}"


def limiting(samples: dict[str, Sample], settings: Redis) -> list[Key]:
    """Returns the rate limiter's counters, which expire soon after the requests that they counted."""
    space = settings.keyspaces[LIMITER]
    return samples[LIMITER].under(space.expiring or space.prefixes)


def test_cache_keys(redis_keys: dict[str, Sample], redis_growth: Growth, settings: Redis) -> None:
    """The cache holds every kind of entry while it is used. A cache that was only sampled is not judged."""
    sample, space = named(redis_keys, CACHE), settings.keyspaces[CACHE]
    missing = sample.lacks(space.present)
    assert not missing or sample.cut or redis_growth.lookups == 0, f"{sample.without(missing)}{redis_growth.traffic}"


def test_cache_ttl(redis_keys: dict[str, Sample], settings: Redis, limits: Limits) -> None:
    """Every cached entry expires within the limit."""
    sample = named(redis_keys, CACHE)
    entries = sample.under(settings.keyspaces[CACHE].expiring)
    forever = [key for key in entries if key.ttl == -1]
    latest = max((key.ttl for key in entries if key.ttl is not None), default=0)
    late = [key for key in entries if key.ttl is not None and key.ttl > limits.cache_ttl_s]
    assert not forever, f"{len(forever):,} of {sample.looked_at} never expire; expected none: {kinds_of(forever)}"
    assert at_most(latest, limits.cache_ttl_s, "s"), (
        f"{len(late):,} of {sample.looked_at} expire in more than {limits.cache_ttl_s:,} s, the last in {latest:,} s"
    )


def test_limiter_keys(redis_keys: dict[str, Sample], redis_growth: Growth, settings: Redis) -> None:
    """The rate limiter counts while there is traffic, and every counter expires."""
    sample, space = named(redis_keys, LIMITER), settings.keyspaces[LIMITER]
    prefixes = space.expiring or space.prefixes
    counters = sample.under(prefixes)
    assert counters or sample.cut or redis_growth.lookups == 0, f"{sample.without(prefixes)}{redis_growth.traffic}"
    forever = [key for key in counters if key.ttl == -1]
    assert not forever, f"{len(forever):,} of {sample.looked_at} are counters that never expire: {kinds_of(forever)}"


@vital("nginx.requests_limited", "http.login_works", "http.page_served", "http.member_page_served")
def test_limiter_addresses(redis_keys: dict[str, Sample], settings: Redis, limits: Limits) -> None:
    """The rate limiter counts each client's address separately, and few clients have reached their limit.

    A limiter that counted few requests is not judged.
    """
    sample, prefixes = named(redis_keys, LIMITER), settings.keyspaces[LIMITER].prefixes
    counters = limited(sample.under(prefixes), prefixes)
    assert counters or not sample.under(prefixes), f"no name of a counter has an address: {kinds_of(sample.keys)}"
    requests: Counter[str] = Counter()
    for counter in counters:
        requests[counter.address] += counter.count
    if requests.total() < limits.limiter_requests:
        return
    address, most = requests.most_common(1)[0]
    assert at_most(most, limits.limiter_one_address_ratio * requests.total(), "requests", "one address"), (
        f"{most / requests.total():.0%} of all requests count for one address, {masked(address)}, so all users share "
        f"its rate limit ({sample.looked_at}); the limit is {limits.limiter_one_address_ratio:.0%}"
    )
    used_up = {counter.address for counter in counters if counter.count >= counter.amount}
    assert len(used_up) <= limits.limiter_exhausted_ratio * len(requests), (
        f"{len(used_up):,} of {len(requests):,} addresses have used up a rate limit and are refused "
        f"({sample.looked_at}); the limit is {limits.limiter_exhausted_ratio:.0%}"
    )


def named(samples: dict[str, Sample], name: str) -> Sample:
    """Returns the sample of the keyspace `name` of system.yml. A missing keyspace fails the check."""
    assert name in samples, f"system.yml has no keyspace '{name}'; expected its database and prefixes"
    return samples[name]


@vital
def test_persistence(redis_info: RedisInfo) -> None:
    """Redis has loaded its data and written its last snapshot and append-only file."""
    assert not redis_info.loading, "Redis is still loading its data (loading); expected it loaded"
    assert redis_info.last_save_ok, "the last snapshot failed (rdb_last_bgsave_status); expected ok"
    assert redis_info.aof_write_ok, "the append-only file cannot be written (aof_last_write_status); expected ok"
    assert redis_info.aof_rewrite_ok, (
        "the append-only file cannot be rewritten (aof_last_bgrewrite_status); expected ok"
    )


@symptom
def test_log_clean(redis_complaints: list[tuple[float, str]], redis_log_known: str, limits: Limits) -> None:
    """Redis' log has few warnings of failed saves, lack of memory or refused clients, and none of a crash or attack."""
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
def test_rejections(redis_growth: Growth) -> None:
    """Redis rejects no connection during the sample."""
    assert at_most(redis_growth.rejected, 0, "connections"), (
        f"{redis_growth.rejected} connections were rejected within {redis_growth.seconds:.1f} s; expected none"
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
    differ = [
        f"{name} is '{values[name]}', expected '{value}'"
        for name, value in settings.config.items()
        if values[name] != value
    ]
    assert not differ, "; ".join(differ)


def test_sessions_ttl(redis_keys: dict[str, Sample], settings: Redis, limits: Limits) -> None:
    """Every session expires, and not at once; the sessions' database holds sessions. Few of them are not judged."""
    sample, space = named(redis_keys, SESSIONS), settings.keyspaces[SESSIONS]
    sessions = sample.under(space.prefixes)
    assert sessions or not sample.total, f"none of {sample.looked_at} is a session ({' or '.join(space.prefixes)})"
    forever = [key for key in sessions if key.ttl == -1]
    assert not forever, f"{len(forever):,} of {sample.looked_at} are sessions that never expire; expected none"
    longest = max((key.ttl for key in sessions if key.ttl is not None), default=0)
    assert len(sessions) < limits.sessions_judged or at_least(longest, limits.session_s, "s"), (
        f"each of {len(sessions):,} sessions ends within {longest} s; expected some that last for at least "
        f"{limits.session_s:g} s"
    )


@vital("http.login_works", "http.page_served", "http.member_page_served")
def test_limiter_config(redis_limits: LimiterConfig, limits: Limits) -> None:
    """An override of the rate limit in Redis is a hash of numbers above zero, and not far from the settings' own."""
    override = redis_limits
    assert override.type in ("none", "hash"), f"{override.key} is a {override.type}; expected a hash"
    bad = [f"{key} is '{value}'" for key, value in override.fields.items() if not re.fullmatch("0*[1-9][0-9]*", value)]
    assert not bad, f"{override.key}: {', '.join(bad)}; expected a number above 0"
    most = limits.limiter_override_factor
    both = [
        (name, float(override.fields[name]), own) for name, own in override.declared.items() if name in override.fields
    ]
    far = [
        f"{name} is {now:,.0f}, and the settings say {own:,}"
        for name, now, own in both
        if not at_most(max(now / own, own / now), most, "times", name)
    ]
    assert not far, f"{override.key}: {', '.join(far)}; expected at most {most:g} times as much or as little"
