"""The requests of users in nginx' access log: whose count, in which formats, and when they are too many."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from checks import test_nginx_requests as checks
from engine.gather.fact import FactError
from fixtures.http.settings import Endpoint, Http
from fixtures.nginx import requests
from fixtures.nginx.requests import Requests, Route, parse_requests
from fixtures.nginx.settings import Nginx
from tests.facts.test_activity import fails
from tests.ours import Limits

LIMITS = Limits()
BROWSER = "Mozilla/5.0 (X11; Linux x86_64)"


def combined(path: str, status: int, agent: str = BROWSER, *, ago: float = 5, zone: str = "+0000") -> str:
    """A line of the format combined."""
    when = datetime.now(UTC) + timedelta(hours=int(zone[:3]), seconds=-ago)
    return f'203.0.113.7 - anna [{when:%d/%b/%Y:%H:%M:%S} {zone}] "GET {path} HTTP/1.1" {status} 153 "-" "{agent}"\n'


def timed(behind: str) -> str:
    """A line of the format combined, and what stands behind it."""
    return combined("/api/item/17", 502).replace("\n", f"{behind}\n")


def told(path: str, agent: str = BROWSER) -> str:
    """A line of JSON, as escape=json writes it."""
    line = {"time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}+00:00", "request": f"POST {path} HTTP/1.1", "status": "502"}
    return json.dumps({**line, "request_time": "4.012", "http_user_agent": agent}) + "\n"


@pytest.fixture
def count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Returns a function that counts the requests of a log's text, as a host does."""

    def asked(text: str, before: str = "", limit: int = requests.BYTES) -> Requests:
        monkeypatch.setattr(requests, "BYTES", limit)
        path = tmp_path / "access.log"
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        Path(f"{path}.1").write_text(before)
        known = {"nginx": Nginx(access_log=str(path), gzip_path=None), "http": Http(health=Endpoint(path="/health"))}
        target = SimpleNamespace(component=known.__getitem__, components=tuple(known), limits=LIMITS)
        started = "systemctl() { echo NRestarts=1; echo InactiveExitTimestampMonotonic=1; }"
        script = f"{started}; {requests._ask(cast('Any', target))}"
        done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
        return parse_requests(done.stdout)

    return asked


# Made when they are counted: the tests of a whole run take minutes.
FORMS = {
    "combined": lambda: combined("/api/item/17?q=doll", 502),
    "in another zone": lambda: combined("/api/item/17", 502, zone="-0300"),
    "with times": lambda: timed(" 4.012 4.000"),
    "with names": lambda: timed(' rt=4.012 uct="0.001" urt="4.000"'),
    "with an address": lambda: timed(' "198.51.100.7, 10.0.0.1" 4.012'),
    "common": lambda: combined("/api/item/17", 502).partition(' "-"')[0] + "\n",
    "json": lambda: told("/api/item/17?q=doll"),
    "json with a quote": lambda: told("/api/item/17", 'a "status": "200" b'),
}


@pytest.mark.parametrize("form", FORMS)
def test_formats(form: str, count: Any) -> None:
    """Each usual format is counted, with its times where it has some; ids and queries stay on the host."""
    line = FORMS[form]()
    (route,) = count(line * 3 + line.replace("502", "200") * 3).routes
    number = 0 if form in {"combined", "in another zone", "common"} else 3
    assert (route.name, route.requests, route.timed, route.slow) == ("/api/item/{id}", 6, number, number)
    assert route.statuses[502][0] == 3
    assert route.statuses[502][1] < 60
    assert route.p95 == (4.1 if number else 0)


def test_who_is_no_user(count: Any) -> None:
    """The suite, monitoring, probes without a name, pages for them, what scanners ask for, and what is no request."""
    lines = [
        combined("/api/login", 502, "runbook-checks"),
        combined("/api/login", 502, "kube-probe/1.29"),
        combined("/api/login", 502, "-"),
        combined("/health?full=1", 502, "curl/7.88.1"),
        combined("/wp-login.php", 404),
        combined("/.env", 404),
        combined("/api/login", 502).replace("GET /api/login HTTP/1.1", "\\x16\\x03\\x01"),
    ]
    assert (count("".join(lines)).total, count("".join(lines)).routes) == (0, [])
    assert count(combined("/index.php", 500)).routes[0].name == "/*.php"


