"""This machine, without a lab."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT, run_gate
from tests.lab_gate import lab


def test_this_machine_works() -> None:
    """--hosts=local checks this machine."""
    result = run_gate(ROOT, "--hosts=local", "-k", "reachable or filesystem")
    assert "localhost" in result.text
    assert "READY" in result.text, result.text


def test_only_marked_tests_reach_the_lab() -> None:
    """A gate on the lab, in a test without the mark, is refused at once; so is a command of the lab."""
    result = run_gate(ROOT, "--hosts=lab", "-k", "reachable and santas")
    # Where no lab was ever made, its ssh_config is not there either, and that is told before anything is asked.
    assert result.code in {1, 4}
    assert "READY: " not in result.text.replace("NOT READY", "")
    with pytest.raises(AssertionError, match="marked"):
        lab("status")
