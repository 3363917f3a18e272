"""What the linter finds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Problem:
    """One thing that a rule found."""

    path: Path
    line: int
    rule: str
    why: str
    instead: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.why}; instead: {self.instead}"