def test_routes(count: Any) -> None:
    """What may name somebody is taken out, and whoever asks for anything does not make the answer any longer."""
    paths = {
        "/users/anna@example.org/cart": "/users/{id}/cart",
        "/f/0b2c9d1e-aaaa-bbbb-cccc-0123456789ab": "/f/{id}",
        "/static/app.1f3a9c.js": "/static/*.js",
        "/reset/abcdefghijklmnopqrstuvwxyz": "/reset/{id}",
        "/v1/oauth2/token": "/v1/oauth2/token",
        "/a/b/c/d/e/f/g": "/a/b/c/d/e",
    }
    for path, name in paths.items():
        assert [route.name for route in count(combined(path, 404)).routes] == [name]
    words = [f"{a}{b}{c}" for a in "abcdefgh" for b in "abcdefgh" for c in "abcdefghijk"]
    found = count("".join(combined(f"/gifts/{word}", 404) for word in words))
    assert len(found.routes) == 101
    assert {route.name: route.requests for route in found.routes}["/gifts/*"] == len(words) - 100


def test_the_window(count: Any) -> None:
    """The last hour counts, over a rotation; where the end that was read is shorter, its span is said."""
    old, recent = combined("/a", 500, ago=7200), combined("/a", 500, ago=1800)
    found = count(combined("/a", 500), before=old + recent)
    assert (found.total, found.cut, found.account) == (2, False, "in the last hour")
    found = count(combined("/a", 500, ago=60) * 400, before=old, limit=20_000)
    assert found.cut
    assert 50 < found.total < 400
    assert re.fullmatch(r"in the last 6\d s, which is all that the last 19.5 KiB of the log reach back", found.account)
    assert count("").total == 0


def test_other_formats(count: Any) -> None:
    """What is not understood is said, with what is expected; noise among lines that are understood is none."""
    with pytest.raises(FactError, match=r"3 of 3 lines of the access log .*; expected the format combined"):
        count("203.0.113.7 GET /a 502\n" * 3)
    assert count("noise \udcff\n" + combined("/a", 502) * 3).total == 3


def found(*routes: Route) -> Requests:
    """What was counted, of these routes."""
    return Requests(3600, sum(r.requests for r in routes), sum(r.timed for r in routes), list(routes))


def test_served() -> None:
    """Many 5xx of one route fail, and so do many of all; few of many, and what is over, pass."""
    login = Route("/login", 40, 0, 0, 0, 0, {502: (12, 5), 500: (1, 9)})
    words = fails(checks.test_requests_served, found(login), LIMITS)
    assert words == (
        "13 requests for /login were answered with 1 × 500, 12 × 502, and 27 without an error, in the last hour; the "
        "limits are 10, and 1% of both; the last one was 5 s ago"
    )
    many = [Route(f"/{n}", 10, 0, 0, 0, 0, {500: (2, 5)}) for n in range(6)]
    assert "12 requests for all routes together" in fails(checks.test_requests_served, found(*many), LIMITS)
    checks.test_requests_served(found(Route("/login", 40, 0, 0, 0, 0, {502: (10, 5)})), LIMITS)
    checks.test_requests_served(found(Route("/login", 4000, 0, 0, 0, 0, {502: (40, 5)})), LIMITS)
    checks.test_requests_served(found(Route("/login", 40, 0, 0, 0, 0, {502: (40, 901)})), LIMITS)


