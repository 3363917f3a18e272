"""HTTP: what users get through the front."""

from statistics import median
from typing import Any

from fixtures.fact import FactError
from fixtures.facts.http import Response
from fixtures.marks import each, owns, symptom, vital
from fixtures.settings import Endpoint, Http, Limits


@owns("http")
@vital
@symptom
def test_answers(http_health: Response) -> None:
    """The front answers, and with something better than an error of its own."""
    assert http_health.status < 500, f"{http_health.url} answered {http_health.status}; expected no server error"


@symptom
def test_status_healthy(http_health: Response, settings: Http) -> None:
    """The health page's body says that the application and all it needs are well, whatever the HTTP status is."""
    assert http_health.status in settings.health.statuses, f"{http_health.url} answered {http_health.status}"
    try:
        body = http_health.json()
    except FactError as error:
        raise AssertionError(str(error)) from None
    value = body.get(settings.health_field)
    assert value == settings.health_value, (
        f"{settings.health_field} is {value!r}; expected {settings.health_value!r}. The page says: {body}"
    )


@symptom
def test_latency(http_latencies: list[float], limits: Limits) -> None:
    """The health page is answered fast, in the median of several requests."""
    middle = median(http_latencies)
    assert middle <= limits.response_time_s, (
        f"the median of {len(http_latencies)} requests is {middle:.2f} s; the limit is {limits.response_time_s:g} s"
    )


@owns("http_metrics", "http_metrics_page")
@symptom
def test_metrics_complete(http_metrics: dict[str, Any], settings: Http) -> None:
    """The metrics page has every part that is watched; a missing or empty one hides what it should show."""
    missing = [name for name in settings.metrics_required if http_metrics.get(name) is None]
    assert not missing, f"missing or null: {', '.join(missing)}; the page has {', '.join(http_metrics) or 'nothing'}"


@symptom
def test_cache_hit_rate(http_metrics: dict[str, Any], limits: Limits) -> None:
    """The cache earns its keep; judged once it was asked often enough."""
    cache = http_metrics.get("cache")
    assert isinstance(cache, dict), f"'cache' is {cache!r}; expected an object with hits, misses and hit_rate"
    values: list[Any] = [cache.get(name) for name in ("hits", "misses", "hit_rate")]
    numbers = [value for value in values if type(value) in (int, float)]
    assert len(numbers) == 3, f"cache is {cache}; expected numbers in hits, misses and hit_rate"
    hits, misses, rate = numbers
    assert hits + misses < limits.cache_lookups or rate >= limits.cache_hit_rate, (
        f"{rate:.0%} of {hits + misses} look-ups were hits; the least is {limits.cache_hit_rate:.0%}"
    )


@symptom
def test_error_total(http_metrics: dict[str, Any], limits: Limits) -> None:
    """The application counted few errors: all of them together, not the kinds of them."""
    errors = http_metrics.get("errors")
    assert isinstance(errors, (dict, list)), f"'errors' is {errors!r}; expected an object of counts"
    total = sum(errors.values()) if isinstance(errors, dict) else len(errors)
    assert total <= limits.errors, f"{total} errors: {errors}; the limit is {limits.errors}"


@each("protected")
def test_protected(http_protected: dict[str, dict[str, Response]], item: Endpoint) -> None:
    """A protected page refuses a request without a token, and one with a malformed token."""
    for token, response in http_protected[item.path].items():
        assert response.status in item.statuses, (
            f"GET {item.path} with token '{token}' answered {response.status}; "
            f"expected {' or '.join(map(str, item.statuses))}"
        )
