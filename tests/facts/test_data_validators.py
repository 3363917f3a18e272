"""Validators: which refuse writes, what they are about, and what the check makes of them."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

from checks.test_data import test_validator_passed as passed
from fixtures.data.validators import Validator, _held, data_members_validators, fields_of
from tests.facts.test_activity import fails


def test_the_fields_are_bounded() -> None:
    """What somebody wrote into a validator is shown in one short line."""
    strange = Validator(("phone\n\x1b[31m", *(f"field{number}" for number in range(500))), 12, 1000)
    told = fails(passed, {"guests": strange}, "guests")
    assert told.startswith("guests has a validator (phone")
    assert "that 12 of its newest 1,000 documents do not pass" in told
    assert len(told) < 350
    assert "\n" not in told
    assert "\x1b" not in told


def test_what_is_well() -> None:
    """No validator, and one that all documents pass."""
    passed({}, "guests")
    passed({"guests": Validator(("phone",), 0, 1000)}, "guests")


def test_strange_validators() -> None:
    """No form of one is a mistake of ours."""
    schemas = [{"$jsonSchema": None}, {"$jsonSchema": {"required": None}}]
    for rule in ({}, [], "text", *schemas, {"$or": 1}, {"$expr": {"$gt": ["$a", 1]}}):
        assert list(fields_of(rule)) == []


class Collection:
    """One that answers a count."""

    def __init__(self, *rows: dict[str, int]) -> None:
        self.rows = rows
        self.sent: list[dict[str, Any]] = []

    def aggregate(self, stages: list[dict[str, Any]], **options: Any) -> Any:
        """Keeps what is asked."""
        assert options["maxTimeMS"]
        self.sent = stages
        return iter(self.rows)


def test_what_is_asked() -> None:
    """The newest thousand; of a moderate one, which leaves old documents alone, the newest."""
    rule = {"validator": {"phone": {"$exists": True}}}
    strict, moderate = Collection({"failed": 7}), Collection()
    assert _held(strict, rule) == Validator(("phone",), 7, 1000)
    assert strict.sent[:3] == [{"$sort": {"_id": -1}}, {"$limit": 1000}, {"$match": {"$nor": [rule["validator"]]}}]
    assert _held(moderate, {**rule, "validationLevel": "moderate"}) == Validator(("phone",), 0, 1)


def test_nothing_more_is_asked_without_one() -> None:
    """One question finds all validators; collections without a validator cost none."""
    off = {"validator": {"x": 1}, "validationLevel": "off"}
    listed = [{"name": "a", "options": {}}, {"name": "b"}, {"name": "c", "options": off}]
    database = SimpleNamespace(list_collections=lambda **_: listed)
    session: Any = SimpleNamespace(client={"shop": database}, plainly=nullcontext)
    parts = {"data": SimpleNamespace(collections=["a", "b", "c"]), "mongodb": SimpleNamespace(database="shop")}
    target: Any = SimpleNamespace(component=parts.__getitem__)
    assert data_members_validators.fact.make(data_members_session=session, target=target) == {}
