"""The HTTP client that every component uses: bounded in time and in bytes, whatever a server does."""

from __future__ import annotations

import dataclasses
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import SimpleNamespace

import pytest

from checks.test_http import test_answers as answers
from engine.gather.fact import FactError
from fixtures.http import client as http
from fixtures.http.again import Again, http_again, http_latencies
from fixtures.http.client import Front, Response
from fixtures.http.settings import Http
from tests.facts.servers import serving, this_machine
from tests.facts.test_activity import fails

HEAD = b"HTTP/1.1 200 OK\r\n"
DRIPS = {
    "headers": (HEAD, b"X-Drip: 1\r\n"),
    "body": (HEAD + b"Content-Length: 100000\r\n\r\n", b"x"),
    "chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
}


@contextmanager
def dripping(start: bytes, drip: bytes) -> Iterator[int]:
    """A server that begins an answer and goes on for ever, a few bytes at a time; its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                client, _ = server.accept()
                client.sendall(start)
                while True:
                    client.sendall(drip)
                    time.sleep(0.05)

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


@pytest.mark.parametrize("part", DRIPS)
def test_an_answer_that_drips_ends_with_the_time_limit(monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    """Bytes that keep coming do not prolong the wait."""
    monkeypatch.setattr(http, "TIMEOUT_S", 0.4)
    started = time.monotonic()
    with dripping(*DRIPS[part]) as port, pytest.raises(FactError, match=r"nothing answers on port \d+ within 0.4 s"):
        Front(this_machine(), port).get("/")
    assert time.monotonic() - started < 2


def test_a_server_that_is_slow_at_everything_is_not_asked_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once its answers took long enough together, the next question is not sent, and says that it was the latency."""
    monkeypatch.setattr(http, "PATIENCE_S", 0.0)
    with serving() as server:
        server.says(200, b"slow")
        front = Front(this_machine(), server.port)
        assert front.get("/").status == 200
        with pytest.raises(FactError, match="not asked, because the answers before it took") as raised:
            front.get("/")
    assert raised.value.fact == "http_latencies"


def test_a_rate_limiters_refusal_says_nothing_of_the_page() -> None:
    """It is a reason why the answer cannot be had, unless the page is one that may refuse."""
    with serving() as server:
        server.says(429, b"slower")
        front = Front(this_machine(), server.port)
        assert front.get("/", statuses=[401, 429]).status == 429
        with pytest.raises(FactError, match="its rate limiter takes no more requests from here for now") as raised:
            front.get("/", statuses=[401])
    assert raised.value.fact == "http_allowance"


class Worker:
    """A front whose answers are given: a status with a body, or why there was none."""

    spent = 0.0

    def __init__(self, *says: tuple[int, str] | FactError) -> None:
        self.says = list(says)

    def get(self, path: str) -> Response:
        answer = self.says.pop(0)
        if isinstance(answer, FactError):
            raise answer
        return Response(f"http://localhost{path}", answer[0], "text/html", 0.25, answer[1])


FIRST = Response("http://localhost/health", 200, "text/html", 0.5, "ok")
LIMIT = (503, "<hr><center>nginx/1.22.1</center>")


def asked_again(*says: tuple[int, str] | FactError) -> Again:
    settings = Http.model_validate({"health": {"path": "/health"}, "latency_samples": len(says)})
    found = http_again.fact.make((Worker(*says), FIRST), SimpleNamespace(component=lambda _: settings))
    assert isinstance(found, Again)
    return found


def test_one_worker_that_is_ill_among_others() -> None:
    """Each answer counts, not the first alone; a limit of the front's that the suite itself meets does not."""
    again = asked_again((200, "ok"), (500, "no"), (502, "no"))
    assert "2 of 4 requests for http://localhost/health were answered with status 500 and 502; expected none" in fails(
        answers, FIRST, again
    )
    answers(FIRST, asked_again((200, "ok"), LIMIT, (404, "")))
    assert "answered with status 500" in fails(answers, dataclasses.replace(FIRST, status=500), again)


def test_a_request_of_several_without_an_answer() -> None:
    """It is the latency that cannot be had; the answers before it were answers."""
    again = asked_again((200, "ok"), FactError("nothing answers", "beneath"))
    answers(FIRST, again)
    with pytest.raises(FactError, match="nothing answers") as raised:
        http_latencies.fact.make(again, FIRST)
    assert raised.value.fact == "beneath"
    assert http_latencies.fact.make(asked_again((200, "ok"), (200, "ok")), FIRST) == [0.25, 0.25]
    assert http_latencies.fact.make(Again([]), FIRST) == [0.5]


def test_a_large_body_is_cut() -> None:
    """Of 10 MB one is read, and a document that was cut is no document."""
    with serving() as server:
        server.says(200, b'{"a": "' + b"x" * 10_000_000 + b'"}')
        answer = Front(this_machine(), server.port).get("/")
    assert answer.truncated
    assert len(answer.body) == http.LARGEST
    with pytest.raises(FactError, match="more than 1024 KiB"):
        answer.json()


def test_a_dead_port_says_so() -> None:
    """No listener is told apart from one that is silent."""
    with serving() as server:
        port = server.port
    with pytest.raises(FactError, match=f"port {port} refuses the connection"):
        Front(this_machine(), port).get("/")


@pytest.mark.parametrize(
    ("host_header", "name"),
    [("api.example.org", "api.example.org"), ("api.example.org:8443", "api.example.org"), ("[::1]:8443", "::1")],
)
def test_the_name_of_a_host_header(host_header: str, name: str) -> None:
    """What a TLS handshake asks for is the name without its port, also where the name is an IPv6 address."""
    assert Front(this_machine(), 1, host_header)._name == name


def test_a_front_at_an_ipv6_address() -> None:
    """An address with colons stands in brackets."""

    class Six:
        def forward(self, port: int) -> tuple[str, int]:
            return "::1", port

    assert Front(Six(), 80)._base == "http://[::1]:80"  # type: ignore[arg-type] # it has what is asked of a connection
