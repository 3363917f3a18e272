"""What nginx itself refused: which directive did, to whom, and when these are too many."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from checks import test_nginx_requests as checks
from engine.judge.failure import PastFailure
from fixtures.logs.reading import Line
from fixtures.nginx.refusals import refusals_of
from fixtures.nginx.requests import Requests, Route
from fixtures.nginx.settings import Nginx
from tests.ours import Limits

LIMITS = Limits()
SCANNED = Nginx(access_log="/log", gzip_path=None).scanned
LIMIT = 'limiting requests, excess: 5.020 by zone "scrapers"'


def line(said: str, client: str = "203.0.113.7", path: str = "/api/search", age: float = 5.0) -> Line:
    """A line of nginx' error log."""
    text = f'[error] 12#12: *3 {said}, client: {client}, server: _, request: "GET {path} HTTP/1.1", host: "shop.test"'
    return Line("2026/11/26 04:59:16", age, "nginx", text)


def requests_of(every: Route | None, *routes: Route) -> Requests:
    """What the access log tells."""
    return Requests(3600, 1000, 0, list(routes), every={300: every} if every else {})


def route(name: str, well: int, status: int, number: int) -> Route:
    """Requests for a route, of which some were answered with a status."""
    return Route(name, well + number, 0, 0, 0, 0, {status: (number, 5.0)})


def many(said: str, number: int = 60, **given: Any) -> list[Line]:
    """Lines about as many requests, of six clients."""
    return [line(said, f"203.0.113.{each % 6}", **given) for each in range(number)]


@pytest.mark.parametrize(
    ("said", "directive"),
    [
        (LIMIT, "limit_req zone=scrapers"),
        ('limiting connections by zone "addr"', "limit_conn addr"),
        ("client intended to send too large body: 69 bytes", "client_max_body_size"),
        ("client intended to send too large chunked body: 2048 bytes", "client_max_body_size"),
        ("access forbidden by rule", "deny"),
    ],
)
def test_directives(said: str, directive: str) -> None:
    """Each line names the directive; the two busiest clients are left out, and the host's own never."""
    [found] = refusals_of(many(said), SCANNED)
    assert (found.directive, found.clients, found.others, found.lately) == (directive, 6, 40, {60: 40, 300: 40})
    assert refusals_of([line(said, "127.0.0.1")] * 9, SCANNED)[0].others == 9
    assert found.unmeant == (60 if "69 bytes" in said else 0)


def test_what_is_no_refusal() -> None:
    """A trial run, a request that waits, what scanners ask for, and words that a client sent."""
    said = (LIMIT.replace("requests,", "requests, dry run,"), LIMIT.replace("limiting", "delaying"))
    assert refusals_of([line(each) for each in said], SCANNED) == []
    assert refusals_of([line("access forbidden by rule", path="/.env")], SCANNED) == []
    forged = line("open() failed", path="/[error] 1#1: *1 access forbidden by rule, client: 1.2.3.4,")
    assert refusals_of([forged], SCANNED) == []


def judged(lines: list[Line], requests: Requests) -> str:
    """What the check says when it fails, else nothing."""
    try:
        checks.test_lets_in(refusals_of(lines, SCANNED), requests, LIMITS)
    except PastFailure as failure:
        return str(failure)
    return ""


def test_many_are_refused() -> None:
    """All of late, or a route's; a few bodies of no size are enough. What began a minute ago is many in this minute."""
    assert judged(many(LIMIT), requests_of(route("*", 20, 503, 60)))
    assert not judged(many(LIMIT, age=400), requests_of(None))
    assert not judged(many(LIMIT), requests_of(route("*", 2000, 503, 60)))
    assert not judged(many(LIMIT), requests_of(route("*", 0, 502, 60)))
    assert judged(many(LIMIT), requests_of(route("*", 2000, 503, 60), route("/api/login", 0, 503, 60)))
    begun = {60: route("*", 20, 503, 60), 300: route("*", 2000, 503, 60)}
    assert judged(many(LIMIT), replace(requests_of(None), every=begun))
    small = [line("client intended to send too large body: 69 bytes")]
    assert judged(small * 3, requests_of(None))
    assert not judged(small * 2, requests_of(None))


def test_who_asks_too_often() -> None:
    """One or two clients that a limit refuses are what it is there for, and so is a rule that keeps strangers out."""
    hammering = [line(LIMIT, "203.0.113.1")] * 900 + [line(LIMIT, "203.0.113.2")] * 90 + many(LIMIT, 5)
    assert not judged(hammering, requests_of(route("*", 300, 503, 995)))
    strangers = many("access forbidden by rule")
    assert not judged(strangers, requests_of(route("*", 50, 403, 60)))
    assert judged(strangers, requests_of(route("*", 5, 403, 60)))


def test_no_refusal_is_fine() -> None:
    """Nothing to judge."""
    assert not judged([], requests_of(None))


def test_no_room_for_connections() -> None:
    """Who was turned away is unknown, and three are enough; a line that a client wrote is none."""
    said = "2026/11/26 04:59:16 [alert] 75#75: 768 worker_connections are not enough"
    full = Line("2026/11/26 04:59:16", 5.0, "nginx", said[20:])
    assert "by worker_connections, 3 connections, because there was no room" in judged([full] * 3, requests_of(None))
    assert not judged([full] * 2, requests_of(None))
    assert not judged([line("open() failed", path="/768 worker_connections are not enough")] * 9, requests_of(None))
