"""pytest's cache (`--lf`, `--ff`, `--sw`, `--nf`): one an environment, so that one's failures are not another's."""

from __future__ import annotations

from pathlib import Path

import pytest

OPTION = "cache_dir"


def keep_cache_in(config: pytest.Config, folder: Path) -> None:
    """Has pytest keep its cache there, unless `-o cache_dir=…` says where; before its own plugin is configured."""
    given = getattr(config.option, "override_ini", None) or ()
    if config.pluginmanager.hasplugin("cacheprovider") and not any(each.startswith(f"{OPTION}=") for each in given):
        # pytest has no way to set an ini value of this kind but its command line, which is read already.
        config._inicache[OPTION] = str(folder)
