"""What to tell somebody whose runbook names no check yet."""

from __future__ import annotations

from pathlib import Path

from engine.config.problems import ConfigError
from engine.drafting.drafted import drafted
from engine.places import shown
from engine.runbook.model import RunbookError
from engine.text import counted


def next_step(path: Path, root: Path) -> str:
    """Returns the line about a runbook that names no check: how many `draft` would propose."""
    place = shown(path, root)
    try:
        draft = drafted(path, path.parent.name, root)
        if not draft.by_check + draft.expected:
            return (
                f"{place} names no check; expected '# check: NAME' or '# expect: …' above a diagnostic (docs/draft.md)"
            )
        much = f"{draft.by_check + draft.expected} for its {counted(draft.total, 'diagnostic')}"
    except (RunbookError, ConfigError):
        much = "some"
    return f"{place} names no check; `runbook-checks draft {place}` proposes {much}"
