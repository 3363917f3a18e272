"""Atomic writes: a reader never sees a half-written file."""

from __future__ import annotations

from pathlib import Path


def part_of(path: Path) -> Path:
    """Returns the temporary file beside `path`, which replaces it when complete. Creates the folder. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f".{path.name}.part")


def write_whole(path: Path, text: str) -> None:
    """Writes `text` to `path` as UTF-8; characters that cannot be encoded are replaced. Raises OSError."""
    part = part_of(path)
    part.write_text(text, encoding="utf-8", errors="replace")
    part.replace(path)
