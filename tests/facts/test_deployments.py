"""When the application's code and packages were changed last."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.gather.fact import FactError
from engine.run.run import resolve
from fixtures.app.deployments import Head, app_deployed, parse_head
from fixtures.app.venv import Packages
from tests.conftest import ROOT

TARGET = resolve(ROOT, "local://", "santas-gift-finder", {}, ROOT).targets[0]
DAY = 24 * 3600


def test_heads_time_is_that_of_the_reflog() -> None:
    """It counts when HEAD was moved, not when the commit was made; without a reflog nobody knows."""
    assert parse_head("1790000100\nHEAD@{1790000000}\n") == Head(100, same=False)
    assert parse_head("1790000100\nHEAD@{1790000000}\nsame\n") == Head(100, same=True)
    with pytest.raises(FactError, match="no reflog"):
        parse_head("1790000100\n")


@pytest.mark.parametrize(
    ("head", "changed_s", "text"),
    [
        (Head(90, same=False), DAY + 1, "the checkout was moved 90 s ago"),
        (Head(DAY + 1, same=False), 7200, "packages were changed 2 h ago"),
        (Head(0, same=True), -3, "packages were changed 0 s ago"),
        (Head(90, same=True), 7200, "the checkout was moved 90 s ago"),
        (Head(DAY + 1, same=False), DAY + 1, ""),
        (None, None, ""),
    ],
)
def test_what_was_deployed_lately(head: Head | None, changed_s: float | None, text: str) -> None:
    """Within the limit; a clock that was set back is no deployment of the future, and what cannot be had is none."""
    packages = None if changed_s is None else Packages({}, {}, {}, changed_s)
    assert app_deployed.fact.make(target=TARGET, app_head=head, app_packages=packages) == text


def test_a_limit_of_ones_own() -> None:
    """The system or the inventory may say what is lately."""
    limits = TARGET.limits.model_copy(update={"deployment_s": 60})
    told: Any = app_deployed.fact.make(target=replace(TARGET, limits=limits), app_head=Head(90, same=False))
    assert told == ""