def test_a_route_that_serves_nobody() -> None:
    """Three bad answers and no good one are enough, for what is the server's fault; two are not, and four of five."""
    nobody = found(Route("/gift-card", 3, 0, 0, 0, 0, {502: (3, 5)}))
    assert fails(checks.test_requests_served, nobody, LIMITS) == (
        "3 requests for /gift-card were answered with 3 × 502, and 0 without an error, in the last hour; the limit is "
        "2; the last one was 5 s ago"
    )
    given_up = found(Route("/gift-card", 3, 0, 0, 0, 0, {499: (3, 5)}))
    assert "3 × 499" in fails(checks.test_requests_awaited, given_up, LIMITS)
    checks.test_requests_served(found(Route("/gift-card", 2, 0, 0, 0, 0, {502: (2, 5)})), LIMITS)
    checks.test_requests_served(found(Route("/gift-card", 5, 0, 0, 0, 0, {502: (4, 5)})), LIMITS)
    # Of all routes together, somebody was served.
    checks.test_requests_accepted(found(Route("/wp-login", 3, 0, 0, 0, 0, {404: (3, 5)})), LIMITS)


def test_a_route_that_serves_nobody_any_more(count: Any) -> None:
    """Of a route that few ask, the last requests count, and not what it did before."""
    good, bad = combined("/invite", 201), combined("/invite", 500)
    [route] = count(good * 90 + bad * 5).routes
    assert (route.in_a_row, route.well) == (5, 90)
    assert count(bad * 5 + good + bad * 4).routes[0].in_a_row == 4
    words = fails(checks.test_requests_served, found(route, Route("/", 900, 0, 0, 0, 0, {404: (1, 5)})), LIMITS)
    assert words.startswith("the last 5 requests for /invite all ended with a server error; expected fewer than 5 in a")


def test_in_time() -> None:
    """A route of which more than one in twenty is slow fails, unless few asked for it; a log without times says so."""
    slow = found(Route("/login", 30, 30, 2, 5, 4.1, {}))
    assert "2 of 30 requests for /login took longer than 2 s" in fails(checks.test_requests_in_time, slow, LIMITS)
    checks.test_requests_in_time(found(Route("/login", 19, 19, 19, 5, 4.1, {})), LIMITS)
    checks.test_requests_in_time(found(Route("/login", 40, 40, 2, 5, 1.9, {})), LIMITS)
    untimed = found(Route("/login", 30, 0, 0, 0, 0, {404: (1, 5)}))
    assert "none of 30 requests has a time" in fails(checks.test_requests_in_time, untimed, LIMITS)
    checks.test_requests_in_time(found(), LIMITS)


def test_users_who_are_refused_where_others_are_not() -> None:
    """Most users of a route have a good token; guests, scanners and closed pages are no such users."""
    settings = Nginx(gzip_path=None)
    refused = {401: (250, 5.0), 403: (50, 9.0)}
    for name, number in (("/family", 1001), ("/admin", 310), ("/api/me", 400), ("/auth/login", 400)):
        checks.test_requests_authorised(found(Route(name, number, 0, 0, 0, 0, refused)), settings, LIMITS)
    few = Route("/family", 250, 0, 0, 0, 0, {401: (190, 5.0)})
    checks.test_requests_authorised(found(few), settings, LIMITS)
    bad = found(Route("/family", 400, 0, 0, 0, 0, refused))
    told = fails(checks.test_requests_authorised, bad, settings, LIMITS)
    assert "300 requests for /family were answered with 250 × 401, 50 × 403, and 100 without an error" in told


def test_refusals() -> None:
    """Each kind of refusal has its check, and is none of another one's."""
    kinds = {404: checks.test_requests_accepted, 429: checks.test_requests_limited, 499: checks.test_requests_awaited}
    for status in kinds:
        refused = found(Route("/pages", 300, 0, 0, 0, 0, {status: (200, 5)}))
        for other, check in kinds.items():
            if other == status:
                assert f"200 × {status}" in fails(check, refused, LIMITS)
            else:
                check(refused, LIMITS)
    logins = {401: (25, 5.0)}
    settings = Nginx(gzip_path=None)
    bad = found(Route("/auth/login", 30, 0, 0, 0, 0, logins))
    assert "25 × 401" in fails(checks.test_logins_accepted, bad, settings, LIMITS)
    checks.test_logins_accepted(found(Route("/profile", 30, 0, 0, 0, 0, logins)), settings, LIMITS)
    checks.test_logins_accepted(found(Route("/auth/login", 190, 0, 0, 0, 0, logins)), settings, LIMITS)
