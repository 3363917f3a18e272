"""Early log-ins: connections open while runbooks are read and checks are collected.

They are used only by a run that needs all of its hosts. An early connection logs in and runs the script that proves
its shell works (hello.py), which every run does first.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from engine.config.host import Host
from engine.gather.transport import Connection, connect

# The most early log-ins; it equals the number of hosts that are gathered at the same time.
HOSTS_AT_MOST = 32


class Opening:
    """A connection that opens in its own thread. The thread lives until `end`, because ssh ends with its parent."""

    def __init__(self, host: Host, folder: Path) -> None:
        self.connection: Connection = connect(host, folder)
        self._error: BaseException | None = None
        self._opened, self._ended = threading.Event(), threading.Event()
        threading.Thread(target=self._open, daemon=True).start()

    def _open(self) -> None:
        try:
            self.connection.open()
        # `wait` raises it.
        except BaseException as error:
            self._error = error
        self._opened.set()
        self._ended.wait()

    def wait(self, seconds: float) -> None:
        """Returns when the connection is open; raises its error, or TimeoutError after `seconds`."""
        if not self._opened.wait(seconds):
            raise TimeoutError("the log-in did not end")
        if self._error:
            raise self._error

    def end(self) -> None:
        """Closes the connection."""
        with suppress(Exception):
            self.connection.close()
        self._ended.set()


class Openings:
    """The early connections of a run; `folder` is their private temporary folder until `end`."""

    def __init__(self, hosts: Iterable[Host]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="runbook-checks-"))
        self._left = {host.name: Opening(host, self.folder) for host in list(hosts)[:HOSTS_AT_MOST]}

    def take(self, host: str) -> Opening | None:
        """Returns the early connection of a host, which the caller must close; None where there is none."""
        return self._left.pop(host, None)

    def end(self) -> None:
        """Closes the connections that were not taken, and removes the folder; may be called again."""
        while self._left:
            _, opening = self._left.popitem()
            opening.end()
        shutil.rmtree(self.folder, ignore_errors=True)
