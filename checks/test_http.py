"""HTTP: the application's pages and metrics, as its users reach them."""

from math import isnan
from statistics import median
from typing import Any

from checks import expect
from engine.judge.marks import owns, symptom, vital
from engine.judge.measure import at_least, at_most
from engine.text import one_line, span
from fixtures.external.services import Answer
from fixtures.http.again import Again
from fixtures.http.client import Response
from fixtures.http.counts import Errors, Lookups, Requests, Traffic
from fixtures.http.settings import Http, Limits


def total(counts: Any, name: str) -> float:
    """Returns the sum of an object's counts, or the length of a list. Any other value fails the check."""
    if isinstance(counts, list):
        return len(counts)
    assert isinstance(counts, dict), f"'{name}' is {one_line(repr(counts), 200)}; expected an object of counts"
    return sum(number(value, f"{name}.{kind}") for kind, value in counts.items())


def number(value: Any, name: str) -> float:
    """Returns a number of the metrics page as a float. Any other value fails the check."""
    assert not is_nan(value), f"'{name}' is NaN, which is no number; expected one"
    assert type(value) in (int, float), f"'{name}' is {one_line(repr(value), 200)}; expected a number"
    return float(value)


def is_nan(value: Any) -> bool:
    """Returns whether a value of the metrics page is NaN, as the average or the share of nothing may be."""
    return isinstance(value, float) and isnan(value)


def part(page: dict[str, Any], name: str) -> dict[str, Any]:
    """Returns an object of the metrics page. Any other value fails the check."""
    value = page.get(name)
    assert isinstance(value, dict), f"'{name}' is {one_line(repr(value), 200)}; expected an object"
    return value


@owns("http")
@vital
@symptom
def test_answers(http_health: Response, http_again: Again) -> None:
    """The web server answers without a server error, however often it is asked: one worker may be ill among others."""
    assert http_health.status < 500, (
        f"{http_health.url} answered with status {http_health.status}; expected no server error"
    )
    bad = [each.status for each in http_again.answers if each.status >= 500 and not _limited(each)]
    assert not bad, (
        f"{len(bad)} of {1 + len(http_again.answers)} requests for {http_health.url} were answered with status "
        f"{' and '.join(map(str, sorted(set(bad))))}; expected none: one worker may be ill, the others well"
    )


def _limited(answer: Response) -> bool:
    """Whether nginx itself refuses, as its limits do to whoever asks several times at once [ngx_http_limit_req]."""
    return answer.status == 503 and "<center>nginx" in answer.body


@owns("http_upstream")
@symptom
def test_status_healthy(http_health: Response, settings: Http) -> None:
    """The body of the health page reports the healthy state, whatever the HTTP status is."""
    assert http_health.status in settings.health.statuses, (
        f"{http_health.url} answered with status {http_health.status}; "
        f"expected {' or '.join(map(str, settings.health.statuses))}"
    )
    expect.healthy(http_health, settings.health_field, settings.health_value)


@symptom("http", "tls", "nginx", "app", "network", "units", "os")
def test_public_answers(http_public: Answer, limits: Limits) -> None:
    """The system answers at its public address, asked from the machine of the checks, in time and without an error."""
    told = f"{http_public.url}, asked from this machine"
    assert not http_public.failure, f"{told}: {http_public.failure}"
    assert http_public.status < 400, f"{told}, answered with status {http_public.status}; expected less than 400"
    assert at_most(http_public.seconds, limits.response_time_s, "s"), (
        f"{told}, answered after {http_public.seconds:.1f} s; the limit is {limits.response_time_s:g} s"
    )


@owns("http_latencies")
@vital("http.public_answers")
@symptom
def test_latency(http_latencies: list[float], limits: Limits) -> None:
    """The median of several requests for the health page is within the limit."""
    middle = median(http_latencies)
    assert at_most(middle, limits.response_time_s, "s"), (
        f"the median of {len(http_latencies)} requests for the health page is {middle:.2f} s; "
        f"the limit is {limits.response_time_s:g} s"
    )


@owns("http_metrics", "http_metrics_page", "http_metrics_later")
@vital
@symptom
def test_metrics_complete(http_metrics: dict[str, Any], settings: Http) -> None:
    """The metrics page has every part that system.yml requires, and none of them is empty."""
    missing = [name for name in settings.metrics_required if http_metrics.get(name) is None]
    assert not missing, (
        f"the metrics page lacks {', '.join(missing)}, or has null there; it has {', '.join(http_metrics) or 'no part'}"
    )


