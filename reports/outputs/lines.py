"""JSON lines: every finding is written to disk at once, so that a killed run keeps its findings."""

from __future__ import annotations

import json
from collections.abc import Callable

from engine.hooks.outputs import Place
from engine.judge.finding import Finding

NAME = "findings.jsonl"


def follow(place: Place) -> Callable[[Finding], None]:
    """Returns a function that appends a finding as one flushed line. Raises OSError."""
    file = (place.folder / NAME).open("w", encoding="utf-8", errors="replace")

    def add(finding: Finding) -> None:
        file.write(json.dumps(finding.to_dict(), ensure_ascii=False, default=str) + "\n")
        file.flush()

    return add
