"""Folders of runs: each run of an environment writes into its own, and `latest` points to the newest."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

LATEST = "latest"
# It has the name of the newest folder where the file system has no symbolic links.
LATEST_NAME = "latest.txt"
# Locked while the run lives; the lock ends with its process.
RUNNING = ".running"
LOCK = ".lock"
# A UTC time, with a number for further runs within the same second.
NAME = re.compile(r"(\d{8}T\d{6}Z)(?:-(\d+))?$")


class RunFolder:
    """The folder `FOLDER/TIME/` of one run; its files go to `path`."""

    def __init__(self, environment: Path, now: datetime, keep: int) -> None:
        """Creates the folder, points `latest` to it, and removes all but the newest `keep` folders.

        `now` is in UTC. The folder of a run that still lives is never removed. Raises OSError when the folder cannot be
        written.
        """
        environment.mkdir(parents=True, exist_ok=True)
        with locked(environment / LOCK):
            self.path = _made(environment, now)
            self._running = (self.path / RUNNING).open("w")
            fcntl.flock(self._running, fcntl.LOCK_EX)
            point_latest(self.path)
            _remove_old(environment, max(1, keep))

    def close(self) -> None:
        """Marks the folder as complete: the run writes nothing more to it."""
        with suppress(OSError):
            (self.path / RUNNING).unlink()
        self._running.close()

    def discard(self) -> None:
        """Removes the folder of a run without checks, and points `latest` to the run before it."""
        self.close()
        with locked(self.path.parent / LOCK):
            shutil.rmtree(self.path, ignore_errors=True)
            for path in (self.path.parent / LATEST, self.path.parent / LATEST_NAME):
                path.unlink(missing_ok=True)
            if before := runs(self.path.parent):
                point_latest(before[-1])


def runs(environment: Path) -> list[Path]:
    """Returns the folders of an environment's runs, the oldest first."""
    named = [(match, path) for path in environment.iterdir() if (match := NAME.match(path.name)) and path.is_dir()]
    return [path for _, path in sorted(named, key=lambda pair: (pair[0][1], int(pair[0][2] or 1)))]


def point_latest(folder: Path) -> None:
    """Points `latest` beside `folder` to it, atomically."""
    part = folder.parent / f".{LATEST}.{os.getpid()}"
    part.unlink(missing_ok=True)
    try:
        part.symlink_to(folder.name, target_is_directory=True)
        part.replace(folder.parent / LATEST)
        (folder.parent / LATEST_NAME).unlink(missing_ok=True)
    except OSError:
        part.unlink(missing_ok=True)
        part.write_text(f"{folder.name}\n", encoding="utf-8")
        part.replace(folder.parent / LATEST_NAME)
        # An older link would still point to an old verdict.
        with suppress(OSError):
            (folder.parent / LATEST).unlink()


def _made(environment: Path, now: datetime) -> Path:
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    number = 1
    while True:
        path = environment / (stamp if number == 1 else f"{stamp}-{number}")
        try:
            path.mkdir()
        except FileExistsError:
            number += 1
        else:
            return path


def _remove_old(environment: Path, keep: int) -> None:
    for path in runs(environment)[:-keep]:
        if not being_written(path):
            shutil.rmtree(path, ignore_errors=True)


def being_written(folder: Path) -> bool:
    """Whether the run of this folder still lives."""
    try:
        with (folder / RUNNING).open("r+") as running:
            fcntl.flock(running, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


@contextmanager
def locked(path: Path) -> Iterator[IO[str]]:
    """Holds the lock that keeps runs of the same time from removing each other's folders and files. Raises OSError."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
