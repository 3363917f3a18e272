"""Mounts: overlays of images, and taking away what a killed run left mounted."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lab.state import run

# How the kernel writes blanks and backslashes in its table of mounts: \040.
ESCAPE = re.compile(rb"\\([0-7]{3})")


def mounted(path: Path) -> bool:
    """Whether something is mounted at `path`."""
    return path.resolve() in points()


def points() -> list[Path]:
    """Returns where something is mounted here, each as often as something is, other people's odd names too."""
    table = Path("/proc/self/mountinfo").read_bytes()
    return [Path(os.fsdecode(ESCAPE.sub(_byte, line.split(b" ")[4]))) for line in table.splitlines()]


def _byte(escape: re.Match[bytes]) -> bytes:
    return bytes([int(escape[1], 8)])


def mount_overlay(root: Path, lower: Sequence[Path], upper: Path, work: Path) -> None:
    """Mounts `upper` over the folders of `lower`, the topmost first, at `root`."""
    for path in (root, upper, work):
        path.mkdir(parents=True, exist_ok=True)
    options = f"lowerdir={':'.join(map(str, lower))},upperdir={upper},workdir={work}"
    run("mount", "-t", "overlay", "overlay", "-o", options, str(root))


def release(root: Path) -> None:
    """Unmounts everything at or below `root`; nothing mounted is fine."""
    real = root.resolve()
    below = [point for point in points() if point.is_relative_to(real)]
    for point in sorted(below, key=lambda point: len(point.parts), reverse=True):
        run("umount", "-l", str(point), check=False)


def used(path: Path) -> bool:
    """Whether a host, perhaps another lab's, is mounted over `path`."""
    parts = re.split(rb"[ =:,]", Path("/proc/self/mountinfo").read_bytes())
    return os.fsencode(path) in parts or os.fsencode(path.resolve()) in parts


@contextmanager
def overlay(root: Path, lower: Sequence[Path], upper: Path, work: Path) -> Iterator[Path]:
    """An overlay for as long as the block lasts; its empty folders are taken away afterwards."""
    mount_overlay(root, lower, upper, work)
    try:
        yield root
    finally:
        release(root)
        shutil.rmtree(work, ignore_errors=True)
        root.rmdir()
