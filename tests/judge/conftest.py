"""A run against hosts that nobody asks: facts are what a test says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.gather.fact import Unavailable
from engine.gather.gather import Facts
from engine.judge.finding import Finding
from engine.judge.outcome import CannotCheckError, Ended, judged, missing_of
from engine.run.checks import Check
from engine.run.run import Run, resolve
from engine.run.target import Target
from tests.content import ROOT
from tests.ours import CATALOGUE

SYSTEMS = ("santas-gift-finder", "family-management", "load-balancer")


@pytest.fixture(scope="session")
def resolved() -> Run:
    """All systems on one host, as if on two, that may be compared: what is read of files is read once."""
    runs = [resolve(ROOT, "local://", system, {}, ROOT) for system in SYSTEMS]
    outside = "https://shop.example.net/"
    targets = [
        replace(target, id=target.system.id, public=outside, carriers=dict.fromkeys(target.components, 2))
        for run in runs
        for target in run.targets
    ]
    return replace(runs[0], targets=targets)


@pytest.fixture
def run(resolved: Run) -> Run:
    """The same, with nothing known of the host yet."""
    return replace(resolved, facts={target.id: Facts() for target in resolved.targets})


Judge = Callable[..., Finding]


@pytest.fixture
def judge(run: Run) -> Judge:
    """Judges a check of the first system that ended with an exception, or with None."""

    def judged_as(name: str, error: BaseException | None, **more: Any) -> Finding:
        return judged(run, run.targets[0], run.checks[name], ended(name, error, **more), CATALOGUE)

    return judged_as


def ended(name: str, error: BaseException | None, *, item: str = "", **more: Any) -> Ended:
    """How a check ended."""
    return Ended(f"{name}[{item}]", item, error, 0.0, **more)


def away(fact: str, reason: str = "no answer") -> CannotCheckError:
    """What a check ends with when a fact cannot be had."""
    return CannotCheckError(Unavailable(fact, reason))


def findings(run: Run, missing: Unavailable) -> list[Finding]:
    """Returns the findings of a run in which all is well, but for one fact and what rests on it."""
    found = []
    for target in run.targets:
        run.facts[target.id].values = {missing.fact: missing}
        for check in run.checks.values():
            if target.applies(check.name, check.name.partition(".")[0]):
                found.append(_found(run, target, check, missing))
    return found


def _found(run: Run, target: Target, check: Check, missing: Unavailable) -> Finding:
    asked = ("units" if name == "unit" else name for name in check.facts)
    rests_on = {*CATALOGUE.chain(asked), *(need for f in CATALOGUE.chain(check.facts) for need in CATALOGUE[f].needs)}
    gone = missing.fact in rests_on or missing_of(run, target, check)
    error = CannotCheckError(missing) if gone else None
    how = Ended(f"{check.name}[{target.id}]", "", error, 0.0)
    return judged(run, target, check, how, CATALOGUE)
