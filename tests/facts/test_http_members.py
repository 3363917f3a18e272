"""The users' way through: what a log-in posts, what it leaves, and what is told of it."""

from __future__ import annotations

import base64
import json
from types import SimpleNamespace
from typing import Any

import pytest

from checks import test_http_way as checks
from engine.gather.fact import FactError
from engine.mask.secrets import MASK, Secrets
from fixtures.http.client import Front, Response
from fixtures.http.members import LoggedIn, http_login, http_member_pages, http_pages, http_token, lifetime, posted
from fixtures.http.settings import Http
from fixtures.os.access import EnvFiles
from tests.facts.servers import serving, this_machine
from tests.facts.test_activity import fails
from tests.ours import Limits

FILE = "/etc/monitoring.env"
ACCOUNT = {"from_env_file": FILE, "key": "PROBE_LOGIN"}
PAGES = Http.model_validate(
    {
        "health": {"path": "/health"},
        "login": {"path": "/login", "logout": "/logout", "body": ACCOUNT},
        "token": {"from_env_file": FILE, "key": "TOKEN"},
        "pages": [{"path": "/search", "contains": '"price"'}],
        "member_pages": [{"path": "/profile", "contains": "probe"}],
    }
)
FILES = EnvFiles({FILE: {"PROBE_LOGIN": '{"username": "probe", "password": "winter-is-near"}', "TOKEN": "kept-token"}})
LIMITS = Limits(login_age_s=0)
TOKEN = "abc.def.ghi"


def jwt(**claims: object) -> str:
    """A token of three parts with these claims."""
    return f"e30.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.c2ln"


def target(settings: Http = PAGES) -> Any:
    return SimpleNamespace(component=lambda _: settings, limits=LIMITS)


def made(fact: Any, **given: Any) -> Any:
    return fact.fact.make(**given)


def test_a_log_in_posts_the_account_and_shows_nothing_of_it() -> None:
    """Password and token are secrets from then on; the session is ended once the pages were asked."""
    secrets = Secrets()
    with serving() as server:
        server.says(200, json.dumps({"access_token": "abc.def.ghi", "name": "probe"}).encode())
        front = Front(this_machine(), server.port)
        login = made(http_login, http_upstream=front, env_files=FILES, target=target(), secrets=secrets)
        assert server.posted == {"username": "probe", "password": "winter-is-near"}
        token = made(http_token, env_files=FILES, target=target(), http_login=login)
        pages = made(http_member_pages, http_upstream=front, http_token=token, target=target(), http_login=login)
        assert (server.heard, server.bore) == ("/logout", "Bearer abc.def.ghi")
    assert secrets.redact("with winter-is-near for abc.def.ghi") == f"with {MASK} for {MASK}"
    assert "abc" not in repr(login)
    checks.test_login_works(login, "", PAGES, LIMITS)
    checks.test_member_page_served(pages, "", PAGES.member_pages[0])


def test_a_slow_front_keeps_no_session() -> None:
    """Where the answers took so long that no page is asked any more, the session is ended all the same."""
    with serving() as server:
        server.says(200, b'{"access_token": "abc.def.ghi"}')
        front = Front(this_machine(), server.port)
        login = made(http_login, http_upstream=front, env_files=FILES, target=target(), secrets=Secrets())
        front.spent = 600.0
        with pytest.raises(FactError, match="/profile: not asked, because"):
            made(http_member_pages, http_upstream=front, http_token=TOKEN, target=target(), http_login=login)
        assert (server.heard, server.bore) == ("/logout", "Bearer abc.def.ghi")


@pytest.mark.parametrize("status", [404, 429, 500])
def test_a_log_out_that_fails_is_no_fault_of_the_pages(status: int) -> None:
    """What the pages answered stands."""
    with serving() as server:
        server.says(200, b"probe")
        front = Front(this_machine(), server.port)
        login = LoggedIn("http://localhost/login", 200, 0.1, 0.0, "abc")
        answered = front.get("/profile")
        front.get = lambda *_: server.says(status, b"") or answered  # type: ignore[method-assign, func-returns-value]
        pages = made(http_member_pages, http_upstream=front, http_token=TOKEN, target=target(), http_login=login)
        assert server.heard == "/logout"
    checks.test_member_page_served(pages, "", PAGES.member_pages[0])


