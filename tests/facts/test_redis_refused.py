"""Commands that Redis refused: what nobody meets by chance counts at once, what a probe does by the hour."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from redis._parsers.helpers import parse_info as read_info

from checks import test_redis as checks
from fixtures.redis.info import Growth, parse_info, redis_growth
from fixtures.redis.refused import MEANS, NEVER
from tests.facts.test_activity import fails
from tests.facts.test_recorded_redis import INFO, RECORDED
from tests.ours import Limits

LIMITS = Limits()
STILL = Growth(1.0, (1, 1), 0, None)
READ: Any = read_info
# Of a Redis 7.0.15 that refused some.
ERRORS = "# Errorstats\nerrorstat_ERR:count=26\nerrorstat_NOAUTH:count=7\nerrorstat_WRONGPASS:count=3\n"


def test_kinds_are_read() -> None:
    """Errors of other kinds are the application's own; Redis before 6.2 tells none."""
    assert parse_info(READ(RECORDED + ERRORS)).refused == {"NOAUTH": 7, "WRONGPASS": 3}
    assert INFO.refused == {}
    checks.test_refusals(STILL, INFO, LIMITS)


@pytest.mark.parametrize("kind", NEVER)
def test_one_of_these_is_one_too_many(kind: str) -> None:
    """While one looks, neither a write nor a wrong password is refused; what it means is told."""
    told = fails(checks.test_refusals, replace(STILL, refused={kind: 1}), INFO, LIMITS)
    assert told.startswith(f"commands were refused within 1.0 s; expected none: 1 × {kind} ({MEANS[kind]})")


def test_the_suite_does_not_count_itself() -> None:
    """Twenty gates at once ask as strangers within a second, and a user that lacks a right is the monitoring's."""
    checks.test_refusals(replace(STILL, refused={"NOAUTH": 20, "NOPERM": 20, "OOM": 0}), INFO, LIMITS)


@pytest.mark.parametrize(
    ("count", "uptime", "well"), [(3600, 60, True), (3601, 60, False), (80_000, 86_400, True), (90_000, 86_400, False)]
)
def test_by_the_hour(count: int, uptime: int, well: bool) -> None:
    """A probe without a password may ask once a second; a peak of last week is none any more."""
    info = replace(INFO, refused={"NOAUTH": count}, uptime=uptime)
    if well:
        checks.test_refusals(STILL, info, LIMITS)
    else:
        assert "NOAUTH (a client sends no password); the limit is" in fails(checks.test_refusals, STILL, info, LIMITS)


def test_only_what_is_new_is_of_the_sample() -> None:
    """What was refused before is not of the sample; a kind that was met for the first time is."""
    looks = iter([{"NOAUTH": 5}, {"NOAUTH": 5, "WRONGPASS": 2}])

    class Server:
        def info(self, section: str) -> dict[str, Any]:
            """One section of INFO."""
            if section == "errorstats":
                return {f"errorstat_{kind}": {"count": count} for kind, count in next(looks).items()}
            return {"used_memory": 1, "evicted_keys": 0, "rejected_connections": 0}

    target: Any = SimpleNamespace(
        component=lambda _: SimpleNamespace(port=6379, lookups=None), limits=SimpleNamespace(sample_s=0)
    )
    assert redis_growth.fact.make(Server(), target).refused == {"NOAUTH": 0, "WRONGPASS": 2}
