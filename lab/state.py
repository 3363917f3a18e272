"""Where the lab keeps what it makes: images, disks, keys and marks of what runs; never in the repository."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

# A child of this ends when its parent does [prctl(2), PR_SET_PDEATHSIG].
TIED = ("setpriv", "--pdeathsig", "TERM", "--")
SOURCE = Path(__file__).parent / "hosts"


class LabError(Exception):
    """The lab cannot do what was asked; the text is one plain line."""


def folder() -> Path:
    """Returns the state folder: RUNBOOK_LAB_DIR, or /var/lib/runbook-lab. Raises LabError when mount cannot take it."""
    path = Path(os.environ.get("RUNBOOK_LAB_DIR") or "/var/lib/runbook-lab").resolve()
    if unfit := re.search(r"[\s:,\\\"']|[^\x20-\x7e]", str(path)):
        told = ascii(str(path))
        raise LabError(f"RUNBOOK_LAB_DIR={told}: expected a path of plain ASCII, without {unfit[0]!a}")
    return path


def read(path: Path) -> dict[str, Any]:
    """Returns a YAML file's mapping; raises LabError, with its line, for what is none."""
    try:
        found = yaml.safe_load(path.read_bytes())
    except (yaml.YAMLError, UnicodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f":{mark.line + 1}" if mark else ""
        raise LabError(f"{path}{where}: not valid YAML: {' '.join(str(error).split())[:200]}") from None
    if not isinstance(found, dict):
        raise LabError(f"{path}: expected 'key: value' lines")
    return found


def run(
    *command: str,
    timeout: float = 600,
    check: bool = True,
    quiet: bool = True,
    more: Mapping[str, str] | None = None,
    tied: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Runs a command here, with `more` in its environment; raises LabError when it fails and `check` is set.

    One that is `tied` ends with this process, however that ends: nobody then builds where the next command builds.
    """
    environment = {**os.environ, **more} if more else None
    try:
        done = subprocess.run(
            (*TIED, *command) if tied else command, capture_output=quiet, encoding="utf-8", errors="replace",
            timeout=timeout, check=False, stdin=subprocess.DEVNULL, env=environment,
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
