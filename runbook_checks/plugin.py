"""The pytest plugin of the installed suite. It does nothing in runs that are not the suite's.

A run is the suite's when it names hosts in a content folder, or names such a folder. Until that is known nothing else
is imported, so that other runs in the same environment are as fast as without the suite, and have no option of it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import runbook_checks

# Options that make a run in a content folder the suite's.
OURS = ("--hosts", "--plan", "--runbook-coverage")
NAMES = ("checks", "engine", "fixtures", "reports")


def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Loads the suite's plugins into a run of the suite."""
    here = early_config.invocation_params.dir
    if (here / "engine" / "hooks").is_dir():
        # In a checkout its own conftest.py loads them.
        return
    # A worker of xdist has no options among its arguments, but those of the controller.
    if not (_is_ours(here, args) or hasattr(early_config.option, "content")):
        return
    suite = str(runbook_checks.SUITE)
    for name in NAMES:
        file = getattr(sys.modules.get(name), "__file__", None) or suite
        if not file.startswith(suite):
            raise pytest.UsageError(
                f"a plugin has imported another package '{name}' ({file}) before the suite's; "
                "expected -p no:NAME for that plugin"
            )
    sys.path.insert(0, suite)
    from engine.hooks import PLUGINS

    for name in PLUGINS:
        early_config.pluginmanager.import_plugin(name)


def _is_ours(here: Path, args: list[str]) -> bool:
    """Whether these arguments are of a run of the suite."""
    if any(arg.partition("=")[0] == "--content" for arg in args):
        return True
    asked = [arg for arg in args if arg.partition("=")[0] in OURS]
    has_content = (here / "inventory").is_dir() and (here / "runbooks").is_dir()
    return bool(asked) and (has_content or any(arg.endswith((".yml", ".yaml")) for arg in args))
