"""Indexes that delete documents: which are a trouble, and what follows from them."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from checks.test_mongodb_upkeep import test_indexes_visible as indexes_visible
from engine.judge.failure import BoundedFailure
from fixtures.data.settings import Data
from fixtures.mongodb.expiry import Expiry, mongodb_expiring
from fixtures.mongodb.server import Index

SETTINGS = Data.model_validate(
    {
        "application": {"from_env_file": "/etc/app.env", "key": "MONGODB_URL"},
        "collections": ["users", "invitations"],
        "expiring": [{"collection": "invitations", "field": "expires_at"}],
    }
)
DAY = {"key": {"created_at": 1}, "name": "created_at_1", "expireAfterSeconds": 86400}
FOUND = Expiry("users", "created_at_1", "created_at", 86400)


class Collection:
    """A collection with these indexes, whose newest documents are so many, and of which so many have the field."""

    def __init__(self, name: str, indexes: list[dict[str, Any]], there: int, having: int) -> None:
        self.name, self.indexes, self.there, self.having = name, indexes, there, having

    def list_indexes(self) -> list[dict[str, Any]]:
        return [{"key": {"_id": 1}, "name": "_id_"}, *self.indexes]

    def aggregate(self, stages: list[dict[str, Any]], **_: object) -> list[dict[str, int]]:
        count = self.having if any("$match" in stage for stage in stages) else self.there
        return [{"n": count}] if count else []


def found(index: dict[str, Any], there: int = 100, having: int = 100, data: Any = SETTINGS, instance: str = "") -> Any:
    database = {name: Collection(name, [index], there, having) for name in ("users", "invitations")}
    session = SimpleNamespace(client={"shop": database}, plainly=nullcontext)
    system = SimpleNamespace(components={"data": data} if data else {}, instance=instance)
    target = SimpleNamespace(component=lambda _: SimpleNamespace(database="shop"), system=system)
    return mongodb_expiring.fact.make(session, target)


def test_an_index_that_deletes_what_is_to_stay() -> None:
    """On a collection that must be filled, and not on one whose documents expire; also when nothing is left of it."""
    assert found(DAY) == [FOUND]
    assert found(DAY, there=0, having=0) == [FOUND]


@pytest.mark.parametrize(
    "given",
    [
        {"index": {"key": {"created_at": 1}, "name": "created_at_1"}},
        {"index": {**DAY, "key": {"created_at": 1, "name": 1}}},
        {"index": {**DAY, "expireAfterSeconds": 2**31 - 1}},
        # Accounts that somebody gave up have this field.
        {"index": DAY, "having": 7},
        {"index": DAY, "data": None},
        {"index": DAY, "instance": "archive"},
    ],
)
def test_indexes_that_are_meant_so(given: dict[str, Any]) -> None:
    """One that is turned off, that deletes few documents by intent, or that is another component's."""
    assert found(**given) == []


def test_what_follows_names_the_collection() -> None:
    """A hidden index deletes nothing, and explains nothing that is gone."""
    indexes_visible({"users": [Index("a_1", {"a": 1})]}, [])
    with pytest.raises(
        BoundedFailure, match=r"users\.created_at_1 deletes each document 24 h after its created_at"
    ) as one:
        indexes_visible({}, [FOUND])
    lost = "the collection users has 12 documents; expected at least 2000"
    orphans = "3 documents of orders refer to missing documents of users; expected none: 7"
    assert all(any(word in told for word in one.value.only) for told in (lost, orphans))
    assert not any(word in lost.replace("users", "families") for word in one.value.only)
    with pytest.raises(BoundedFailure, match=r"hidden from every query: users\.a_1") as other:
        indexes_visible({"users": [Index("a_1", {"a": 1}, hidden=True)]}, [])
    assert not any(word in lost for word in other.value.only)
    assert other.value.only
