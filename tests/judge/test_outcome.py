"""How a finished check becomes a finding, whatever it ended with."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest

from engine.config.inventoryfile import Waiver
from engine.gather.fact import FactError, Unavailable
from engine.judge.explained import explained
from engine.judge.failure import BoundedFailure, PastFailure
from engine.judge.outcome import CannotCheckError, judged, missing_of
from engine.run.run import Run
from fixtures.os.units import Unit
from tests.judge.conftest import Judge, away, ended
from tests.ours import CATALOGUE


def test_an_assertion_of_a_check_fails_it(judge: Judge) -> None:
    """Raised in checks/, or here, where a test stands in for one, by hand."""
    check = importlib.import_module("checks.test_redis")
    with pytest.raises(AssertionError) as caught:
        check.test_memory_limit_set(type("Info", (), {"maxmemory": 0, "system_memory": 0}), None)
    found = judge("redis.memory_limit_set", caught.value)
    assert (found.outcome, found.message, found.where) == (
        "failed",
        "maxmemory is 0, which means no limit; expected a limit",
        "",
    )


class BrokenError(Exception):
    """Its own text breaks."""

    def __str__(self) -> str:
        raise RuntimeError("no text")


def raised(error: BaseException) -> BaseException:
    """Returns the exception as it is after it was raised here."""
    try:
        raise error
    except BaseException as caught:  # the test's own, of any kind
        return caught


@pytest.mark.parametrize(
    "error",
    [
        ImportError("No module named 'absent'"),
        AttributeError("'NoneType' object has no attribute 'total'"),
        AssertionError("an assertion outside checks/ is about our code"),
        BrokenError(),
        SystemExit(3),
        RecursionError("maximum recursion depth exceeded"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_anything_else_is_a_mistake_of_ours(judge: Judge, error: BaseException) -> None:
    """It has its place in our code, and neither steps nor whom to call."""
    found = judge("redis.memory_limit_set", raised(error))
    assert found.outcome == "error"
    assert found.where.startswith("tests/judge/test_outcome.py:")
    assert [found.guidance.remediation, found.guidance.escalation, found.guidance.call] == [(), (), ()]
    assert not found.trace


def test_the_traceback_is_there_when_it_is_asked_for(judge: Judge) -> None:
    """With --tb."""
    found = judge("redis.memory_limit_set", raised(KeyError("x")), trace=True)
    assert "Traceback" in found.trace
    assert "test_outcome.py" in found.trace


def test_a_mistake_in_set_up_is_ours(judge: Judge) -> None:
    """`unit`, `item`, `limits` are ours, and so is an assertion in them."""
    assert judge("redis.unit_running", raised(AssertionError("x")), phase="setup").outcome == "error"


def test_a_parser_that_breaks_is_ours(judge: Judge) -> None:
    """For the owner of its fact as for all others, at the place that gathering names."""
    broken = CannotCheckError(Unavailable("redis", "KeyError: 'x'", "fixtures/redis/client.py:12", "Traceback …"))
    for check in ("redis.answers_ping", "redis.version"):
        found = judge(check, broken, trace=True)
        assert (found.outcome, found.where, found.trace) == ("error", "fixtures/redis/client.py:12", "Traceback …")


def test_a_fact_that_says_why_within_a_check_fails_it(judge: Judge) -> None:
    """A page whose body is not JSON is the host's, not ours."""
    assert judge("http.status_healthy", raised(FactError("it is not JSON"))).outcome == "failed"


@dataclass(frozen=True)
class Hostile:
    """A fact's value whose text breaks."""

    x: int = 1

    def __str__(self) -> str:
        raise ValueError("no text for you")


def test_evidence_that_breaks_costs_itself(run: Run, judge: Judge) -> None:
    """The finding stays, and says in the evidence's place what broke and where."""
    run.facts[run.targets[0].id].values["memory"] = Hostile()
    found = judge("os.memory_available", away("memory"))
    assert found.outcome == "blocked"
    assert "ValueError: no text for you (tests/judge/test_outcome.py:" in found.evidence[0].answer


