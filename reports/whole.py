"""Files that are written whole or not at all: a reader never sees half of one."""

from __future__ import annotations

from pathlib import Path


def part_of(path: Path) -> Path:
    """Returns the file beside `path` to write first, in a folder that is made; it replaces `path` when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f".{path.name}.part")


def write_whole(path: Path, text: str) -> None:
    """Writes a text; half a character of a host's is replaced. Raises OSError."""
    part = part_of(path)
    part.write_text(text, encoding="utf-8", errors="replace")
    part.replace(path)
