"""Redis' keys: a bounded look at any number of them, and nothing of a user in what is told."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
import redis

from checks import test_redis_keys as checks
from engine.gather.fact import FactError
from fixtures.redis.info import Growth
from fixtures.redis.keys import KEYS_LIMIT, STEPS_LIMIT, Key, Sample, kind, limited, masked, redis_keys
from fixtures.redis.settings import KeySpace
from tests.facts.test_activity import fails
from tests.ours import Limits

LIMITS = Limits()
BUSY = Growth(1.0, (1, 1), 0, 5)
QUIET = Growth(1.0, (1, 1), 0, 0)


class Server:
    """A Redis of any size: answers what is pipelined, and counts it."""

    connection_pool = SimpleNamespace(connection_kwargs={"db": 0})

    def __init__(self, keys: int = 0, prefix: str = "search:", sparse: bool = False, **answers: Any) -> None:
        self.keys, self.prefix, self.sparse, self.answers = keys, prefix, sparse, answers
        self.asked: list[str] = []

    def pipeline(self, **_: bool) -> Server:
        self.waiting: list[Any] = []
        return self

    def execute_command(self, command: str, *arguments: Any, NEVER_DECODE: bool = False) -> None:  # noqa: N803
        assert (command == "SCAN") == NEVER_DECODE
        self.asked.append(command)
        self.waiting.append(self.answers.get(command) or getattr(self, command.lower())(*arguments))

    def execute(self, **_: bool) -> list[Any]:
        return self.waiting

    def select(self, _: int) -> bool:
        return True

    def dbsize(self) -> int:
        return self.keys

    def scan(self, cursor: int, _: str, count: int) -> tuple[int, list[bytes]]:
        start, end = int(cursor), min(int(cursor) + count, self.keys)
        names = [] if self.sparse else [f"{self.prefix}{number}".encode() for number in range(start, end)]
        return (0 if end == self.keys else end, [*names, *names[:3]])

    def ttl(self, _: str) -> int:
        return 300

    def get(self, _: str) -> str:
        return "7"


def looked(server: Server, **spaces: KeySpace) -> dict[str, Sample]:
    """What the fact makes of a server, with these keyspaces."""
    target = SimpleNamespace(component=lambda _: SimpleNamespace(port=6379, keyspaces=spaces))
    found: dict[str, Sample] = redis_keys.fact.make(redis=cast("Any", server), target=target)
    return found


CACHE = KeySpace(number=2, prefixes=["search:"], expiring=["search:"], present=["search:", "nlp:"])


def test_two_million_keys() -> None:
    """No more keys are looked at than the limit, no matter how many there are, and the finding says so."""
    server = Server(2_000_000, prefix="request:")
    found = looked(server, metrics=KeySpace(number=0, prefixes=["metrics:"]), cache=CACHE)
    assert sum(len(sample.keys) for sample in found.values()) == KEYS_LIMIT
    assert server.asked.count("SCAN") <= KEYS_LIMIT / 500 + 2
    settings: Any = SimpleNamespace(keyspaces={"metrics": KeySpace(number=0, prefixes=["metrics:"]), "cache": CACHE})
    told = fails(checks.test_known_prefixes, found, settings, LIMITS)
    assert "5,000 of the 5,000 keys looked at of 2,000,000 in database 0" in told
    assert "request: 5,000" in told


def test_what_few_databases_leave_over_goes_to_the_next() -> None:
    """A small database's share of the limit is not lost."""
    small, big = KeySpace(number=0), KeySpace(number=1)

    class Two(Server):
        def select(self, number: int) -> bool:
            self.keys = 10 if number == 0 else 50_000
            return True

    found = looked(Two(), small=small, big=big)
    assert [len(found[name].keys) for name in ("small", "big")] == [10, KEYS_LIMIT - 10]
    assert [found[name].cut for name in ("small", "big")] == [False, True]


def test_a_sparse_table_ends() -> None:
    """SCAN that walks on without finding anything is given up, and what was found is called a part."""
    server = Server(2_000_000, sparse=True)
    assert looked(server, cache=CACHE)["cache"].cut
    assert server.asked.count("SCAN") == STEPS_LIMIT


def test_a_key_is_counted_once_and_a_gone_one_not_at_all() -> None:
    """SCAN may tell of a key twice; one that expired before it was asked is not there."""
    assert len(looked(Server(20), cache=CACHE)["cache"].keys) == 20
    assert looked(Server(20, TTL=-2), cache=CACHE)["cache"].keys == ()


def test_a_counter_of_another_type_is_no_number() -> None:
    """A moving window is a sorted set: GET is an error for it, and it counts as one request."""
    wrong = redis.ResponseError("WRONGTYPE Operation against a key holding the wrong kind of value")
    limiter = KeySpace(number=1, prefixes=["LIMITER/"], expiring=["LIMITER/"])
    keys = looked(Server(3, prefix="LIMITER/203.0.113.9/search/60/1/minute", GET=wrong), limiter=limiter)[
        "limiter"
    ].keys
    assert {key.count for key in keys} == {None}


def test_a_missing_right_is_named() -> None:
    """NOPERM is the right that is missing, never an empty database."""
    refused = redis.exceptions.NoPermissionError("this user has no permissions to run the 'scan' command")
    with pytest.raises(FactError, match="lacks a right") as error:
        looked(Server(3, SCAN=refused), cache=CACHE)
    assert error.value.fact == "redis_rights"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("search:doll", "search:"),
        ("LIMITS:LIMITER/203.0.113.9/search", "LIMITS:"),
        ("LIMITER/203.0.113.9", "LIMITER/"),
        ("somebody@example.org", "(no prefix)"),
        ("santa's gift", "(no prefix)"),
        ("", "(no prefix)"),
    ],
)
def test_only_a_prefix_is_told(name: str, told: str) -> None:
    """The rest of a name may be a user's."""
    assert kind(name) == told


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::7", "2001:db8:1::/48"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("user-17", "(no address)"),
    ],
)
def test_an_address_is_masked(address: str, told: str) -> None:
    """A report does not say which user it was; the host itself is no user."""
    assert masked(address) == told


def test_counters_are_read() -> None:
    """Both libraries' names, IPv6 among the addresses, an endpoint with slashes; what is no counter is left out."""
    keys = [
        Key("LIMITER/203.0.113.9/search/100/1/hour", count=4),
        Key("LIMITS:LIMITER/2001:db8::7/api/search/5000/1/day", count=9),
        Key("LIMITER/203.0.113.9/search/60/1/minute"),
        Key("LIMITER/clear"),
    ]
    found = limited(keys, ["LIMITER/", "LIMITS:LIMITER/"])
    assert [(c.address, c.count, c.amount) for c in found] == [
        ("203.0.113.9", 4, 100),
        ("2001:db8::7", 9, 5000),
        ("203.0.113.9", 1, 60),
    ]


def test_a_quiet_night_needs_no_cache_keys() -> None:
    """An empty cache is a finding while the application asks it, and none while nobody does."""
    settings: Any = SimpleNamespace(keyspaces={"cache": CACHE})
    empty = {"cache": Sample(2, 0, (), cut=False)}
    checks.test_cache_keys(empty, QUIET, settings)
    told = fails(checks.test_cache_keys, empty, BUSY, settings)
    assert told == (
        "database 2 is empty; expected keys that start with search: or nlp:, "
        "though the application asked its cache 5 times within 1.0 s"
    )
    many = {"cache": Sample(2, 2_000_000, (Key("search:1"),), cut=True)}
    checks.test_cache_keys(many, BUSY, settings)
