"""JSON lines: every finding on disk as it comes, so that a killed run keeps what it knew."""

from __future__ import annotations

import json
from collections.abc import Callable

from engine.hooks.outputs import Place
from engine.judge.finding import Finding

NAME = "findings.jsonl"


def follow(place: Place) -> Callable[[Finding], None]:
    """Returns what appends a finding as one line, flushed as it is written. Raises OSError."""
    file = (place.folder / NAME).open("w", encoding="utf-8", errors="replace")

    def add(finding: Finding) -> None:
        file.write(json.dumps(finding.to_dict(), ensure_ascii=False, default=str) + "\n")
        file.flush()

    return add
