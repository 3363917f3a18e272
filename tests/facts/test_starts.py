"""The starts of the services: who was started how often, and when that is too often."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from checks import test_units
from engine.gather.fact import FactError
from engine.judge.failure import PastFailure
from fixtures.app.settings import App
from fixtures.app.workers import app_starts
from fixtures.units.starts import parse_starts
from tests.ours import Limits

# The application's own starts are judged with it.
APP: Any = App(unit="shop-api", port=8000, health="/health")
TARGET: Any = SimpleNamespace(system=SimpleNamespace(components={"app": APP}), component=lambda _: APP)


def told(*starts: tuple[int, str]) -> str:
    lines = "".join(f"__REALTIME_TIMESTAMP={at}000000\nUNIT={unit}\n" for at, unit in starts)
    return f"10000\n{lines}==end\n"


def test_each_unit_by_itself() -> None:
    """Seven starts of two services are no loop; seven of one are."""
    both = parse_starts(told(*((9000 + at, f"{'ab'[at % 2]}.service") for at in range(7))))
    test_units.test_starts(both, TARGET, Limits())
    with pytest.raises(PastFailure, match=r"^b\.service was started 7 times in the last hour, the last time 94 s"):
        test_units.test_starts(parse_starts(told(*((9900 + at, "b.service") for at in range(7)))), TARGET, Limits())


def test_what_is_over() -> None:
    """A loop that has ended is history."""
    test_units.test_starts(parse_starts(told(*((7000 + at, "b.service") for at in range(20)))), TARGET, Limits())


def test_what_systemd_started_after_a_crash() -> None:
    """A unit in a restart loop is its own component's matter."""
    starts = told(*((9000 + at, "b.service") for at in range(20)))
    found = parse_starts(starts.replace("10000\n", "10000\nNRestarts=18 UNIT=b.service\n", 1))
    assert found == {"b.service": [1000.0, 999.0]}


def test_those_of_the_application() -> None:
    """They are told once: with the application, whichever component has it."""
    found = parse_starts(told(*((9900 + at, "shop-api.service") for at in range(7))))
    test_units.test_starts(found, TARGET, Limits())
    assert app_starts.fact.make(unit_starts=found, target=TARGET)[0] == 100.0


def test_a_host_without_starts() -> None:
    """None in the last hour is an answer; one that was cut is not."""
    assert parse_starts(told()) == {}
    for cut in ("10000\n", told((9000, "a.service")).removesuffix("==end\n"), "10000\nUNIT=a.service\n==end\n"):
        with pytest.raises((FactError, ValueError, AssertionError)):
            parse_starts(cut)
