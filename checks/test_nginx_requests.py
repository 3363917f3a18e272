"""nginx' access log: how the requests of users ended in the last hour, route by route."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from checks import expect
from engine.gather.pattern import search
from engine.judge.marks import symptom, vital
from engine.judge.measure import at_most
from engine.text import span
from fixtures.nginx.refusals import SMALL, Refusals
from fixtures.nginx.requests import Requests, Route
from fixtures.nginx.settings import Limits, Nginx

GIVEN_UP, TOO_MANY = 499, 429
# What nobody refuses on purpose, by the directive that did.
UNMEANT = {
    "client_max_body_size": f"requests with a body of less than {SMALL} bytes",
    "worker_connections": "connections, because there was no room for more",
}
REFUSED = (401, 403)


@dataclass(frozen=True)
class Trouble:
    """Requests for one route that ended badly: how many, how long ago the last of them (seconds), and in words."""

    number: int
    age: float
    words: str


@vital("nginx", "http", "logs")
def test_lets_in(nginx_refusals: list[Refusals], nginx_requests: Requests, limits: Limits) -> None:
    """nginx itself refuses few requests: by a limit, of a body's size, for want of room, or by a rule."""
    bad = []
    for each in nginx_refusals:
        if not at_most(each.unmeant, limits.unserved_requests - 1, "requests", f"anybody's, {each.directive}"):
            told = f"{each.unmeant} {UNMEANT[each.directive]}; expected none"
        else:
            told = _refused(each, nginx_requests, limits)
        if told:
            words = f"nginx itself refused, by {each.directive}, {told}"
            bad.append(Trouble(each.requests, each.age, words))
    _quiet(bad, limits)


def _refused(refusals: Refusals, requests: Requests, limits: Limits) -> str:
    """Says how many requests of late, or of users for a route, a directive refused to many; "" where these are few."""
    ratio = limits.forbidden_ratio if refusals.directive == "deny" else limits.refused_ratio
    lately = [
        (requests.every.get(seconds), number, f"all routes together in the last {span(seconds)}")
        for seconds, number in refusals.lately.items()
    ]
    for route, most_refused, name in (*lately, *((each, refusals.others, each.name) for each in requests.routes)):
        answered = route.statuses if route else {}
        number = min(most_refused, sum(answered[status][0] for status in refusals.statuses if status in answered))
        well = route.well if route else 0
        most = max(limits.errors, ratio * (number + well)) if well else limits.unserved_requests - 1
        if not at_most(number, most, "requests", f"{name}, {refusals.directive}"):
            return (
                f"{number} requests of {refusals.clients} clients for {name}, where {well} were answered without an "
                f"error; the limits are {limits.errors}, and {ratio:.0%} of both"
            )
    return ""


@vital("http.login_works", "http.page_served", "http.member_page_served")
@symptom
def test_requests_served(nginx_requests: Requests, limits: Limits) -> None:
    """Few requests of users end with a server error, on any route or of all routes together."""
    most = (limits.errors, limits.error_ratio)
    bad, together = (
        _many(nginx_requests, routes, lambda status: status >= 500, most, limits.unserved_requests)
        for routes in (nginx_requests.routes, [_together(nginx_requests)])
    )
    _quiet(bad or together or _in_a_row(nginx_requests, limits), limits)


def _in_a_row(requests: Requests, limits: Limits) -> list[Trouble]:
    """The routes that serve nobody any more, however well they did earlier, and few others among all requests."""
    return [
        Trouble(
            route.in_a_row,
            min(age for status, (_, age) in route.statuses.items() if status >= 500),
            f"the last {route.in_a_row} requests for {route.name} all ended with a server error; expected fewer than "
            f"{limits.failed_in_a_row} in a row",
        )
        for route in requests.routes
        if not at_most(route.in_a_row, limits.failed_in_a_row - 1, "requests in a row", route.name)
    ]


@vital("http.login_works", "http.page_served", "http.member_page_served")
@symptom
def test_requests_awaited(nginx_requests: Requests, limits: Limits) -> None:
    """Few users go away before a route answers (status 499)."""
    most = (limits.errors, limits.given_up_ratio)
    unserved = limits.unserved_requests
    _quiet(_many(nginx_requests, nginx_requests.routes, lambda status: status == GIVEN_UP, most, unserved), limits)


