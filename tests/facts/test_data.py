"""What is made of the numbers of the application's documents."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from checks import test_data as checks
from fixtures.data.documents import Reached
from tests.facts.test_activity import fails


def test_a_member_that_takes_no_writes() -> None:
    """A secondary that lets the application in does not do: whoever wants to write waits for the primary."""
    settings: Any = SimpleNamespace(application=SimpleNamespace(key="MONGODB_URL"))
    session: Any = SimpleNamespace(rights=SimpleNamespace(user="app in admin"))
    checks.test_app_credentials(session, Reached("db-1:27017", writable=True, primary="db-1:27017"), settings)
    behind = Reached("db-2:27017", writable=False, primary="db-1:27017")
    told = fails(checks.test_app_credentials, session, behind, settings)
    assert "leads to db-2:27017 only, which takes no writes: the primary db-1:27017 gives this host no answer" in told
    alone = Reached("db-2:27017", writable=False, primary="")
    assert "no member is primary" in fails(checks.test_app_credentials, session, alone, settings)


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
