"""HAProxy's pages: what is an answer, and what is trouble of the servers behind it."""

from __future__ import annotations

import pytest

from checks.test_haproxy import test_pages_served as served
from engine.gather.transport import Connection
from fixtures.haproxy import pages
from fixtures.haproxy.settings import FrontendPage
from fixtures.http.client import Front, Response
from tests.facts.servers import serving, this_machine
from tests.facts.test_haproxy import fails


def asked(host: Connection, port: int) -> tuple[FrontendPage, Response | str]:
    """Returns a page and what is answered for it."""
    page = FrontendPage(port=port, path="/shop", host_header="shop.test")
    return page, pages.ask(Front(host, page.port, page.host_header, page.scheme), page)


@pytest.mark.parametrize(
    ("status", "well"), [(200, True), (302, True), (404, True), (429, True), (500, False), (503, False)]
)
def test_statuses(status: int, well: bool) -> None:
    """What a server says to who asks is an answer, also a limiter's refusal; its own trouble is not."""
    with serving() as server:
        server.says(status, b"<h1>oops</h1>")
        page, answer = asked(this_machine(), server.port)
    told = fails(served, {page.name: answer}, page)
    assert bool(told) is not well
    if told:
        assert f"http://shop.test:{page.port}/shop answered with status {status}: <h1>oops</h1>" in told


def test_one_server_of_several(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request may go to another server: the first error counts, and nobody is asked after it."""
    with serving() as server:
        front = Front(this_machine(), server.port)
        statuses = [200, 502, 200, 200]

        def get(path: str, **_: object) -> Response:
            return Response(path, statuses.pop(0), "", 0.1, "")

        monkeypatch.setattr(front, "get", get)
        answer = pages.ask(front, FrontendPage(port=server.port, path="/"))
    assert isinstance(answer, Response)
    assert (answer.status, statuses) == (502, [200, 200])


def test_nobody_listens() -> None:
    """The reason is told, and the other pages are still asked."""
    with serving() as server:
        port = server.port
    page, answer = asked(this_machine(), port)
    assert "refuses the connection" in fails(served, {page.name: answer}, page)
