"""What the application's keyspaces hold: their prefixes, counters and sessions."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from checks import test_redis_keys as checks
from fixtures.redis.info import Growth
from fixtures.redis.keys import Key, Sample
from fixtures.redis.sessions import redis_session_lives
from fixtures.redis.settings import KeySpace
from tests.facts.test_activity import fails
from tests.ours import Limits

LIMITS = Limits()
BUSY = Growth(1.0, (1, 1), 0, 5)
QUIET = Growth(1.0, (1, 1), 0, 0)
CACHE = KeySpace(number=2, prefixes=["search:"], expiring=["search:"], present=["search:", "nlp:"])
SPACES = {
    "sessions": KeySpace(number=0, prefixes=["session:"], present=["session:"]),
    "limiter": KeySpace(number=1, prefixes=["limit:", "config"], expiring=["limit:"]),
    "cache": CACHE,
}
INFO: Any = SimpleNamespace(keys={"db0": 0, "db5": 20})
UNKNOWN = Growth(1.0, (1, 1), 0, None)


def kept(sessions: int, counters: int) -> dict[str, Sample]:
    """What a server holds with so many sessions and counters of users."""
    counted = (*(Key(f"limit:{n}") for n in range(counters)), Key("config"))
    return {
        "sessions": Sample(0, sessions, tuple(Key(f"session:{n}") for n in range(sessions)), cut=False),
        "limiter": Sample(1, counters + 1, counted, cut=False),
        "cache": Sample(2, 0, (), cut=False),
    }


def test_sessions_are_there_while_users_are() -> None:
    """A quiet night has no session, and users have one each; what the suite itself leaves is no crowd."""
    settings: Any = SimpleNamespace(keyspaces=SPACES)
    for sessions, counters in ((0, 0), (0, 9), (1, 500)):
        checks.test_keyspaces_filled(kept(sessions, counters), UNKNOWN, INFO, settings, LIMITS)
    told = fails(checks.test_keyspaces_filled, kept(0, 10), UNKNOWN, INFO, settings, LIMITS)
    assert told == (
        "database 0 is empty; expected keys that start with session:, "
        "though the rate limiter has 10 counters of users; "
        "databases that system.yml does not name: db5 with 20 keys"
    )
    checks.test_keyspaces_filled(kept(0, 10), QUIET, INFO, settings, LIMITS)


def test_what_always_is_there() -> None:
    """Without a limiter and a counter of look-ups nobody knows of users: what is called present has to be there."""
    settings: Any = SimpleNamespace(keyspaces={"sessions": SPACES["sessions"]})
    few = {"sessions": Sample(0, 1, (Key("other:1"),), cut=False)}
    told = fails(checks.test_keyspaces_filled, few, UNKNOWN, INFO, settings, LIMITS)
    assert told.startswith("none of the 1 keys of database 0 starts with session:; databases")
    many = {"sessions": Sample(0, 2_000_000, (Key("other:1"),), cut=True)}
    checks.test_keyspaces_filled(many, UNKNOWN, INFO, settings, LIMITS)


def test_an_application_that_writes_under_another_prefix() -> None:
    """It is another first part before the same rest; the sessions of before stay, and other names are not this."""
    space = KeySpace(number=1, prefixes=["prod:ratelimit:", "rate_limit_config", "search:"])
    settings: Any = SimpleNamespace(keyspaces={"limiter": space, "sessions": space})
    keys = (*(Key(f"staging:ratelimit:{n}") for n in range(30)), Key("prod:ratelimit:7"), Key("other:ratelimits:1"))
    found = {"limiter": Sample(1, len(keys), keys, cut=False)}
    told = fails(checks.test_app_prefix, found, settings, LIMITS)
    assert told.startswith(
        "30 of the 32 keys of database 1 (limiter) begin with staging:ratelimit:; expected prod:rate"
    )
    checks.test_app_prefix({"sessions": found["limiter"]}, settings, LIMITS)
    own = tuple(Key(f"prod:ratelimit:{n}") for n in range(30))
    checks.test_app_prefix({"limiter": Sample(1, 32, (*own, *keys[:2]), cut=False)}, settings, LIMITS)


def test_a_stray_key_is_no_growth() -> None:
    """A few keys that nobody knows are no finding, even in a database that holds hardly any."""
    settings: Any = SimpleNamespace(keyspaces={"metrics": KeySpace(number=0, prefixes=["metrics:"])})
    keys = (Key("metrics:cache"), *(Key(f"odd:{n}") for n in range(3)))
    checks.test_known_prefixes({"metrics": Sample(0, 4, keys, cut=False)}, settings, LIMITS)


def test_a_keyspace_that_nobody_named_is_no_pass() -> None:
    """A check about the limiter says so when system.yml knows none."""
    settings: Any = SimpleNamespace(keyspaces={})
    assert "has no keyspace 'limiter'" in fails(checks.test_limiter_addresses, {}, settings, LIMITS)


def test_few_requests_say_nothing_about_addresses() -> None:
    """One visitor alone is no proxy; an address with nearly all of many requests is."""
    limiter = KeySpace(number=1, prefixes=["LIMITER/"])
    settings: Any = SimpleNamespace(keyspaces={"limiter": limiter})

    def sample(count: int) -> dict[str, Sample]:
        return {"limiter": Sample(1, 1, (Key("LIMITER/127.0.0.1/search/5000/1/day", 60, count),), cut=False)}

    checks.test_limiter_addresses(sample(49), settings, LIMITS)
    told = fails(checks.test_limiter_addresses, sample(50), settings, LIMITS)
    assert "100% of all requests count for one address, 127.0.0.1" in told


def test_sessions_that_end_too_soon() -> None:
    """Where each of many sessions is about to end, somebody shortened them; one that lasts shows that nobody did."""
    settings: Any = SimpleNamespace(keyspaces={"sessions": SPACES["sessions"]})

    def lasting(*seconds: int) -> tuple[dict[str, Sample], list[int]]:
        keys = tuple(Key(f"session:{n}", ttl) for n, ttl in enumerate(seconds))
        return {"sessions": Sample(0, len(keys), keys, cut=False)}, list(seconds)

    assert fails(checks.test_sessions_ttl, *lasting(*range(50, 60)), settings, LIMITS) == (
        "none of 10 sessions lives for longer than 59 s; expected some that last for at least 300 s"
    )
    checks.test_sessions_ttl(*lasting(*range(50, 59), 3000), settings, LIMITS)
    checks.test_sessions_ttl(*lasting(*range(50, 59)), settings, LIMITS)
    assert "never expire" in fails(checks.test_sessions_ttl, *lasting(-1, 3000), settings, LIMITS)


@pytest.mark.parametrize(("idle", "lives"), [([7, 400], [57, 460]), ([None, 7], [50, 67])])
def test_sessions_after_a_quiet_hour(idle: list[int | None], lives: list[int]) -> None:
    """What is left of a session says little when nobody logged in for long: it was there before."""
    keys = (Key("session:a", 50), Key("session:b", 60))
    server = SimpleNamespace(
        connection_pool=SimpleNamespace(connection_kwargs={"db": 0}),
        pipeline=lambda **_: SimpleNamespace(
            execute_command=lambda *_, **__: None, execute=lambda **_: ["OK", *idle, "OK"]
        ),
    )
    space = SPACES["sessions"]
    target = SimpleNamespace(
        component=lambda _: SimpleNamespace(port=6379, keyspaces={"sessions": space}), limits=LIMITS
    )
    sample = {"sessions": Sample(0, 2, keys, cut=False)}
    assert redis_session_lives.fact.make(redis=server, redis_keys=sample, target=target) == lives
