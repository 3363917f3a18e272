"""What others run: it answers to this host, in time, with a certificate that the host trusts."""

from engine.judge.marks import each, symptom, vital
from engine.judge.measure import at_most
from fixtures.external.services import Neighbours
from fixtures.external.settings import External, Limits, Page


@vital("app.answers", "external.latency", "http", "logs")
@each("services")
def test_answers(external: Neighbours, item: Page) -> None:
    """The service answers the host over a trusted connection, without an error."""
    found = external.services[item.name]
    assert not found.failure, f"{item.url}: {found.failure}"
    assert found.status < 400, f"{item.url} answered {found.status}; expected less than 400"


@symptom("external.answers")
@each("services")
def test_latency(external: Neighbours, item: Page, limits: Limits) -> None:
    """The service answers within the time that a user waits."""
    found = external.services[item.name]
    assert found.failure or at_most(found.seconds, limits.external_latency_s, "s"), (
        f"{item.url} took {found.seconds:.1f} s; the limit is {limits.external_latency_s:g} s"
    )


@each("pages")
def test_page_answers(external: Neighbours, item: Page) -> None:
    """The page can be opened from the host. A log-in page, a redirect or a refusal counts as an answer."""
    found = external.pages[item.name]
    assert not found.failure, f"{item.url}: {found.failure}"
    assert found.status < 500, f"{item.url} answered {found.status}; expected less than 500"


@vital("http.status_healthy", "http.error_ratio", "http.error_total", "logs")
def test_smtp_greeting(external: Neighbours, settings: External) -> None:
    """The mail server answers EHLO and offers the encryption that the application uses. No message is sent."""
    mail = external.mail
    assert mail, "system.yml names no mail server"
    assert not mail.failure, f"{mail.server}: {mail.failure}"
    assert mail.greeting.startswith("250"), f"{mail.server} answered EHLO with {mail.greeting}; expected 250"
    assert mail.offers_starttls or not (settings.smtp and settings.smtp.starttls), (
        f"{mail.server} offers no STARTTLS, which the application wants"
    )
