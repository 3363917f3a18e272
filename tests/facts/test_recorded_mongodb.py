"""MongoDB checks on figures as the server tells them, where no fault can bring them about within seconds.

An oplog of the smallest size (990 MB) is not filled in seconds, memory and versions cannot be had at will, the disk of
a lab's host is its machine's, an operation that sleeps gives its ticket back, and a cache made small evicts all.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks import test_mongodb as checks
from checks import test_mongodb_upkeep as upkeep
from engine.run.run import all_systems
from fixtures.mongodb.replica_set import Oplog
from fixtures.mongodb.server import ServerStatus
from fixtures.mongodb.settings import Mongodb
from fixtures.os.filesystems import Filesystem
from fixtures.os.memory import Memory
from tests.conftest import ROOT
from tests.ours import Limits

LIMITS = Limits()
GIB = 1024**3
STATUS = ServerStatus("6.0.5", 59, 500, 220 * 1024**2, 61 * 1024**2, 256 * 1024**2, 0, {"read": 127, "write": 127})


def settings() -> Mongodb:
    """MongoDB's part of the family system."""
    system = next(system for system in all_systems(ROOT) if system.id == "family-management")
    found = system.components["mongodb"]
    assert isinstance(found, Mongodb)
    return found


@pytest.mark.parametrize("oplog", [Oplog(60, 9 * 1024**2, 990 * 1024**2), Oplog(90_000, 989 * 1024**2, 990 * 1024**2)])
def test_oplog_long_enough(oplog: Oplog) -> None:
    """A young oplog that is not full yet is fine, and so is a full one of more than a day."""
    checks.test_oplog_window(oplog, LIMITS)


@pytest.mark.recorded("mongodb.oplog_window")
def test_oplog_too_short() -> None:
    """A full oplog of three hours is not."""
    with pytest.raises(AssertionError, match=r"989\.0 MiB of 990\.0 MiB and covers 3\.0 h; expected at least 24 h"):
        checks.test_oplog_window(Oplog(3 * 3600, 989 * 1024**2, 990 * 1024**2), LIMITS)


@pytest.mark.recorded("mongodb.memory_resident")
def test_memory() -> None:
    """Most of the memory is too much."""
    memory = Memory(total=4 * GIB, available=GIB, swap_total=0, swap_free=0)
    checks.test_memory_resident(STATUS, memory, LIMITS)
    with pytest.raises(AssertionError, match=r"mongod uses 3\.5 GiB of 4\.0 GiB of memory; the limit is 80%"):
        checks.test_memory_resident(replace(STATUS, resident=int(3.5 * GIB)), memory, LIMITS)


@pytest.mark.recorded("mongodb.cache_used")
def test_cache() -> None:
    """A cache at 80 % is how it works; a full one is not."""
    checks.test_cache_used(replace(STATUS, cache=int(0.8 * STATUS.cache_most)), LIMITS)
    with pytest.raises(AssertionError, match=r"the cache uses 246\.0 MiB of 256\.0 MiB; the limit is 95%"):
        checks.test_cache_used(replace(STATUS, cache=246 * 1024**2), LIMITS)


@pytest.mark.recorded("mongodb.tickets")
def test_tickets() -> None:
    """Either kind may run out."""
    checks.test_tickets(STATUS)
    with pytest.raises(AssertionError, match=r"the storage engine has no ticket left for write"):
        checks.test_tickets(replace(STATUS, tickets={"read": 3, "write": 0}))


@pytest.mark.recorded("mongodb.version")
def test_version() -> None:
    """Versions are compared as numbers."""
    upkeep.test_version(replace(STATUS, version="10.0.1"), settings())
    with pytest.raises(AssertionError, match=r"MongoDB is version 5\.0\.31; expected 6\.0 or later"):
        upkeep.test_version(replace(STATUS, version="5.0.31"), settings())


@pytest.mark.recorded("mongodb.data_disk")
@pytest.mark.parametrize(
    ("used", "available", "words"),
    [
        (95 * GIB, 5 * GIB, "is 95 % full; the limit is 90 %"),
        (4 * GIB, GIB // 2, "has 512.0 MiB free; expected at least 1.0 GiB"),
    ],
)
def test_disk_full(used: int, available: int, words: str) -> None:
    """A big disk is full by its share, a small one by its bytes."""
    with pytest.raises(AssertionError, match=words.replace(".", r"\.")):
        checks.test_data_disk(Filesystem("/data", "/dev/vdb", used, available), settings(), LIMITS)


def test_disk_with_room() -> None:
    """Half full is fine."""
    checks.test_data_disk(Filesystem("/data", "/dev/vdb", 50 * GIB, 50 * GIB), settings(), LIMITS)
