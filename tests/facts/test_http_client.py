"""The HTTP client that every component uses: bounded in time and in bytes, whatever a server does."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from engine.gather.fact import FactError
from fixtures.http import client as http
from fixtures.http.client import Front
from tests.facts.servers import serving, this_machine

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
