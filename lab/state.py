"""Where the lab keeps what it makes: images, disks, keys and marks of what runs; never in the repository."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).parent / "hosts"


class LabError(Exception):
    """The lab cannot do what was asked; the text is one plain line."""


def folder() -> Path:
    """Returns the state folder: RUNBOOK_LAB_DIR, or /var/lib/runbook-lab."""
    return Path(os.environ.get("RUNBOOK_LAB_DIR", "/var/lib/runbook-lab"))


def run(
    *command: str, timeout: float = 600, check: bool = True, quiet: bool = True, more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs a command here, with `more` in its environment; raises LabError when it fails and `check` is set."""
    environment = {**os.environ, **more} if more else None
    try:
        done = subprocess.run(
            command, capture_output=quiet, text=True, timeout=timeout, check=False,
            stdin=subprocess.DEVNULL, env=environment,
        )  # fmt: skip
    except FileNotFoundError:
        raise LabError(f"{command[0]} is not installed; expected it on the PATH") from None
    except subprocess.TimeoutExpired:
        raise LabError(f"{' '.join(command[:4])} … did not end within {timeout:g} s") from None
    if check and done.returncode:
        words = ((done.stderr or "") + (done.stdout or "")).strip().splitlines()[-3:]
        raise LabError(f"{' '.join(command[:4])} … failed with {done.returncode}: {' / '.join(words) or 'no output'}")
    return done


def say(text: str) -> None:
    """Prints a line of progress."""
    print(f"lab: {text}", flush=True)


@contextmanager
def locked(*, shared: bool = False) -> Iterator[None]:
    """Holds the lab for this command alone, or with others that are `shared`; waits for whoever is in the way."""
    folder().mkdir(parents=True, exist_ok=True)
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    with (folder() / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            print("lab: waiting for another lab command to end", file=sys.stderr)
            fcntl.flock(lock, kind)
        yield
