"""Redis' keys: who they belong to, whether they are there and expire, and how the rate limiter counts."""

import re
from collections import Counter

from engine.judge.marks import symptom, vital
from engine.judge.measure import at_least, at_most
from engine.text import counted
from fixtures.redis.config import LimiterConfig
from fixtures.redis.info import Growth, RedisInfo
from fixtures.redis.keys import CACHE, LIMITER, SESSIONS, Key, Sample, kind, kinds_of, limited, masked
from fixtures.redis.settings import Limits, Redis


@vital("redis.known_prefixes", "redis.keyspaces_filled", "redis.limiter_keys", "redis.sessions_ttl", "redis.cache_keys")
def test_app_prefix(redis_keys: dict[str, Sample], settings: Redis, limits: Limits) -> None:
    """The application writes under the prefix of system.yml, and not under one that differs in its first part alone."""
    # A session outlives the setting under which it began.
    for name, sample in ((name, sample) for name, sample in redis_keys.items() if name != SESSIONS):
        most = max(limits.unknown_keys_ratio * len(sample.keys), limits.unknown_keys)
        for prefix in settings.keyspaces[name].prefixes:
            others = sample.renamed(prefix)
            assert at_most(others.total(), most, "keys", prefix), (
                f"{others.total():,} of {sample.looked_at} ({name}) begin with {' or '.join(others)}; expected "
                f"{prefix}: an application with another prefix does not find what was kept"
            )


@symptom("redis.app_prefix")
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


@symptom("redis.app_prefix")
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


@symptom
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


@symptom("redis.app_prefix")
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


@symptom("redis.app_prefix")
def test_sessions_ttl(
    redis_keys: dict[str, Sample], redis_session_lives: list[int], settings: Redis, limits: Limits
) -> None:
    """Every session expires, and not at once; the sessions' database holds sessions. Few of them are not judged."""
    sample, space = named(redis_keys, SESSIONS), settings.keyspaces[SESSIONS]
    sessions = sample.under(space.prefixes)
    assert sessions or not sample.total, f"none of {sample.looked_at} is a session ({' or '.join(space.prefixes)})"
    forever = [key for key in sessions if key.ttl == -1]
    assert not forever, f"{len(forever):,} of {sample.looked_at} are sessions that never expire; expected none"
    lives = redis_session_lives
    assert len(lives) < limits.sessions_judged or at_least(max(lives), limits.session_s, "s"), (
        f"none of {len(sessions):,} sessions lives for longer than {max(lives)} s; expected some that last for at "
        f"least {limits.session_s:g} s"
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
