"""What others run: each way not to answer is told in plain words, and costs no more than its time."""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pydantic import ValidationError

from checks import test_external as external_checks
from engine.config.settings import FromEnvFile
from fixtures.external.services import Neighbours, ask, greet, plain_url
from fixtures.external.settings import External, Page, Smtp
from tests.facts.servers import serving, this_machine

TRUSTED = ssl.create_default_context()


@contextmanager
def talking(*words: bytes, drips: bool = False) -> Iterator[int]:
    """A server that says one thing at each message that it gets, the first at once; returns its port."""

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            for each in words:
                connection.sendall(each)
                if not connection.recv(4096):
                    return
            while drips:
                connection.sendall(b"x")
                time.sleep(0.1)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=lambda: _quietly(serve, listener), daemon=True).start()
        yield listener.getsockname()[1]


def _quietly(serve: object, listener: socket.socket) -> None:
    try:
        serve(listener)  # type: ignore[operator]
    except OSError:
        return


def page(port: int, scheme: str = "http") -> Page:
    """Returns a page on this machine."""
    return Page(name="x", url=f"{scheme}://127.0.0.1:{port}/health")


def test_an_answer_is_its_status() -> None:
    """An error's status is an answer, and no failure to get one."""
    with serving() as server:
        server.says(503, b"")
        found = ask(this_machine(), page(server.port), TRUSTED, 5)
    assert (found.status, found.failure) == (503, "")


def test_what_an_answer_must_say() -> None:
    """A service may answer 200, and that it is down."""
    with serving() as server:
        server.says(200, b'{"status": "down"}')
        well, bad = (
            ask(this_machine(), page(server.port).model_copy(update={"says": words}), TRUSTED, 5)
            for words in ("down", "healthy")
        )
    assert (well.status, well.said, bad.status, bad.said) == (200, True, 200, False)


