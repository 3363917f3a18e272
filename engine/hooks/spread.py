"""Distribution with xdist: the controller collects the checks too, and starts the workers after gathering.

xdist's own controller collects nothing. It would know neither which checks are selected, so that every host would be
queried for all facts even with `-k nothing` or `--plan`, nor which checks have no finding at the end.
"""

from __future__ import annotations

from typing import Any

import pytest

DSESSION = "dsession"
HELD: pytest.StashKey[Any] = pytest.StashKey()


def hold_workers(config: pytest.Config) -> None:
    """Unregisters xdist's session, where there is one; must be called after every plugin is configured."""
    if config.pluginmanager.hasplugin(DSESSION):
        config.stash[HELD] = config.pluginmanager.unregister(name=DSESSION)


def run_on_workers(session: pytest.Session) -> bool | None:
    """Starts the workers and runs the checks there; returns None when the run is not distributed."""
    spread = session.config.stash.get(HELD, None)
    if spread is None:
        return None
    session.config.pluginmanager.register(spread, DSESSION)
    spread.pytest_sessionstart(session)
    try:
        done: bool = spread.pytest_runtestloop()
    except KeyboardInterrupt:
        # xdist reports an interruption when `-x` or `--maxfail` ends a run; pytest itself does not.
        if session.shouldfail:
            raise session.Failed(session.shouldfail) from None
        raise
    return done
