"""Spreading with xdist: the controller collects as every run does, and workers start once it knows what they need.

xdist's own controller collects nothing: it would neither know what was selected (so all hosts would be asked for all
facts, also with `-k nothing` or `--plan`) nor which checks are missing at the end.
"""

from __future__ import annotations

from typing import Any

import pytest

DSESSION = "dsession"
HELD: pytest.StashKey[Any] = pytest.StashKey()


def hold_workers(config: pytest.Config) -> None:
    """Takes xdist's session out, where there is one; to be called when every plugin is configured."""
    if config.pluginmanager.hasplugin(DSESSION):
        config.stash[HELD] = config.pluginmanager.unregister(name=DSESSION)


def run_on_workers(session: pytest.Session) -> bool | None:
    """Starts the workers and runs everything there; None when the run is not spread."""
    spread = session.config.stash.get(HELD, None)
    if spread is None:
        return None
    session.config.pluginmanager.register(spread, DSESSION)
    spread.pytest_sessionstart(session)
    try:
        done: bool = spread.pytest_runtestloop()
    except KeyboardInterrupt:
        # xdist calls it an interruption when `-x` or `--maxfail` ends a run, which pytest itself does not.
        if session.shouldfail:
            raise session.Failed(session.shouldfail) from None
        raise
    return done
