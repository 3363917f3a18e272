"""HTTP: the users' way through: pages that they need, a log-in, and what it opens."""

from engine.judge.marks import each, owns, symptom, vital
from engine.judge.measure import at_least, at_most
from engine.text import size, span
from fixtures.http.client import Response
from fixtures.http.members import LoggedIn
from fixtures.http.settings import Http, Limits, UserPage


@owns("http_account", "http_login", "http_token")
@vital("http.error_total", "http.error_ratio", "logs")
@symptom
def test_login_works(http_login: LoggedIn, app_complaint: str, settings: Http, limits: Limits) -> None:
    """A user with the right password can log in, within the limit, and gets a token."""
    assert http_login.status in (200, 201), (
        f"status {http_login.status} for the right password{_reason(http_login.status, app_complaint)} from "
        f"{http_login.url}; expected 200"
    )
    name = settings.login.token_field if settings.login else ""
    assert http_login.token, f"{http_login.url} answered a log-in without the field '{name}'; expected a token there"
    assert at_most(http_login.seconds, limits.response_time_s, "s"), (
        f"{http_login.url} took {http_login.seconds:.2f} s for a log-in; the limit is {limits.response_time_s:g} s"
    )


@vital("http.member_page_served")
def test_login_lasts(http_login: LoggedIn, limits: Limits) -> None:
    """The token of a log-in is good for a while. One that says nothing of its end, or may be renewed, is not judged."""
    lasts = http_login.lasts
    # The front's clock tells whole seconds, and the log-in may have been in the one before.
    assert lasts is None or at_least(lasts + 2, limits.session_s, "s"), (
        f"the token of {http_login.url} is good for {span(lasts)}, and the answer brings nothing to renew it; expected "
        f"at least {span(limits.session_s)}"
    )


@owns("http_pages")
@vital("http.error_total", "http.error_ratio", "http.cache_hit_rate", "http.response_time", "logs", "redis.cache_keys")
@symptom
@each("pages")
def test_page_served(http_pages: dict[str, Response], app_complaint: str, item: UserPage) -> None:
    """A page that users need answers with what belongs there."""
    _answered(http_pages[item.path], item, app_complaint)
    _complete(http_pages[item.path], item)


@owns("http_member_pages")
@vital("http.error_total", "http.error_ratio", "logs")
@symptom
@each("member_pages")
def test_member_page_served(http_member_pages: dict[str, Response], app_complaint: str, item: UserPage) -> None:
    """A page behind the log-in answers a good token."""
    _answered(http_member_pages[item.path], item, app_complaint)


@symptom
@each("member_pages")
def test_member_page_complete(http_member_pages: dict[str, Response], item: UserPage) -> None:
    """A page behind the log-in has what belongs there. One that answers with another status is not judged."""
    if http_member_pages[item.path].status in item.statuses:
        _complete(http_member_pages[item.path], item)


@symptom
@each("pages")
def test_page_in_time(http_pages: dict[str, Response], item: UserPage, limits: Limits) -> None:
    """A page that users need answers within the limit."""
    _in_time(http_pages[item.path], limits)


@symptom
@each("member_pages")
def test_member_page_in_time(http_member_pages: dict[str, Response], item: UserPage, limits: Limits) -> None:
    """A page behind the log-in answers within the limit."""
    _in_time(http_member_pages[item.path], limits)


def _answered(answer: Response, page: UserPage, complaint: str) -> None:
    assert answer.status in page.statuses, (
        f"status {answer.status}{_reason(answer.status, complaint)} from {answer.url}; "
        f"expected {' or '.join(map(str, page.statuses))}"
    )


def _reason(status: int, complaint: str) -> str:
    """What the application complains of, where the status tells that something in it failed."""
    return complaint if status >= 500 else ""


def _complete(answer: Response, page: UserPage) -> None:
    assert page.contains in answer.body, (
        f"{answer.url} answered {size(len(answer.body))} without {page.contains}; expected a page that has it"
    )


def _in_time(answer: Response, limits: Limits) -> None:
    assert at_most(answer.seconds, limits.response_time_s, "s"), (
        f"{answer.url} took {answer.seconds:.2f} s; the limit is {limits.response_time_s:g} s"
    )
