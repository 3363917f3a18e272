"""Looking: what only shows something (`--co`, `--plan`, `--fixtures` …) asks no host and leaves no file."""

from __future__ import annotations

import pytest
from _pytest.junitxml import xml_key

# Each is an option of pytest's or ours under which no check is run, by its name in `config.option`.
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
# Those that need no environment: what they show is the same everywhere.
ANYWHERE = ("help", "version", "markers", "showfixtures", "cacheshow", "runbook_coverage")
# Options that name a file which their plugin writes, whatever is run.
FILES = ("xmlpath", "htmlpath")
# What pytest's cache remembers of a run, beside the failures: of one that was none it must not.
REMEMBERS = ("nfplugin", "stepwiseplugin")


def only_looks(config: pytest.Config) -> bool:
    """Whether the command line asks to be shown something, and no check is to run."""
    return _any_of(config, LOOKS)


def looks_anywhere(config: pytest.Config) -> bool:
    """Whether what is to be shown needs no environment."""
    return _any_of(config, ANYWHERE)


def _any_of(config: pytest.Config, names: tuple[str, ...]) -> bool:
    return any(getattr(config.option, name, None) for name in names)


def leave_no_trace(config: pytest.Config) -> None:
    """Has no file of a plugin's written: for a run that is none, before the plugins are configured or after it."""
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
