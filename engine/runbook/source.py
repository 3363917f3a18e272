"""The Markdown of a section, as it stands in its file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from engine.runbook.model import Section


@cache
def _headings(path: Path) -> tuple[tuple[str, ...], tuple[tuple[int, int], ...]]:
    """Returns the lines of a file, and the line (from 0) and level of each of its headings."""
    from markdown_it import MarkdownIt

    text = path.read_text(encoding="utf-8")
    tokens = [token for token in MarkdownIt("commonmark").parse(text) if token.type == "heading_open"]
    return tuple(text.splitlines()), tuple((token.map[0], int(token.tag[1:])) for token in tokens if token.map)


def source(section: Section) -> str:
    """Returns what stands under a section's heading, up to the next heading that is not below it. Raises OSError."""
    lines, headings = _headings(section.path)
    start = section.line - 1
    level = dict(headings).get(start, 1)
    end = next((line for line, other in headings if line > start and other <= level), len(lines))
    return "\n".join(lines[start + 1 : end]).strip()
