"""Small real HTTP servers on this machine, for what no lab can have or do on demand."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from engine.config.host import Host
from engine.gather.transport import Connection, connect
from tests.conftest import ROOT


class Server(ThreadingHTTPServer):
    """Answers every request with `status`, `kind` and `body`, which a test may change.

    Of the last one `heard` is the path, `bore` the authorization, and `posted` the JSON that it brought.
    """

    status = 200
    kind = "application/json"
    body = b"{}"
    heard: str = ""
    bore: str = ""
    posted: object = None

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self.server_address[1])

    def says(self, status: int, body: bytes, kind: str = "application/json") -> None:
        """Sets the answer."""
        self.status, self.body, self.kind = status, body, kind


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.heard, self.server.bore = self.path, self.headers.get("Authorization", "")
        self.send_response(self.server.status)
        self.send_header("Content-Type", self.server.kind)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def do_POST(self) -> None:
        self.server.posted = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def serving() -> Iterator[Server]:
    """A server on loopback, while the block runs."""
    with Server(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def this_machine() -> Connection:
    """The connection to this machine."""
    return connect(Host("localhost", "local://", {}), ROOT)