def test_a_log_in_that_is_refused() -> None:
    """The status is told, the pages are asked with the token of the settings, and nothing is logged out."""
    with serving() as server:
        server.says(401, b'{"error": "wrong"}')
        front = Front(this_machine(), server.port)
        login = made(http_login, http_upstream=front, env_files=FILES, target=target(), secrets=Secrets())
        assert "status 401 for the right password from" in fails(
            checks.test_login_works, login, " (Oops)", PAGES, LIMITS
        )
        assert made(http_token, env_files=FILES, target=target(), http_login=login) == "kept-token"


@pytest.mark.parametrize(
    ("login", "told"),
    [
        (LoggedIn("u", 200, 0.1, 0.0, ""), "without the field 'access_token'"),
        (LoggedIn("u", 200, 4.2, 0.0, "t"), "took 4.20 s for a log-in; the limit is 2 s"),
        (LoggedIn("u", 502, 0.1, 0.0, ""), "status 502 for the right password (Oops) from u"),
    ],
)
def test_a_log_in_that_does_not_work(login: LoggedIn, told: str) -> None:
    """No token, too slow, or no answer of the application."""
    assert told in fails(checks.test_login_works, login, " (Oops)", PAGES, LIMITS)


def test_a_page_without_what_belongs_there() -> None:
    """Status 200 and an empty list is not what users came for."""
    with serving() as server:
        server.says(200, b'{"gifts": []}')
        answers = made(http_pages, http_upstream=Front(this_machine(), server.port), target=target())
    assert '13 B without "price"' in fails(checks.test_page_served, answers, "", PAGES.pages[0])
    checks.test_member_page_served(answers, "", PAGES.pages[0])
    assert '13 B without "price"' in fails(checks.test_member_page_complete, answers, PAGES.pages[0])


def test_a_page_that_is_refused_is_not_judged_by_what_it_has() -> None:
    """That it answers otherwise than it should is one finding, and what is not in it none."""
    answers = {PAGES.pages[0].path: Response("http://localhost/", 500, "", 0.1, "no")}
    assert "status 500 (Oops) from" in fails(checks.test_member_page_served, answers, " (Oops)", PAGES.pages[0])
    checks.test_member_page_complete(answers, PAGES.pages[0])


@pytest.mark.parametrize("value", ["probe:winter", "[]", '{"password": 7}', "", "[" * 9999])
def test_an_account_that_is_not_understood(value: str) -> None:
    """It is the account's file that is wrong, and nothing of its content is told."""
    with pytest.raises(FactError, match="PROBE_LOGIN is not understood; expected a JSON object") as raised:
        posted(value, "PROBE_LOGIN")
    assert raised.value.fact == "http_account"
    assert "winter" not in str(raised.value)


@pytest.mark.parametrize(
    ("token", "date", "lasts"),
    [
        (jwt(exp=160, iat=100), "", 60),
        # Without its issue the front's clock counts, which tells whole seconds.
        (jwt(exp=160), "Thu, 01 Jan 1970 00:01:41 GMT", 59),
        (jwt(exp=160), "", None),
        (jwt(sub="probe"), "Thu, 01 Jan 1970 00:01:41 GMT", None),
        (jwt(exp="never", iat=0), "", None),
        ("7f3a91c5", "Thu, 01 Jan 1970 00:01:41 GMT", None),
        ("a.b.c", "", None),
        ("", "", None),
    ],
)
def test_how_long_a_token_is_good(token: str, date: str, lasts: float | None) -> None:
    """A JWT says when it ends; a token that says nothing is not judged."""
    assert lifetime(token, date) == lasts
    login = LoggedIn("u", 200, 0.1, 0.0, token, lasts)
    if lasts is None:
        checks.test_login_lasts(login, LIMITS)
    else:
        assert "expected at least 5 min" in fails(checks.test_login_lasts, login, LIMITS)
    checks.test_login_lasts(LoggedIn("u", 200, 0.1, 0.0, token, 299), LIMITS)


@pytest.mark.parametrize("more", [{}, {"refresh_token": "x"}])
def test_a_token_that_is_renewed_may_be_short(more: dict[str, str]) -> None:
    """Where the answer brings a second token, the first ends within minutes by design."""
    with serving() as server:
        server.says(200, json.dumps({"access_token": jwt(exp=160, iat=100), **more}).encode())
        front = Front(this_machine(), server.port)
        login = made(http_login, http_upstream=front, env_files=FILES, target=target(), secrets=Secrets())
    assert login.lasts == (None if more else 60)
