"""Shells that are asked through pipes: each script stands between marks, so that noise is never its answer."""

from __future__ import annotations

import math
import os
import secrets
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO, NamedTuple

# No run asks for so much; a host that talks without end must not fill this machine's memory.
MOST_BYTES = 128 * 1024 * 1024
# How long what a process said last may take to arrive when the process has ended already; seconds.
LAST_WORDS_S = 0.3
ENDS_WITHIN_S = 2
CHUNK = 65536
# A start-up file that reads takes these lines, and not a part of the first script.
SPARE_LINES = "\n" * 8


class Answer(NamedTuple):
    """What a script said, and when it was sent and its answer was whole, in seconds since the epoch here."""

    stdout: bytes
    stderr: bytes
    sent: float
    received: float


class ShellError(Exception):
    """A shell gave no whole answer: it ended, was silent for too long, or talked without end.

    `stdout` and `stderr` are what it said; `began` tells whether the script had begun, `half` whether one of the two is
    whole; `status` is the exit status, None of a process that runs.
    """

    def __init__(self, stdout: bytes, stderr: bytes, *, began: bool, half: bool, status: int | None) -> None:
        super().__init__("the shell gave no whole answer")
        self.stdout, self.stderr, self.began, self.half, self.status = stdout, stderr, began, half, status


class Frame:
    """A script between two marks on stdout and on stderr. They are random: what a host says cannot hold them."""

    def __init__(self, script: str) -> None:
        mark = f"rc-{secrets.token_hex(12)}"
        begin, end = (f"printf '\\n{mark} {word}\\n'; printf '\\n{mark} {word}\\n' >&2" for word in ("begin", "end"))
        self._begin, self.end = f"\n{mark} begin\n".encode(), f"\n{mark} end\n".encode()
        # A shell reads all of it before it runs any of it, and what it runs cannot read the script that comes next.
        self.text = f"{{ {begin}; ( :\n{script}\n) </dev/null; {end}; }}\n"

    def cut(self, said: bytes) -> tuple[bytes, bool, bool]:
        """Returns what stands between the marks, and whether the first and the last are there; noise is left out."""
        noise, began, rest = said.partition(self._begin)
        inside, ended, _ = rest.partition(self.end)
        return (inside if began else noise), bool(began), bool(ended)


class Shell:
    """A process that runs the scripts on its stdin, here or on a host; `command` starts it."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True, bufsize=0, env=environment
        )
        assert self._process.stdin
        assert self._process.stdout
        assert self._process.stderr
        self._stdin, self._stdout, self._stderr = self._process.stdin, self._process.stdout, self._process.stderr
        for pipe_end in (self._stdin, self._stdout, self._stderr):
            os.set_blocking(pipe_end.fileno(), False)
        self._asking = threading.Lock()
        self._spare = SPARE_LINES

    def ask(self, script: str, timeout: float = math.inf) -> Answer:
        """Runs a script; raises ShellError when its answer is not whole, or not within `timeout` seconds."""
        frame = Frame(script)
        with self._asking:
            sent = time.time()
            text, self._spare = self._spare + frame.text, ""
            exchange = _Exchange(self._stdin, text, {self._stdout: bytearray(), self._stderr: bytearray()}, frame.end)
            exchange.run(time.monotonic() + timeout)
            received = time.time()
        # What a process says as it ends it says before its end can be seen.
        status = self._status() if exchange.broken else self._process.poll()
        (stdout, began, whole), (stderr, _, also) = (frame.cut(bytes(said)) for said in exchange.said.values())
        if not (whole and also):
            raise ShellError(stdout, stderr, began=began, half=whole or also, status=status)
        return Answer(stdout, stderr, sent, received)

    def _status(self) -> int | None:
        try:
            return self._process.wait(LAST_WORDS_S)
        except subprocess.TimeoutExpired:
            return None

    def end(self) -> None:
        """Ends the process and what it started, whatever it does; may be called from another thread."""
        # Once it is gone, its number may be another's.
        if self._stdin.closed:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(ENDS_WITHIN_S)
                break
        # Who still asks sees the end of the pipes, and only then are they closed.
        with self._asking:
            for pipe_end in (self._stdin, self._stdout, self._stderr):
                with suppress(OSError):
                    pipe_end.close()


class _Exchange:
    """One script on its way to a shell, and what comes back meanwhile."""

    def __init__(self, stdin: IO[bytes], text: str, said: dict[IO[bytes], bytearray], end: bytes) -> None:
        self.said, self.broken = said, False
        self._stdin, self._end = stdin, end
        self._left = memoryview(text.encode())
        self._selector = selectors.DefaultSelector()

    def run(self, deadline: float) -> None:
        """Returns when both ends were seen, when the deadline has passed, or when the shell has ended (`broken`)."""
        with self._selector as selector:
            selector.register(self._stdin, selectors.EVENT_WRITE)
            for stream in self.said:
                selector.register(stream, selectors.EVENT_READ)
            waiting = set(self.said)
            while waiting and sum(map(len, self.said.values())) <= MOST_BYTES:
                ready = selector.select(None if deadline == math.inf else max(0.0, deadline - time.monotonic()))
                if not ready:
                    return
                for key, _ in ready:
                    if key.fileobj is self._stdin:
                        self._send()
                    elif self._receive(key.fileobj):  # type: ignore[arg-type] # they are ours
                        waiting.discard(key.fileobj)
                if self.broken:
                    deadline = min(deadline, time.monotonic() + LAST_WORDS_S)

    def _send(self) -> None:
        try:
            self._left = self._left[os.write(self._stdin.fileno(), self._left[:CHUNK]) :]
        except BlockingIOError:
            return
        except OSError:
            self.broken, self._left = True, self._left[:0]
        if not self._left:
            self._selector.unregister(self._stdin)

    def _receive(self, stream: IO[bytes]) -> bool:
        """Reads what is there; returns whether nothing more is to come that matters."""
        try:
            chunk = os.read(stream.fileno(), CHUNK)
        except BlockingIOError:
            return False
        except OSError:
            chunk = b""
        said = self.said[stream]
        said += chunk
        if not chunk:
            self.broken = True
            self._selector.unregister(stream)
            return True
        return said.find(self._end, max(0, len(said) - len(chunk) - len(self._end))) >= 0
