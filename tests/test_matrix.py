"""Every fault of the lab: the gate names its cause and shows the right resolution, and is green again afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from tests.faults import Expected, expectations, green, prove, system_of

pytestmark = [pytest.mark.lab, pytest.mark.fault]
ALL = expectations()
TELLING = [each for each in ALL if each.telling]


@pytest.fixture(scope="module")
def system(request: pytest.FixtureRequest) -> Iterator[str]:
    """A system whose hosts are well before the first of its faults and after the last."""
    green(request.param, limit_s=120)
    yield request.param
    green(request.param)


def each_of(chosen: Sequence[Expected]) -> pytest.MarkDecorator:
    """One test a fault, those of a system together."""
    pairs = sorted(((system_of(each.fault), each) for each in chosen), key=lambda pair: pair[0])
    return pytest.mark.parametrize(
        ("system", "expected"), pairs, ids=[each.fault for _, each in pairs], indirect=["system"]
    )


@each_of(TELLING)
def test_telling_fault(system: str, expected: Expected) -> None:
    """A telling fault is found, explained, and gone after its repair."""
    prove(expected)


@pytest.mark.matrix
@each_of(ALL)
def test_fault(system: str, expected: Expected) -> None:
    """Any fault of the list is found, explained, and gone after its repair."""
    prove(expected)