def test_a_refused_connection_is_told() -> None:
    """Nobody listens: there is no status."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    found = ask(this_machine(), page(port), TRUSTED, 5)
    assert found.status == 0
    assert "no connection to 127.0.0.1" in found.failure


def test_a_server_that_drips_ends_in_time() -> None:
    """A byte now and then does not keep the suite waiting."""
    with talking(b"HTTP/1.1 200 OK\r\nX-Long: ", drips=True) as port:
        started = time.monotonic()
        found = ask(this_machine(), page(port), TRUSTED, 0.5)
    assert "no answer within 0.5 s" in found.failure
    assert time.monotonic() - started < 2


def test_no_tls_where_it_is_wanted() -> None:
    """A server without encryption behind an https address is a failure in words, no traceback."""
    with serving() as server:
        assert ask(this_machine(), page(server.port, "https"), TRUSTED, 5).failure


def test_a_mail_server_introduces_itself() -> None:
    """Whether it offers encryption is known from its answer to EHLO."""
    with talking(b"220 mail\r\n", b"250-mail\r\n250 STARTTLS\r\n", b"221 bye\r\n") as port:
        found = greet(this_machine(), Smtp(host="127.0.0.1", port=port, starttls=False), TRUSTED)
    assert (found.failure, found.offers_starttls) == ("", True)
    assert found.greeting.startswith("250")


def test_a_mail_server_that_refuses_is_told() -> None:
    """A greeting that is not 220 is a failure."""
    with talking(b"554 no service\r\n") as port:
        found = greet(this_machine(), Smtp(host="127.0.0.1", port=port), TRUSTED)
    assert found.failure


SECRET = FromEnvFile(from_env_file="/opt/shop/.env", key="SMTP_PASSWORD")
SENDS = {"user": SECRET, "password": SECRET, "sender": "shop@shop.example", "recipient": "postmaster@shop.example"}
OFFERS = b"250-mail\r\n250 AUTH PLAIN\r\n"


@pytest.mark.parametrize(
    ("answers", "login", "sender"),
    [
        ((OFFERS, b"235 ok\r\n", b"250 ok\r\n", b"250 ok\r\n", b"250 ok\r\n"), "235 ok", "250 ok"),
        ((OFFERS, b"535 5.7.8 expired\r\n"), "535 5.7.8 expired", ""),
        ((OFFERS, b"235 ok\r\n", b"553 not yours\r\n", b"250 ok\r\n"), "235 ok", "553 not yours"),
        ((OFFERS, b"235 ok\r\n", b"250 ok\r\n", b"550 nobody\r\n", b"250 ok\r\n"), "235 ok", "550 nobody"),
        ((OFFERS, b"454 later\r\n"), "454 later", ""),
        ((b"250 mail\r\n",), "no way to log in (SMTP AUTH extension not supported by server.)", ""),
        ((b"250-mail\r\n250 AUTH GSSAPI\r\n",), "no way to log in (No suitable authentication method found.)", ""),
    ],
)
def test_a_mail_server_may_refuse_the_application(answers: tuple[bytes, ...], login: str, sender: str) -> None:
    """A log-in, its sender and a recipient are asked in turn, up to the first that is refused; nothing is sent."""
    with talking(b"220 mail\r\n", *answers, b"221 bye\r\n") as port:
        smtp = Smtp.model_validate({"host": "127.0.0.1", "port": port, "starttls": False, **SENDS})
        found = greet(this_machine(), smtp, TRUSTED, ("shop", "pw"))
    assert (found.failure, found.login, found.sender) == ("", login, sender)
    settings = External(smtp=smtp)
    neighbours = Neighbours({}, {}, found)
    if not login.startswith("235"):
        with pytest.raises(
            AssertionError, match=re.escape(f"answered the log-in of SMTP_PASSWORD with {login}; expected 235")
        ):
            external_checks.test_smtp_login(neighbours, ("shop", "pw"), settings)
    elif not sender.startswith("250"):
        with pytest.raises(AssertionError, match=rf"shop@shop.example for postmaster@.* with {sender}; expected 250"):
            external_checks.test_smtp_sender(neighbours, settings)
    else:
        external_checks.test_smtp_login(neighbours, ("shop", "pw"), settings)
        external_checks.test_smtp_sender(neighbours, settings)


def test_no_password_in_the_clear() -> None:
    """Where encryption is wanted and not offered, nobody logs in."""
    with talking(b"220 mail\r\n", OFFERS, b"221 bye\r\n") as port:
        smtp = Smtp.model_validate({"host": "127.0.0.1", "port": port, **SENDS})
        found = greet(this_machine(), smtp, TRUSTED, ("shop", "pw"))
    assert (found.login, found.sender, found.offers_starttls) == ("", "", False)


@pytest.mark.parametrize(
    ("given", "words"), [({"user": SECRET}, "belong together"), ({"recipient": "a@b"}, "needs a sender")]
)
def test_settings_of_a_mail_server_belong_together(given: dict[str, Any], words: str) -> None:
    """Half of an account is a mistake."""
    with pytest.raises(ValidationError, match=words):
        Smtp.model_validate({"host": "mail", **given})


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://bücher.example:8443/a?b=c&d=é", "https://xn--bcher-kva.example:8443/a?b=c&d=%C3%A9"),
        ("http://[2001:db8::1]:8080", "http://[2001:db8::1]:8080/"),
        ("https://h.example?x=1", "https://h.example/?x=1"),
        ("https://h.example/a%20b/ü", "https://h.example/a%20b/%C3%BC"),
    ],
)
def test_a_url_goes_over_the_wire_as_clients_send_it(url: str, plain: str) -> None:
    """Names of any alphabet, IPv6, and what stands behind the question mark."""
    assert plain_url(Page(name="x", url=url).url) == plain


def test_the_query_is_asked() -> None:
    """What stands behind the question mark is a part of the question."""
    with serving() as server:
        ask(this_machine(), Page(name="x", url=f"http://127.0.0.1:{server.port}/h?deep=1"), TRUSTED, 5)
        assert server.heard == "/h?deep=1"
