"""Options that only show something (`--co`, `--plan`, `--fixtures` …): they query no host and write no file."""

from __future__ import annotations

import pytest
from _pytest.junitxml import xml_key

# Options with which no check runs, by their names in `config.option`.
LOOKS = (
    "help",
    "version",
    "markers",
    "collectonly",
    "showfixtures",
    "show_fixtures_per_test",
    "setuponly",
    "setupplan",
    "cacheshow",
    "plan",
    "runbook_coverage",
)
# Those that need no environment, because their output is the same everywhere.
ANYWHERE = ("help", "version", "markers", "showfixtures", "cacheshow", "runbook_coverage")
# Options that name a file which their plugin would write.
FILES = ("xmlpath", "htmlpath")
# Plugins of pytest's cache that would remember the run.
REMEMBERS = ("nfplugin", "stepwiseplugin")


def only_looks(config: pytest.Config) -> bool:
    """Whether an option only shows something, so that no check runs."""
    return _any_of(config, LOOKS)


def looks_anywhere(config: pytest.Config) -> bool:
    """Whether an option shows something that needs no environment."""
    return _any_of(config, ANYWHERE)


def _any_of(config: pytest.Config, names: tuple[str, ...]) -> bool:
    return any(getattr(config.option, name, None) for name in names)


def leave_no_trace(config: pytest.Config) -> None:
    """Keeps plugins from writing files when no check runs; works before and after they are configured."""
    for option in FILES:
        if hasattr(config.option, option):
            setattr(config.option, option, None)
    xml = config.stash.get(xml_key, None)
    if xml is not None:
        del config.stash[xml_key]
        config.pluginmanager.unregister(xml)
    for name in REMEMBERS:
        if config.pluginmanager.hasplugin(name):
            config.pluginmanager.unregister(name=name)
