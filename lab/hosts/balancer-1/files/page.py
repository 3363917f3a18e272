"""A small web server behind the balancer: a page, its health, and a page that takes a minute."""

import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/slow":
            time.sleep(50)
        self.send_response(200)
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"ok\n")

    def log_message(self, *_: object) -> None:
        """Says nothing: nobody reads it."""


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Page).serve_forever()
