"""Which content folder a run has: that of `--content`, of the inventory's path, or of the current folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.config.problems import ConfigError
from engine.places import INVENTORY, RUNBOOKS, SUITE, has_content
from engine.run.run import is_path


def content_of(config: pytest.Config) -> Path:
    """Returns the content folder of a run; the suite's own where there is no other. Raises ConfigError."""
    here = config.invocation_params.dir
    if given := config.option.content:
        # In an ini file it is relative to that file, and pytest may be called from a folder below.
        return _given(given, [here / Path(given).expanduser(), config.rootpath / given])
    specs = [here]
    if is_path(hosts := config.option.hosts or ""):
        specs.insert(0, (here / hosts).parent.parent)
    return next((folder.resolve() for folder in specs if has_content(folder)), SUITE)


def _given(given: str, candidates: list[Path]) -> Path:
    found = next((folder.resolve() for folder in candidates if has_content(folder)), None)
    if found is None:
        raise ConfigError(
            f"--content={given} is no content folder; expected one with {INVENTORY}/ and {RUNBOOKS}/, "
            "such as `runbook-checks init DIR` makes"
        )
    return found
