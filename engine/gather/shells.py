"""The pool of shells of one connection; each shell runs one script at a time and is reused."""

from __future__ import annotations

import threading
from collections.abc import Callable

from engine.gather.shell import Answer, Shell, ShellError
from engine.gather.transport import BrokenError

# The most shells of a connection; sshd's default is ten sessions for a log-in (MaxSessions).
MOST = 4


class Shells:
    """Runs scripts in parallel, each in an idle shell; a new shell is opened when none is idle, up to MOST."""

    def __init__(self, name: str, another: Callable[[], Shell]) -> None:
        """`another` opens a shell; when the host refuses one, the existing shells run the scripts in turn."""
        self._name, self._another = name, another
        self._most = MOST
        self._idle: list[Shell] = []
        self._all: list[Shell] = []
        self._closed = False
        self._change = threading.Condition()

    def add(self, shell: Shell) -> None:
        """Adds a shell that is known to work."""
        with self._change:
            self._all.append(shell)
            self._idle.append(shell)
            self._change.notify()

    def timed(self, script: str) -> Answer:
        """Runs a script and returns its Answer; raises BrokenError when its shell ends first."""
        while True:
            shell, proved = self._take()
            try:
                answer = shell.ask(script)
            except ShellError as error:
                last = self._lose(shell)
                # The host refused another session: the script never began, and waits for an existing shell.
                if error.began or proved or last or self._closed:
                    raise BrokenError(
                        f"the connection to {self._name} broke while commands were running", error.stdout, error.stderr
                    ) from None
                continue
            with self._change:
                self._idle.append(shell)
                self._change.notify()
            return answer

    def _take(self) -> tuple[Shell, bool]:
        """Returns an idle shell and True, or a new shell that is not known to work yet and False."""
        with self._change:
            while not self._idle and len(self._all) >= self._most and not self._closed:
                self._change.wait()
            if self._closed:
                raise BrokenError(f"the connection to {self._name} is closed", b"", b"")
            if self._idle:
                return self._idle.pop(), True
            shell = self._another()
            self._all.append(shell)
            return shell, False

    def _lose(self, shell: Shell) -> bool:
        """Removes an ended shell from the pool; returns whether it was the last."""
        with self._change:
            self._all.remove(shell)
            self._most = max(1, len(self._all))
            self._change.notify_all()
            last = not self._all
        shell.end()
        return last

    def close(self) -> None:
        """Ends all shells, also those that run a script."""
        with self._change:
            self._closed = True
            shells = list(self._all)
            self._change.notify_all()
        for shell in shells:
            shell.end()
