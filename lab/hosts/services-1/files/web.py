"""A service that others run: web.py NAME. HTTPS on its own port; /run/services/NAME may make it misbehave.

That file holds `delay SECONDS`, `status NUMBER` or `says STATE`, and is read at each request.
"""

import json
import ssl
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PORTS = {
    "2fa": 8441, "auth": 8442, "email": 8443, "tokens": 8444, "external": 8445,
    "monitoring": 8446, "logs": 8447, "status": 8448,
}  # fmt: skip
NAME = sys.argv[1]
MISBEHAVIOUR = Path("/run/services", NAME)


class Handler(BaseHTTPRequestHandler):
    """Answers like the service would, as far as its callers look."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = NAME, ""
    timeout = 20

    def do_GET(self) -> None:
        """Health for programs; a page, a log-in or a refusal for people."""
        if self.path == "/health":
            self.answer(200, {"status": "healthy", "service": NAME})
        elif self.path == "/" and NAME == "monitoring":
            self.answer(302, {}, Location="/login")
        elif self.path == "/" and NAME == "logs":
            self.answer(401, {"error": "log in first"})
        elif self.path in ("/", "/login"):
            self.answer(200, {"status": "all systems operational", "service": NAME})
        else:
            self.answer(404, {"error": "not found"})

    def do_POST(self) -> None:
        """What the family system asks: is this second factor right, may this account spend."""
        length = int(self.headers.get("Content-Length", 0))
        try:
            body = json.loads(self.rfile.read(min(length, 10_000)) or b"{}")
        except ValueError:
            self.answer(400, {"error": "not JSON"})
            return
        if NAME == "2fa" and self.path == "/verify":
            self.answer(200, {"verified": str(body.get("code", "")).isdigit()})
        elif NAME == "tokens" and self.path == "/validate":
            self.answer(200, {"valid": int(body.get("amount", 0)) <= 1000, "account": body.get("account")})
        else:
            self.answer(404, {"error": "not found"})

    def answer(self, status: int, body: dict[str, object], **headers: str) -> None:
        """Sends JSON, unless it is to misbehave."""
        kind, _, value = MISBEHAVIOUR.read_text().partition(" ") if MISBEHAVIOUR.exists() else ("", "", "")
        if kind == "delay":
            time.sleep(float(value))
        elif kind == "status":
            status, body = int(value), {"error": "internal error"}
        elif kind == "says":
            body = {"status": value.strip(), "service": NAME}
        text = json.dumps(body).encode()
        self.send_response(status)
        headers |= {"Content-Type": "application/json", "Content-Length": str(len(text))}
        for name, content in headers.items():
            self.send_header(name, content)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Says nothing: the callers' logs are the ones of interest."""


class Server(ThreadingHTTPServer):
    """HTTPS; the handshake is the request's thread's, so that a silent client holds nobody up."""

    daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)

    def finish_request(self, request: object, client_address: object) -> None:
        """Greets, then serves."""
        request.settimeout(10)
        with self.context.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, *_: object) -> None:
        """A client that goes away is no news."""


Server.context.load_cert_chain(f"/etc/ssl/lab/{NAME}.crt", f"/etc/ssl/lab/{NAME}.key")
Server(("0.0.0.0", PORTS[NAME]), Handler).serve_forever()
