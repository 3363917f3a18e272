"""The shells of one connection: as many as run scripts at the same time, each used again and again."""

from __future__ import annotations

import threading
from collections.abc import Callable

from engine.gather.shell import Answer, Shell, ShellError
from engine.gather.transport import BrokenError

# sshd grants ten sessions a log-in as it comes (MaxSessions); a run asks for few things at once.
MOST = 4


class Shells:
    """Runs scripts side by side, each in a shell that is idle; another shell is opened when none is and one may be."""

    def __init__(self, name: str, another: Callable[[], Shell]) -> None:
        """`another` opens a shell; a host that refuses it is asked in those that there are, one after another."""
        self._name, self._another = name, another
        self._most = MOST
        self._idle: list[Shell] = []
        self._all: list[Shell] = []
        self._closed = False
        self._change = threading.Condition()

    def add(self, shell: Shell) -> None:
        """Takes in a shell that has proved to work."""
        with self._change:
            self._all.append(shell)
            self._idle.append(shell)
            self._change.notify()

    def timed(self, script: str) -> Answer:
        """Runs a script; raises BrokenError when its shell ends first."""
        while True:
            shell, proved = self._take()
            try:
                answer = shell.ask(script)
            except ShellError as error:
                last = self._lose(shell)
                # No session more is granted: this one never began, so the script waits for another.
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
        """An idle shell, or a new one that has not proved to work yet."""
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
        """Forgets a shell that is gone; returns whether it was the last."""
        with self._change:
            self._all.remove(shell)
            self._most = max(1, len(self._all))
            self._change.notify_all()
            last = not self._all
        shell.end()
        return last

    def close(self) -> None:
        """Ends them all, whatever they do."""
        with self._change:
            self._closed = True
            shells = list(self._all)
            self._change.notify_all()
        for shell in shells:
            shell.end()
