"""Mounts: overlays of images, and taking away what a killed run left mounted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lab.state import run


def mounted(path: Path) -> bool:
    """Whether something is mounted at `path`."""
    table = Path("/proc/self/mountinfo").read_text(encoding="utf-8")
    return any(line.split()[4] == str(path) for line in table.splitlines())


def mount_overlay(root: Path, lower: Sequence[Path], upper: Path, work: Path) -> None:
    """Mounts `upper` over the folders of `lower`, the topmost first, at `root`."""
    for path in (root, upper, work):
        path.mkdir(parents=True, exist_ok=True)
    options = f"lowerdir={':'.join(map(str, lower))},upperdir={upper},workdir={work}"
    run("mount", "-t", "overlay", "overlay", "-o", options, str(root))


def release(root: Path) -> None:
    """Unmounts everything at or below `root`; nothing mounted is fine."""
    table = Path("/proc/self/mountinfo").read_text(encoding="utf-8")
    below = [point for line in table.splitlines() if (point := line.split()[4]).startswith(str(root))]
    for point in sorted(below, key=len, reverse=True):
        run("umount", "-l", point, check=False)


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
