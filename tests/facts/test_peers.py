"""The names of the system's hosts: where they lead on each of them."""

from __future__ import annotations

import pytest

from checks import test_network as checks
from engine.judge.failure import BoundedFailure
from fixtures.network.peers import Peers, astray

OWN = {"db-1": "10.0.0.1", "db-2": "10.0.0.2", "db-3": "10.0.0.3"}


def fleet(**odd: str) -> dict[str, Peers]:
    """Three hosts that know one another; `odd` has where db-1 leads on some of them."""
    hosts = {}
    for name, own in OWN.items():
        found = {other: frozenset([address]) for other, address in OWN.items() if other != name}
        if (seen := odd.get(name.replace("-", "_"))) is not None:
            found["db-1"] = frozenset(seen.split())
        hosts[name] = Peers(frozenset([own, "fd00::" + own[-1]]), found)
    return hosts


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        ("10.0.0.1", []),
        ("fd00::1", []),
        ("10.0.0.99 10.0.0.1", []),
        ("", []),
        ("8.8.8.8", []),
        ("10.0.0.99", [("db-1", "10.0.0.99", "10.0.0.1")]),
        ("127.0.0.1", [("db-1", "127.0.0.1", "10.0.0.1")]),
    ],
    ids=["the same", "its other family", "one of two", "no address", "translated", "of before", "loopback"],
)
def test_one_host_knows_another_address(seen: str, told: list[tuple[str, str, str]]) -> None:
    """What leads to the host by any of its addresses is well, and what has none is told by another check."""
    hosts = fleet(db_3=seen)
    assert astray(hosts["db-3"], hosts) == told
    assert astray(hosts["db-2"], hosts) == []


def test_what_cannot_be_known() -> None:
    """The host of the name was not asked, or its name is the inventory's alone and leads nobody to it."""
    hosts = fleet(db_3="10.0.0.99")
    del hosts["db-1"]
    assert astray(hosts["db-3"], hosts) == []
    wildcard = fleet(db_2="10.0.0.80", db_3="10.0.0.81")
    assert astray(wildcard["db-3"], wildcard) == []


def test_what_follows_names_the_host() -> None:
    """The failure explains what is about that name."""
    hosts = fleet(db_3="10.0.0.99")
    with pytest.raises(BoundedFailure, match=r"db-1 leads to 10\.0\.0\.99 on this host, and to 10\.0\.0\.1") as caught:
        checks.test_names_agree(hosts["db-3"], lambda _: hosts)
    assert caught.value.only == ("db-1",)
