"""What is made of the numbers of the application's documents."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from checks import test_data as checks
from tests.facts.test_activity import fails


def test_a_collection_that_lost_its_documents() -> None:
    """One is enough where system.yml says no number; a collection that is missing is told as that."""
    settings: Any = SimpleNamespace(least={"families": 400})
    enough: dict[str, int | None] = {"families": 400, "users": 1}
    for item in enough:
        checks.test_collections_filled(enough, item, settings)
    message = fails(checks.test_collections_filled, {"families": 3}, "families", settings)
    assert message == "the collection families has 3 documents; expected at least 400"
    message = fails(checks.test_collections_filled, {"users": None}, "users", settings)
    assert message == "the collection users does not exist; expected one with documents"
