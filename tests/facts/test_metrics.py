"""Metrics pages that say other things than counts: every check tells so in plain words."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from checks import test_http
from engine.gather.fact import FactError
from fixtures.http.client import Response
from fixtures.http.counts import parse_errors
from tests.facts.test_activity import fails
from tests.ours import Limits

LIMITS = Limits()
WELL: dict[str, Any] = {
    "cache": {"hits": 900, "misses": 100, "hit_rate": 0.9},
    "errors": {"KeyError": 10},
    "performance": {"avg_response_time": 0.2},
    "rate_limits": {"/api/search": 3},
}


def later(page: dict[str, Any], limits: Limits) -> None:
    test_http.test_rate_limit_hits(WELL, page, limits)


CHECKS: list[Callable[[dict[str, Any], Limits], None]] = [
    test_http.test_cache_hit_rate,
    test_http.test_error_total,
    test_http.test_response_time,
    later,
]


@pytest.mark.parametrize("check", CHECKS)
def test_a_healthy_page(check: Callable[[dict[str, Any], Limits], None]) -> None:
    """Figures within the limits pass."""
    check(WELL, LIMITS)


@pytest.mark.parametrize(
    ("check", "part", "value", "words"),
    [
        (CHECKS[0], "cache", {"hits": 70, "misses": 30, "hit_rate": 0.7}, "70% of 100 cache look-ups were hits"),
        (CHECKS[0], "cache", {"hits": 70, "misses": 30}, "'cache.hit_rate' is None; expected a number"),
        (CHECKS[0], "cache", {"hits": True, "misses": 30, "hit_rate": 1}, "'cache.hits' is True; expected a number"),
        (CHECKS[0], "cache", None, "'cache' is None; expected an object"),
        (CHECKS[1], "errors", {"KeyError": 9, "ValueError": 2}, "11 errors since the application's start"),
        (CHECKS[1], "errors", ["boom"] * 11, "11 errors"),
        (CHECKS[1], "errors", {"KeyError": "11"}, "'errors.KeyError' is '11'; expected a number"),
        (CHECKS[1], "errors", 5000, "'errors' is 5000; expected an object of counts"),
        (CHECKS[1], "errors", None, "'errors' is None; expected an object of counts"),
        (CHECKS[2], "performance", {"avg_response_time": 2.5}, "2.50 s; the limit is 2 s"),
        (CHECKS[2], "performance", {"avg_response_time": None}, "'performance.avg_response_time' is None"),
        (CHECKS[2], "performance", [], "'performance' is []; expected an object"),
        (CHECKS[3], "rate_limits", {"/api/search": 14}, "11 requests were refused within 1 s (14 since"),
        (CHECKS[3], "rate_limits", "many", "'rate_limits' is 'many'; expected an object of counts"),
    ],
)
def test_a_page_that_is_not_well(
    check: Callable[[dict[str, Any], Limits], None], part: str, value: object, words: str
) -> None:
    """A figure over its limit fails, and so does what is no figure: nothing that is missing passes for zero."""
    assert words in fails(check, {**WELL, part: value}, LIMITS)


def test_a_cache_that_was_hardly_asked() -> None:
    """A rate of few look-ups says nothing."""
    test_http.test_cache_hit_rate({"cache": {"hits": 0, "misses": 99, "hit_rate": 0.0}}, LIMITS)


def test_counters_that_began_anew() -> None:
    """A restart in between is no refusal."""
    later({"rate_limits": {}}, LIMITS)


def test_the_average_of_nothing() -> None:
    """A page with NaN is read; what was not measured yet fails no limit, and a count that is NaN is no count."""
    body = '{"cache": {"hits": 0, "misses": 0, "hit_rate": NaN}, "performance": {"avg_response_time": NaN}}'
    page = Response("http://localhost/api/metrics", 200, "application/json", 0.1, body).json()
    test_http.test_cache_hit_rate(page, LIMITS)
    test_http.test_response_time(page, LIMITS)
    assert "'errors.x' is NaN" in fails(test_http.test_error_total, {"errors": {"x": float("nan")}}, LIMITS)
    lookups = {"cache": {"hits": 900, "misses": 100, "hit_rate": float("nan")}}
    assert "'cache.hit_rate' is NaN" in fails(test_http.test_cache_hit_rate, lookups, LIMITS)


@pytest.mark.parametrize(
    ("body", "up", "words"),
    [
        ('errors_total{kind="KeyError"} 10', 60.0, ""),
        ('errors_total{kind="KeyError"} 10\nerrors_total{kind="OSError"} 1', 60.0, "11 errors since"),
        ('errors_total{kind="KeyError"} 1200', 240 * 3600.0, ""),
        ('errors_total{kind="KeyError"} 2000', 240 * 3600.0, '8 an hour; the limit is 5: kind="KeyError" 2,000'),
        ("errors_total 2000\nprocess_start_time_seconds TEN_DAYS_AGO", 60.0, "8 an hour"),
        ("requests_total 3", 60.0, ""),
    ],
)
def test_errors_an_hour(body: str, up: float, words: str) -> None:
    """Errors are held against the time since the start, the page's own where it has one."""
    page = body.replace("TEN_DAYS_AGO", str(time.time() - 240 * 3600))
    errors = parse_errors(Response("http://localhost/metrics", 200, "text/plain", 0.1, page), "errors_total", up)
    if words:
        assert words in fails(test_http.test_errors_counted, errors, LIMITS)
    else:
        test_http.test_errors_counted(errors, LIMITS)


def test_errors_of_nobody_knows_when() -> None:
    """Without a time nothing can be said of an hour."""
    with pytest.raises(FactError, match="does not run"):
        parse_errors(Response("http://api/metrics", 200, "text/plain", 0.1, "errors_total 3"), "errors_total", None)


@pytest.mark.parametrize(
    "body", ['{"a": -Infinity}', '{"a": Infinity}', "[" * 100_000, "<html>", "", "[1]", "null", '"a"']
)
def test_a_page_that_is_no_json_object(body: str) -> None:
    """Numbers that pass every limit, endless nesting and all else that is no object cannot be had as metrics."""
    with pytest.raises(FactError, match="answered"):
        Response("http://localhost/api/metrics", 200, "text/html", 0.1, body).json()
