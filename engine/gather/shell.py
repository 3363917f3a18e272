"""Shells that run scripts through pipes. Marks delimit each answer, so that other output is not part of it."""

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

# The most bytes of an answer, so that a host with endless output does not fill this machine's memory.
MOST_BYTES = 128 * 1024 * 1024
# The seconds in which the last output of an ended process may still arrive.
LAST_WORDS_S = 0.3
ENDS_WITHIN_S = 2
CHUNK = 65536
# A start-up file that reads stdin consumes these lines, and not a part of the first script.
SPARE_LINES = "\n" * 8


class Answer(NamedTuple):
    """The output of a script; `sent` and `received` are seconds since the epoch by this machine's clock."""

    stdout: bytes
    stderr: bytes
    sent: float
    received: float


class ShellError(Exception):
    """A shell gave no complete answer: it ended, it timed out, or its output was too long.

    `stdout` and `stderr` are its output so far. `began` is whether the script had begun, `half` whether one of the two
    streams is complete, `status` the exit status, or None while the process runs.
    """

    def __init__(self, stdout: bytes, stderr: bytes, *, began: bool, half: bool, status: int | None) -> None:
        super().__init__("the shell gave no complete answer")
        self.stdout, self.stderr, self.began, self.half, self.status = stdout, stderr, began, half, status


class Frame:
    """A script between two marks on stdout and on stderr. They are random, so no output of a host contains them."""

    def __init__(self, script: str) -> None:
        mark = f"rc-{secrets.token_hex(12)}"
        begin, end = (f"printf '\\n{mark} {word}\\n'; printf '\\n{mark} {word}\\n' >&2" for word in ("begin", "end"))
        self._begin, self.end = f"\n{mark} begin\n".encode(), f"\n{mark} end\n".encode()
        # A shell reads the whole group before it runs any of it, and its commands cannot read the next script.
        self.text = f"{{ {begin}; ( :\n{script}\n) </dev/null; {end}; }}\n"

    def cut(self, said: bytes) -> tuple[bytes, bool, bool]:
        """Returns the output between the marks, and whether the first and the last mark are there."""
        noise, began, rest = said.partition(self._begin)
        inside, ended, _ = rest.partition(self.end)
        return (inside if began else noise), bool(began), bool(ended)


class Shell:
    """A process that runs the scripts on its stdin, on this machine or a host; `command` starts it."""

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
        """Runs a script and returns its Answer; raises ShellError when it is not complete within `timeout` seconds."""
        frame = Frame(script)
        with self._asking:
            sent = time.time()
            text, self._spare = self._spare + frame.text, ""
            exchange = _Exchange(self._stdin, text, {self._stdout: bytearray(), self._stderr: bytearray()}, frame.end)
            exchange.run(time.monotonic() + timeout)
            received = time.time()
        # The last output of a process arrives before its end is visible.
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
        """Ends the process and its children; may be called from another thread, and more than once."""
        # Afterwards the pid may belong to another process.
        if self._stdin.closed:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(ENDS_WITHIN_S)
                break
        # A thread inside `ask` sees the end of the pipes first; they are closed after it.
        with self._asking:
            for pipe_end in (self._stdin, self._stdout, self._stderr):
                with suppress(OSError):
                    pipe_end.close()


class _Exchange:
    """The exchange of one script with a shell: writes it to stdin and reads stdout and stderr meanwhile."""

    def __init__(self, stdin: IO[bytes], text: str, said: dict[IO[bytes], bytearray], end: bytes) -> None:
        self.said, self.broken = said, False
        self._stdin, self._end = stdin, end
        self._left = memoryview(text.encode())
        self._selector = selectors.DefaultSelector()

    def run(self, deadline: float) -> None:
        """Returns when both end marks arrived, at the deadline, or when the shell has ended (`broken`)."""
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
        """Reads the available bytes; returns whether the stream is complete or closed."""
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
