"""Logging in early: while runbooks are read and checks are collected, the log-ins of a run are under way already.

Only for a run that will ask all of its hosts. Nothing but the log-in is done, and its shell asked for a sign of life,
which every run does first.
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

# With more hosts than are asked at once, those that come later would only wait in the way of the others.
HOSTS_AT_MOST = 32


class Opening:
    """A connection that is being opened, in a thread of its own; that stays, because ssh ends with what started it."""

    def __init__(self, host: Host, folder: Path) -> None:
        self.connection: Connection = connect(host, folder)
        self._error: BaseException | None = None
        self._opened, self._ended = threading.Event(), threading.Event()
        threading.Thread(target=self._open, daemon=True).start()

    def _open(self) -> None:
        try:
            self.connection.open()
        # It is raised where somebody waits for it.
        except BaseException as error:
            self._error = error
        self._opened.set()
        self._ended.wait()

    def wait(self, seconds: float) -> None:
        """Returns when the connection is open; raises what opening it raised, TimeoutError after so many seconds."""
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
    """The connections of a run that were begun early; `folder` is private, and theirs until `end`."""

    def __init__(self, hosts: Iterable[Host]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="runbook-checks-"))
        self._left = {host.name: Opening(host, self.folder) for host in list(hosts)[:HOSTS_AT_MOST]}

    def take(self, host: str) -> Opening | None:
        """Returns a host's, to whoever closes it then; None where none was begun."""
        return self._left.pop(host, None)

    def end(self) -> None:
        """Ends those that nobody took, for a run that was refused; may be called again."""
        while self._left:
            _, opening = self._left.popitem()
            opening.end()
        shutil.rmtree(self.folder, ignore_errors=True)