@vital("http.login_works", "http.page_in_time", "http.member_page_in_time")
@symptom
def test_requests_in_time(nginx_requests: Requests, limits: Limits) -> None:
    """The 95th percentile of a route's answers is within the limit. A route with few requests is not judged."""
    bad_ones = sum(route.requests - route.well for route in nginx_requests.routes)
    assert nginx_requests.timed or nginx_requests.total <= bad_ones, (
        f"none of {nginx_requests.total} requests has a time; expected $request_time in the access log's log_format"
    )
    bad = []
    for route in nginx_requests.routes:
        most = limits.slow_ratio * route.timed
        if route.timed >= limits.judged_requests and not at_most(route.slow, most, "requests", route.name):
            words = (
                f"{route.slow} of {route.timed} requests for {route.name} took longer than "
                f"{limits.response_time_s:g} s {nginx_requests.account}; 95 % took at most {route.p95:g} s"
            )
            bad.append(Trouble(route.slow, route.slow_age, words))
    _quiet(bad, limits)


@vital("http.login_works", "http.page_served", "http.member_page_served")
@symptom
def test_requests_accepted(nginx_requests: Requests, limits: Limits) -> None:
    """Few requests of users are answered with 404 or another refusal, other than for want of a log-in."""

    def counts(status: int) -> bool:
        return 400 <= status < GIVEN_UP and status not in (*REFUSED, TOO_MANY)

    most = (limits.refused_requests, limits.refused_ratio)
    _quiet(_many(nginx_requests, nginx_requests.routes, counts, most), limits)


@vital("http.login_works", "http.page_served", "http.member_page_served")
@symptom("nginx.lets_in", "app", "redis", "os")
def test_requests_limited(nginx_requests: Requests, limits: Limits) -> None:
    """Few requests of users are refused by a rate limiter (status 429)."""
    most = (limits.refused_requests, limits.refused_ratio)
    _quiet(_many(nginx_requests, nginx_requests.routes, lambda status: status == TOO_MANY, most), limits)


@vital("http.login_works", "http.page_served", "http.member_page_served")
@symptom
def test_logins_accepted(nginx_requests: Requests, settings: Nginx, limits: Limits) -> None:
    """Most log-ins of users are accepted."""
    logins = [route for route in nginx_requests.routes if search(settings.logins, route.name)]
    most = (limits.refused_logins, limits.refused_ratio)
    _quiet(_many(nginx_requests, logins, lambda status: status in REFUSED, most), limits)


@vital("http.member_page_served")
@symptom
def test_requests_authorised(nginx_requests: Requests, settings: Nginx, limits: Limits) -> None:
    """Where many users are let in, few others are refused for want of a good token or a right."""
    anybodys = (settings.logins, settings.guests)
    judged = [
        route
        for route in nginx_requests.routes
        if route.well >= limits.authorised_requests and not any(search(path, route.name) for path in anybodys)
    ]
    most = (limits.unauthorised_requests, limits.unauthorised_ratio)
    _quiet(_many(nginx_requests, judged, lambda status: status in REFUSED, most), limits)


def _together(requests: Requests) -> Route:
    statuses: dict[int, tuple[int, float]] = {}
    for route in requests.routes:
        for status, (number, age) in route.statuses.items():
            before, youngest = statuses.get(status, (0, age))
            statuses[status] = (before + number, min(youngest, age))
    return Route("all routes together", requests.total, 0, 0, 0, 0, statuses)


def _many(
    requests: Requests,
    routes: list[Route],
    counts: Callable[[int], bool],
    most: tuple[int, float],
    unserved: float = math.inf,
) -> list[Trouble]:
    """Returns the routes of which many requests have a status that counts.

    `most` are a number, and a share of these and of what went well; many is more than both, because three requests are
    no judgement, and neither is one in a thousand. Of a route that served nobody, `unserved` requests are too many.
    """
    bad = []
    for route in routes:
        found = {status: each for status, each in route.statuses.items() if counts(status)}
        number = sum(count for count, _ in found.values())
        most_of_all = max(most[0], most[1] * (number + route.well)) if route.well else min(most[0], unserved - 1)
        if not at_most(number, most_of_all, "requests", route.name):
            kinds = ", ".join(f"{count} × {status}" for status, (count, _) in sorted(found.items()))
            limit = f"limits are {most[0]}, and {most[1]:.0%} of both" if route.well else f"limit is {most_of_all:g}"
            words = (
                f"{number} requests for {route.name} were answered with {kinds}, and {route.well} without an error, "
                f"{requests.account}; the {limit}"
            )
            bad.append(Trouble(number, min(age for _, age in found.values()), words))
    return bad


def _quiet(bad: list[Trouble], limits: Limits) -> None:
    """Asserts that no trouble is recent. The message is about the route that has most of it, of the recent ones."""

    def message() -> str:
        worst = max((each for each in bad if each.age <= limits.log_quiet_s), key=lambda each: each.number)
        others = f"; {len(bad) - 1} more such route{'s' if len(bad) > 2 else ''}" if len(bad) > 1 else ""
        return f"{worst.words}; the last one was {span(worst.age)} ago{others}"

    expect.quiet([each.age for each in bad], 0, limits, message)
