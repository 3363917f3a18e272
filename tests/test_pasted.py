"""Every resolution is pasted, all of its steps in order, where it is not needed: it does no harm."""

from __future__ import annotations

import pytest

from tests.faults import expectations, part_of
from tests.lab_gate import gate, green, lab, part
from tests.pasted import harmless, resolution, titles

pytestmark = [pytest.mark.lab, pytest.mark.fault, pytest.mark.matrix]
ALL = sorted(titles())
# For each component a fault that a start would not survive, while what runs is well.
BROKEN = {
    ("santas-gift-finder", "app"): "app-source-broken",
    ("santas-gift-finder", "postgres"): "postgres-config-typo",
    ("santas-gift-finder", "redis"): "redis-config-typo",
    ("family-management", "app"): "family-execstart-twice",
    ("family-management", "nginx"): "family-nginx-config-broken",
    ("family-management", "mongodb"): "family-mongodb-config-typo",
    ("load-balancer", "haproxy"): "haproxy-reload-refused",
}
# There is nothing to do: the lab's hosts have no time service to turn on, and checksums are on.
ENDED = {"Clock wrong", "Checksums off"}


@pytest.mark.parametrize(("system", "title"), ALL, ids=[f"{system}/{title}" for system, title in ALL])
def test_on_a_healthy_host(system: str, title: str) -> None:
    """The host is as healthy as before, nothing was restarted that no step announced, and no step ended the paste."""
    told = resolution(system, title)
    assert told is not None, "no check of a healthy host shows this section"
    of = part(system)
    try:
        said = harmless(told, of, to_its_end=title.rpartition(" / ")[2] not in ENDED)
        run = green(of, limit_s=40)
    except BaseException:
        for host in of.hosts:
            lab("reset", host)
        raise
    assert run.result.code == 0, said


@pytest.mark.parametrize(("system", "component"), BROKEN, ids=[f"{system}/{name}" for system, name in BROKEN])
def test_on_a_host_with_another_fault(system: str, component: str) -> None:
    """Where a restart would end in an outage, the sections of the same component leave what runs as it is."""
    expected = next(each for each in expectations() if each.fault == BROKEN[system, component])
    others = [
        told
        for told in (resolution(system, title) for name, title in ALL if name == system)
        if told and told.component == component and not told.title.endswith(expected.section)
    ]
    assert others
    of = part_of(expected)
    lab("break", expected.fault)
    try:
        for told in others:
            harmless(told, of)
        worse = gate("--no-evidence", of=of).named("failed") - {expected.cause, *expected.red, *expected.may}
        assert not worse, f"red beside {expected.fault}: {sorted(worse)}"
    except BaseException:
        for host in of.hosts:
            lab("reset", host)
        raise
    lab("repair", expected.fault)
    green(of)
