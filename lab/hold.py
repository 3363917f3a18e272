"""Who holds the lab: one test run, or one command that changes it, at a time; the kernel lets go when they die.

A run holds the lab as a whole: its xdist workers and the lab commands that it starts share the hold, because they
inherit the run's name in their environment. Gates only read, and hold nothing.
"""

from __future__ import annotations

import fcntl
import json
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import IO

from lab.state import folder

# The name of the run that this process belongs to: JSON that says who it is.
RUN = "RUNBOOK_LAB_RUN"
POLL_S = 0.3


def tell(words: str) -> None:
    """Says on stderr for whom a command waits."""
    print(f"lab: {words}", file=sys.stderr, flush=True)


def run_of(command: str) -> str:
    """Returns the name of the run that this process belongs to; one that belongs to none begins its own."""
    me = {"command": command, "pid": os.getpid(), "since": f"{datetime.now():%H:%M:%S}", "id": uuid.uuid4().hex}
    return os.environ.setdefault(RUN, json.dumps(me))


@contextmanager
def held(command: str, waiting: Callable[[str], object] = tell) -> Iterator[None]:
    """Holds the lab for this process and those of its run; tells `waiting` who else holds it, and waits for them."""
    run, told = run_of(command), None
    with ExitStack() as stack:
        while (holder := _join(run, stack)) is not None:
            if holder != told:
                waiting(f"waiting until {_words(holder)} leaves the lab in {folder()}")
                told = holder
            time.sleep(POLL_S)
        yield


def _join(run: str, stack: ExitStack) -> str | None:
    """Takes the hold, or a share of it when this run has it; returns who has it when that is another run."""
    folder().mkdir(parents=True, exist_ok=True)
    # Only one at a time asks for the hold, so that nobody comes between the question and the answer.
    with _opened("hold.door") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        hold = _opened("hold")
        try:
            fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            hold.seek(0)
            if (holder := hold.read()) != run:
                hold.close()
                return holder
        else:
            hold.truncate(0)
            hold.write(run)
            hold.flush()
        fcntl.flock(hold, fcntl.LOCK_SH)
        stack.enter_context(hold)
    if _is_there(hold):
        return None
    stack.close()  # `down --purge` has thrown this file away meanwhile
    return ""


def _opened(name: str) -> IO[str]:
    return (folder() / name).open("a+", encoding="utf-8", errors="surrogateescape")


def _is_there(hold: IO[str]) -> bool:
    path = folder() / "hold"
    return path.exists() and path.stat().st_ino == os.fstat(hold.fileno()).st_ino


def _words(holder: str) -> str:
    try:
        found = json.loads(holder)
        return f"'{found['command']}' (pid {found['pid']}, since {found['since']})"
    except (ValueError, TypeError, KeyError):
        return "somebody"
