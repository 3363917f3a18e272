"""pytest's cache (`--lf`, `--ff`, `--sw`, `--nf`): one for each environment, so that failures do not mix."""

from __future__ import annotations

from pathlib import Path

import pytest

OPTION = "cache_dir"


def keep_cache_in(config: pytest.Config, folder: Path) -> None:
    """Sets pytest's cache folder, unless `-o cache_dir=…` sets it. It must run before pytest configures its cache."""
    given = getattr(config.option, "override_ini", None) or ()
    if config.pluginmanager.hasplugin("cacheprovider") and not any(ini.startswith(f"{OPTION}=") for ini in given):
        # pytest sets such an ini value only from its command line, which is already parsed.
        config._inicache[OPTION] = str(folder)
