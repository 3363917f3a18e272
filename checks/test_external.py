"""External services: they answer this host in time, with a certificate that the host trusts."""

from engine.judge.marks import each, owns, symptom, vital
from engine.judge.measure import at_least, at_most
from engine.text import span
from fixtures.external.services import Answer, Neighbours
from fixtures.external.settings import External, Limits, Page

GONE = (404, 410)


@vital("app.answers", "app.status_healthy", "external.latency", "nginx", "http", "logs")
@symptom("network")
@each("services")
def test_answers(external: Neighbours, item: Page) -> None:
    """The service answers the host over a trusted connection, without an error, and says what it must."""
    answer = external.services[item.name]
    assert not answer.failure, f"{item.url}: {answer.failure}"
    assert answer.status < 400, f"{item.url} answered with status {answer.status}; expected less than 400"
    assert_said(answer, item)


@each("services")
def test_certificate_left(external: Neighbours, item: Page, limits: Limits) -> None:
    """The service's certificate does not end within days: then every request to it fails."""
    left = external.services[item.name].left
    assert left is None or at_least(left, limits.external_certificate_s, "s"), (
        f"the certificate of {item.url} ends in {span(max(left, 0))}; "
        f"expected at least {span(limits.external_certificate_s)}"
    )


def assert_said(answer: Answer, page: Page) -> None:
    """Asserts that an answer contains the text that system.yml gives."""
    assert answer.said, (
        f"{page.url} answered with status {answer.status}, and without '{page.says}'; expected it, because the status "
        "alone says that a program answers, and not that it can work"
    )


@vital("nginx", "http", "logs")
@symptom("external.answers", "network")
@each("services")
def test_latency(external: Neighbours, item: Page, limits: Limits) -> None:
    """The service answers within the limit."""
    answer = external.services[item.name]
    assert answer.failure or at_most(answer.seconds, limits.external_latency_s, "s"), (
        f"{item.url} answered after {answer.seconds:.1f} s; the limit is {limits.external_latency_s:g} s"
    )


@symptom("network")
@each("pages")
def test_page_answers(external: Neighbours, item: Page) -> None:
    """The page can be opened from the host. A log-in page, a redirect or a refusal counts as an answer."""
    answer = external.pages[item.name]
    assert not answer.failure, f"{item.url}: {answer.failure}"
    assert answer.status < 500, f"{item.url} answered with status {answer.status}; expected less than 500"
    assert answer.status not in GONE, f"{item.url} answered with status {answer.status}; expected a page to be there"
    assert_said(answer, item)


@vital(
    "app.status_healthy", "http.status_healthy", "http.error_ratio", "http.error_total", "nginx.requests_served", "logs"
)
@symptom("network")
def test_smtp_greeting(external: Neighbours, settings: External) -> None:
    """The mail server answers EHLO and offers the encryption that the application uses. No message is sent."""
    mail = external.mail
    assert mail, "system.yml names no mail server; expected the one that the application uses"
    assert not mail.failure, f"{mail.server}: {mail.failure}"
    assert mail.greeting.startswith("250"), f"{mail.server} answered EHLO with {mail.greeting}; expected 250"
    assert mail.offers_starttls or not (settings.smtp and settings.smtp.starttls), (
        f"{mail.server} does not offer STARTTLS; expected it, because the application uses it"
    )


@owns("external_account")
@vital("app.status_healthy", "http.status_healthy", "http.error_ratio", "nginx.requests_served", "logs")
@symptom("external.smtp_greeting", "network")
def test_smtp_login(external: Neighbours, external_account: tuple[str, str], settings: External) -> None:  # noqa: ARG001
    """The mail server lets the application's account log in."""
    mail, account = external.mail, settings.smtp.user.key if settings.smtp and settings.smtp.user else ""
    assert mail, "system.yml names no mail server; expected the one that the application uses"
    assert mail.login.startswith("235") or not mail.login, (
        f"{mail.server} answered the log-in of {account} with {mail.login}; expected 235"
    )


@vital("app.status_healthy", "http.status_healthy", "http.error_ratio", "nginx.requests_served", "logs")
@symptom("external.smtp_greeting", "network")
def test_smtp_sender(external: Neighbours, settings: External) -> None:
    """The mail server would take a message of the application. None is sent."""
    mail = external.mail
    assert mail, "system.yml names no mail server; expected the one that the application uses"
    assert mail.sender.startswith("25") or not mail.sender, (
        f"{mail.server} answered a message {settings.smtp and settings.smtp.message} with {mail.sender}; expected 250"
    )
