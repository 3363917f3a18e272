"""Processes: whose they are."""

from __future__ import annotations

import shlex

from fixtures.facts.processes import parse_ps
from fixtures.probes import probe


def test_another_runs_probe_is_not_the_application() -> None:
    """What a run of this suite starts in the application's environment is known again by any other run."""
    command = " ".join(shlex.split(probe("packages", "/opt/shop/venv/bin/python"))[:6])
    started = "PID PPID USER STAT RSS ELAPSED CGROUP COMMAND\n7 1 deploy R 9 0 0::/user.slice "
    assert parse_ps(f"{started}{command} -c text")[0].is_ours
    assert not parse_ps(f"{started}/opt/shop/venv/bin/python -m shop")[0].is_ours
