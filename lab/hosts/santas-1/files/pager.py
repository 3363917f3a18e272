"""A pager: it takes what Alertmanager sends, and says how much."""

from http.server import BaseHTTPRequestHandler, HTTPServer


class Pager(BaseHTTPRequestHandler):
    """Takes every message."""

    def do_POST(self) -> None:
        """Reads a message, and answers that all is well."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()


HTTPServer(("127.0.0.1", 9099), Pager).serve_forever()
