"""What the runbooks of this repository say about a cause: what follows, and how fast somebody must be there."""

from __future__ import annotations

import pytest

from engine.gather.fact import Unavailable
from engine.judge.further import further
from engine.judge.guidance import guidance
from engine.run.run import Run

MOVED = "the checkout was moved 5 min ago"
OUTAGE = ["Service outage", "Complete system failure"]


def offered(run: Run, system: str, check: str, deployed: object, severity: str = "P1") -> list[str]:
    """Returns the titles of the sections that follow the resolution for a check, without their chapters."""
    target = next(each for each in run.targets if each.system.id == system)
    run.facts[target.id].values["app_deployed"] = deployed
    return [each.section.rpartition(" / ")[2] for each in further(run, target, check, "", severity)]


@pytest.mark.parametrize("deployed", ["", Unavailable("app_deployed", "no answer")])
def test_without_a_deployment(run: Run, deployed: object) -> None:
    """A system has what its own chapters have: no snapshot of Redis here, one there."""
    assert offered(run, "santas-gift-finder", "app.unit_running", deployed) == OUTAGE
    assert offered(run, "santas-gift-finder", "redis.unit_running", deployed) == OUTAGE[:1]
    assert offered(run, "family-management", "redis.unit_running", deployed) == ["Redis data lost", OUTAGE[0]]


def test_after_a_deployment(run: Run) -> None:
    """Going back is the first thing that is offered, with what was found."""
    assert offered(run, "santas-gift-finder", "app.unit_running", MOVED) == ["Roll back to the last release", *OUTAGE]
    told = offered(run, "family-management", "redis.unit_running", MOVED)
    assert told == ["Roll back to the last release", "Redis data lost", OUTAGE[0]]
    assert further(run, run.targets[0], "app.unit_running", "", "P1")[0].why == MOVED


def test_of_a_mild_cause(run: Run) -> None:
    """Nobody leads an outage for a P2, and nobody goes back for a P3."""
    assert offered(run, "santas-gift-finder", "http.latency", MOVED, "P2") == ["Roll back to the last release"]
    assert offered(run, "santas-gift-finder", "app.git_clean", MOVED, "P3") == []


def test_the_gravest_severity_says_how_fast(run: Run) -> None:
    """A cause of P2 that takes the front down is a P1 for whoever is called."""
    alone, grave = (guidance(run, run.targets[0], "http.latency", "", gravest) for gravest in ("P3", "P1"))
    assert (alone.response_s, grave.response_s) == (3600, 900)
    assert "update the status page" in grave.demands
    assert "update the status page" not in alone.demands
