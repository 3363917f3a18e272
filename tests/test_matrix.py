"""Every fault of the lab: the gate names its cause and shows the right resolution, and is green again afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults import Expected, expectations, green, hosts_of, prove

pytestmark = [pytest.mark.lab, pytest.mark.fault]
ALL = expectations()
TELLING = [each for each in ALL if each.telling]


@pytest.fixture(scope="module", autouse=True)
def _healthy(request: pytest.FixtureRequest) -> Iterator[None]:
    """The hosts that the chosen faults are about are well before the first and after the last."""
    chosen = [item for item in request.session.items if isinstance(item, pytest.Function)]
    asked = [item.callspec.params["expected"] for item in chosen if "expected" in item.fixturenames]
    hosts = hosts_of(*(each.fault for each in asked if isinstance(each, Expected)))
    green(hosts, limit_s=120)
    yield
    green(hosts)


@pytest.mark.parametrize("expected", TELLING, ids=[each.fault for each in TELLING])
def test_telling_fault(expected: Expected) -> None:
    """A telling fault is found, explained, and gone after its repair."""
    prove(expected)


@pytest.mark.matrix
@pytest.mark.parametrize("expected", ALL, ids=[each.fault for each in ALL])
def test_fault(expected: Expected) -> None:
    """Any fault of the list is found, explained, and gone after its repair."""
    prove(expected)
