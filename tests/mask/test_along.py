"""The host's secrets are asked for on every run, whatever was selected, with no more rights than the runbook needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from engine.judge.handover import secret_facts
from engine.run.run import resolve
from tests.conftest import ROOT
from tests.ours import CATALOGUE

SYSTEMS = ("santas-gift-finder", "family-management")


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("selected", ["os and load", "logs"])
def test_the_plan_reads_them(system: str, selected: str) -> None:
    """`-k` narrows down what is judged, never what is known to be secret."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--hosts=ssh://nobody@nowhere.test",
        f"--system={system}",
        "--plan",
        "-k",
        selected,
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert "env_files_text (command): " in done.stdout, done.stdout + done.stderr
    assert "app_unit_cat (command): systemctl cat" in done.stdout


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_right_that_the_runbook_does_not_need(system: str) -> None:
    """What needs a right of its own goes along only where a run of everything would need it too."""
    (target,) = resolve(ROOT, "ssh://nobody@nowhere.test", system, {}, ROOT).targets
    assert "app_environ" in secret_facts(target, CATALOGUE, ["app_environ"])
    assert "app_environ" not in secret_facts(target, CATALOGUE, ["env_files"])
    assert {"env_files", "app_unit_text"} <= set(secret_facts(target, CATALOGUE, ["env_files"]))
