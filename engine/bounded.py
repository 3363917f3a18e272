"""A program on this machine, bounded in time and in what it says; nothing of it outlives its time."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

CHUNK = 65536


@dataclass(frozen=True)
class Ended:
    """What a program wrote to stdout and to stderr, and its status. A cut text is a byte longer than its limit."""

    out: bytes
    said: bytes
    code: int


def run_bounded(
    command: Sequence[str],
    seconds: float,
    limits: tuple[int, int],
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Ended:
    """Returns how a command ended; `limits` are bytes of stdout and of stderr. Raises TimeoutError after `seconds`.

    Whoever writes more to stdout is ended, because nobody reads on. Complaints are read to their end, and end nothing.
    """
    # In a session of its own it has no terminal to ask for a password on, and what it starts ends with it.
    process = subprocess.Popen(
        command, cwd=folder, env=environment, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    assert process.stderr
    kept: dict[str, bytes] = {}
    threads = [
        threading.Thread(target=_read, args=(kept, "out", process.stdout, limits[0], False), daemon=True),
        threading.Thread(target=_read, args=(kept, "said", process.stderr, limits[1], True), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        code = process.wait(seconds)
        # What it started may still have something to say.
        _join(threads)
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    _join(threads)
    return Ended(kept.get("out", b""), kept.get("said", b""), code)


def _join(threads: Sequence[threading.Thread]) -> None:
    for thread in threads:
        thread.join(1)


def _read(kept: dict[str, bytes], name: str, pipe: IO[bytes], limit: int, on: bool) -> None:
    """Keeps what comes up to a limit and a byte; goes `on` reading what is not kept."""
    with pipe:
        kept[name] = pipe.read(limit + 1)
        while on and pipe.read(CHUNK):
            pass
