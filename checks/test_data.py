"""The application's documents: it logs in to the right database, may write there, and what is there fits together."""

from engine.judge.marks import each, owns, symptom, vital
from engine.judge.measure import at_least, at_most
from engine.run.target import Target
from fixtures.data.documents import SOME, AppDatabase, Pending
from fixtures.data.settings import Data, Expiring, Limits, Reference
from fixtures.mongodb.client import Session

WRITES = ("find", "insert", "update", "remove")


@owns("data_app", "data_app_session")
@vital
@symptom
def test_app_credentials(data_app_session: Session, settings: Data) -> None:
    """A member that the application's URI names answers and accepts the URI's log-in."""
    assert data_app_session.rights.user, f"{settings.application.key} names no user; expected one that logs in"


@vital
def test_app_rights(data_app_session: Session, target: Target) -> None:
    """The application may read and write its own database."""
    rights, database = data_app_session.rights, target.values()["mongodb"]["database"]
    lacks = [action for action in WRITES if not rights.may(action, database)]
    assert not lacks, (
        f"{rights.user} has {', '.join(rights.roles) or 'no role'} and lacks {', '.join(lacks)} on {database}; "
        f"expected readWrite on {database}"
    )


@vital
def test_app_database(data_database: AppDatabase, target: Target, settings: Data) -> None:
    """The application's URI and its database setting name the right database and replica set."""
    wanted = target.values()["mongodb"]
    named = {settings.application.key: data_database.uri, settings.database_key or "": data_database.setting}
    wrong = {key: name for key, name in named.items() if name and name != wanted["database"]}
    told = ", ".join(f"{key} names {name}" for key, name in wrong.items())
    assert not wrong, f"{told}; expected {wanted['database']}"
    assert any(named.values()), (
        f"neither {' nor '.join(filter(None, named))} names a database: MongoDB takes 'test' then"
    )
    assert data_database.replica_set in ("", wanted["replica_set"]), (
        f"{settings.application.key} names the set {data_database.replica_set}; expected {wanted['replica_set']}"
    )


@each("collections")
@vital
def test_collections_filled(data_members_counts: dict[str, int | None], item: str) -> None:
    """The collection exists and has documents."""
    count = data_members_counts[item]
    assert count is not None, f"collection {item} does not exist"
    assert at_least(count, 1, "documents"), f"collection {item} is empty"


@each("references")
def test_orphans(data_members_orphans: dict[str, list[str]], item: Reference) -> None:
    """Every document that others refer to exists."""
    found = data_members_orphans[item.name]
    more = " or more" if len(found) >= SOME else ""
    assert not found, (
        f"{len(found)}{more} of {item.collection} refer to {item.refers_to} that are not there: "
        f"{', '.join(dict.fromkeys(found))}"
    )


@each("expiring")
def test_expired_pending(data_members_pending: dict[str, Pending], item: Expiring, limits: Limits) -> None:
    """No document is still pending long after its expiry."""
    found = data_members_pending[item.name]
    assert at_most(found.count, 0, "documents"), (
        f"{found.count} of {item.collection} are still {item.pending} more than "
        f"{limits.expired_pending_s / 3600:g} h after their time, the oldest since {found.oldest:%Y-%m-%d %H:%M}"
    )