@symptom("http", "app", "redis")
def test_cache_hit_rate(http_metrics: dict[str, Any], limits: Limits) -> None:
    """The cache answers most look-ups. A cache with few look-ups is not judged."""
    cache = part(http_metrics, "cache")
    hits, misses = (number(cache.get(name), f"cache.{name}") for name in ("hits", "misses"))
    if is_nan(cache.get("hit_rate")) and not hits + misses:
        return
    rate = number(cache.get("hit_rate"), "cache.hit_rate")
    assert hits + misses < limits.cache_lookups or at_least(rate, limits.cache_hit_rate, "of the look-ups"), (
        f"{rate:.0%} of {hits + misses:.0f} cache look-ups were hits; expected at least {limits.cache_hit_rate:.0%}"
    )


@symptom
def test_error_total(http_metrics: dict[str, Any], limits: Limits) -> None:
    """The application counted few errors since its start."""
    errors = total(http_metrics.get("errors"), "errors")
    assert at_most(errors, limits.errors, "errors"), (
        f"{errors:.0f} errors since the application's start; the limit is {limits.errors}: {http_metrics['errors']}"
    )


@symptom
def test_response_time(http_metrics: dict[str, Any], limits: Limits) -> None:
    """The application's own average response time is within the limit. That of no request, NaN, is not judged."""
    told = part(http_metrics, "performance").get("avg_response_time")
    average = 0.0 if is_nan(told) else number(told, "performance.avg_response_time")
    assert is_nan(told) or at_most(average, limits.response_time_s, "s"), (
        f"the average response time since the application's start is {average:.2f} s; "
        f"the limit is {limits.response_time_s:g} s"
    )


@symptom("http", "app", "redis")
def test_rate_limit_hits(http_metrics: dict[str, Any], http_metrics_later: dict[str, Any], limits: Limits) -> None:
    """The rate limiter refuses few requests during the sample."""
    before, after = (total(page.get("rate_limits"), "rate_limits") for page in (http_metrics, http_metrics_later))
    assert at_most((after - before) / limits.sample_s, limits.rate_limit_hits, "requests a second"), (
        f"{after - before:.0f} requests were refused within {limits.sample_s:g} s ({after:.0f} since the application's "
        f"start); the limit is {limits.rate_limit_hits:g} a second: {http_metrics_later['rate_limits']}"
    )


@owns("http_metrics_page", "http_metrics_page_later", "http_requests", "http_traffic")
@symptom
def test_metrics_exposed(http_requests: Requests, settings: Http) -> None:
    """The metrics page counts the application's requests by status."""
    assert http_requests.total > 0, (
        f"{settings.requests_metric} is 0; expected more, because the checks themselves sent requests"
    )


@symptom
def test_error_ratio(http_traffic: Traffic, limits: Limits) -> None:
    """Few requests end with a server error during the sample. A sample with few requests is not judged."""
    failed, total = http_traffic.failed, http_traffic.total
    assert total < limits.error_requests or at_most(failed, limits.error_ratio * total, "requests"), (
        f"{failed:.0f} of {total:.0f} requests within {http_traffic.seconds:g} s were answered with status 5xx "
        f"({failed / total:.0%}); the limit is {limits.error_ratio:.0%}"
    )


@symptom
def test_errors_counted(http_errors: Errors, limits: Limits) -> None:
    """The application counted few errors an hour since its start. As few as one hour's log may have are not judged."""
    hourly, told = http_errors.hourly, sorted(http_errors.by_kind.items(), key=lambda kind: -kind[1])
    few = http_errors.total <= limits.errors
    assert few or at_most(hourly, limits.errors_hour, "errors an hour", "since the start"), (
        f"{http_errors.total:,} errors since the application's start {span(http_errors.seconds)} ago, {hourly:,.0f} an "
        f"hour; the limit is {limits.errors_hour:g}: {', '.join(f'{kind} {count:,}' for kind, count in told[:5])}"
    )


@symptom("http", "app", "redis")
def test_cache_hits(http_lookups: Lookups, limits: Limits) -> None:
    """The cache answers most of the look-ups that the application counted. Few look-ups are not judged."""
    hits, total = http_lookups.hits, http_lookups.total
    assert total < limits.cache_lookups or at_least(hits / total, limits.cache_hit_rate, "of the look-ups"), (
        f"{hits / total:.0%} of {total} cache look-ups since the application's start were hits; "
        f"expected at least {limits.cache_hit_rate:.0%}"
    )


@owns("http_routes")
@symptom
def test_routes_listed(http_routes: dict[str, dict[str, bool]], settings: Http) -> None:
    """The application lists every route that users need."""
    missing = [route for route in settings.routes if route not in http_routes]
    assert not missing, f"the application lists {len(http_routes)} routes; {', '.join(missing)} are missing"