def test_a_template_that_breaks_costs_the_steps(run: Run, judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """The failure stands, its section too, and the one step says where to read the others."""
    monkeypatch.setattr("engine.judge.guidance.fill", lambda *_: 1 / 0)
    ((found,), _) = explained(run, [judge("redis.answers_ping", away("redis"))])
    assert (found.outcome, len(found.guidance.remediation)) == ("failed", 1)
    assert "ZeroDivisionError" in found.guidance.remediation[0].text
    assert found.guidance.link in found.guidance.remediation[0].text


def test_judging_that_breaks_is_a_mistake_of_ours(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it is: the finding is there, and not green."""
    monkeypatch.setattr("engine.run.run.Run.owners", lambda *_: 1 / 0)
    found = judge("redis.answers_ping", away("redis"))
    assert (found.outcome, found.message) == ("error", "ZeroDivisionError: division by zero")


def test_an_owner_fails_for_what_only_another_fact_met(run: Run) -> None:
    """A front that answered once and then refused; a right that was granted for one command and not for the next."""
    target = run.targets[0]
    run.facts[target.id].values = {
        "http_protected": Unavailable("http", "refused"),
        "redis_keys": Unavailable("sudo", "no"),
    }
    assert missing_of(run, target, run.checks["http.answers"]) == Unavailable("http", "refused")
    assert missing_of(run, target, run.checks["redis.answers_ping"]) is None
    assert missing_of(run, target, run.checks["monitoring.ready"]) is None


def accepting(run: Run, check: str) -> Run:
    """Returns the run with a waiver for a check."""
    waiver = Waiver(check=check, hosts=["*"], reason="known", expires=date.today() + timedelta(days=1))
    return replace(run, inventory=replace(run.inventory, waivers=(waiver,)))


def test_what_an_accepted_owner_blocks_is_blocked_still(run: Run) -> None:
    """A waiver for the owner accepts its failure; what was not seen because of it is not ready."""
    waived = accepting(run, "os.sudo_granted")
    target = waived.targets[0]
    owner, blocked = (
        judged(waived, target, waived.checks[name], ended(name, away("sudo")), CATALOGUE)
        for name in ("os.sudo_granted", "redis.version")
    )
    assert (owner.outcome, blocked.outcome) == ("waived", "blocked")


def test_a_waiver_accepts_that_a_check_is_blocked(run: Run) -> None:
    """Who waives a check's failure waives that it is not looked at."""
    waived = accepting(run, "redis.*")
    found = judged(waived, waived.targets[0], waived.checks["redis.version"], ended("", away("redis")), CATALOGUE)
    assert found.outcome == "waived"


def test_the_gate_is_for_what_is_blocked_too(judge: Judge) -> None:
    """What would be a warning when it failed is a warning when it cannot be looked at; what is grave stays blocked."""
    assert judge("redis.version", away("redis"), gate="P1").outcome == "warned"
    assert judge("redis.writable", away("redis"), gate="P1").outcome == "blocked"
    assert judge("redis.version", raised(KeyError("x")), gate="P1").outcome == "error"


UNIT = Unit("santas-api.service", "loaded", "active", "running", "success", 0, 1, "enabled", 40.0)


@pytest.mark.parametrize(
    ("age", "unit", "over"),
    [
        (61, UNIT, True),
        (59, UNIT, True),
        (41, UNIT, True),
        (39, UNIT, False),
        (59, replace(UNIT, restarts=1), False),
        (59, replace(UNIT, seconds_active=None), False),
        (5, replace(UNIT, seconds_active=1), False),
    ],
)
def test_the_past_may_be_over(run: Run, judge: Judge, age: float, unit: Unit, over: bool) -> None:
    """After a minute, or once a person started a unit that it is about; not when systemd brought it back by itself."""
    run.facts[run.targets[0].id].values["units"] = {"santas-api": unit}
    found = judge("logs.errors", PastFailure("12 lines", age))
    assert bool(found.ended) == over
    if over:
        ago = datetime.now().astimezone() - datetime.fromisoformat(found.ended)
        assert age <= ago.total_seconds() < age + 60


def test_what_a_failure_reaches_is_kept(judge: Judge) -> None:
    """The mounts that are full."""
    found = judge("os.filesystem_space", BoundedFailure("/srv is full", ["/srv"]))
    assert found.only == ("/srv",)
