"""Every fault of the lab: the gate names its cause and shows the right resolution, and is green again afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from tests.cover import cover
from tests.faults import BEGUN, Expected, expectations, prove, system_of
from tests.lab_gate import green, part

pytestmark = [pytest.mark.lab, pytest.mark.fault]
ALL = expectations()
TELLING = [each for each in ALL if each.telling]
COVER = cover([each.fault for each in ALL], [each.fault for each in TELLING])


@pytest.fixture(scope="module", autouse=True)
def _healthy_in_the_end() -> Iterator[None]:
    """After the last fault no other one's run follows that would show what is left of it."""
    yield
    for system in BEGUN:
        green(part(system))


@pytest.fixture
def spread(request: pytest.FixtureRequest) -> bool:
    """Whether every fault, and not the telling ones alone, is asked once more under xdist (`--spread`)."""
    return bool(request.config.getoption("--spread"))


def marks(expected: Expected) -> Iterator[pytest.MarkDecorator]:
    """By which CI chooses."""
    if expected.telling:
        yield pytest.mark.telling
    if expected.fault in COVER:
        yield pytest.mark.cover


def each_of(chosen: Sequence[Expected]) -> pytest.MarkDecorator:
    """One test a fault, those of a system together."""
    ordered = sorted(chosen, key=lambda each: system_of(each.fault))
    told = [pytest.param(each, id=each.fault, marks=list(marks(each))) for each in ordered]
    return pytest.mark.parametrize("expected", told)


@each_of(TELLING)
def test_telling_fault(expected: Expected, spread: bool) -> None:
    """A telling fault is found, explained, and gone after its repair."""
    prove(expected, spread=spread)


@pytest.mark.matrix
@each_of(ALL)
def test_fault(expected: Expected, spread: bool) -> None:
    """Any fault of the list is found, explained, and gone after its repair."""
    prove(expected, spread=spread)
