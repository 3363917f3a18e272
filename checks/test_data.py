"""The application's documents: it logs in to the right database and may write to it, and references are intact."""

from engine.judge.marks import each, owns, symptom, vital
from engine.judge.measure import at_least, at_most
from engine.run.target import Target
from engine.text import one_line
from fixtures.data.documents import SOME, AppDatabase, Pending, Reached
from fixtures.data.settings import Data, Expiring, Limits, Reference
from fixtures.data.validators import Validator
from fixtures.mongodb.client import Session

WRITES = ("find", "insert", "update", "remove")


@owns("data_app", "data_app_session")
@vital
@symptom
def test_app_credentials(data_app_session: Session, data_app_reached: Reached, settings: Data) -> None:
    """The application's URI leads to the primary, which takes writes, and its log-in is accepted."""
    key, reached = settings.application.key, data_app_reached
    assert data_app_session.rights.user, f"{key} names no user; expected a user for the log-in"
    away = f"the primary {reached.primary} gives this host no answer" if reached.primary else "no member is primary"
    assert reached.writable, f"{key} leads to {reached.name} only, which takes no writes: {away}"


@vital
def test_app_rights(data_app_session: Session, target: Target) -> None:
    """The application may read and write its own database."""
    rights, database = data_app_session.rights, target.values()["mongodb"]["database"]
    lacks = [action for action in WRITES if not rights.may(action, database)]
    assert not lacks, (
        f"{rights.user} has {', '.join(rights.roles) or 'no role'} and lacks {', '.join(lacks)} on {database}; "
        f"expected the role readWrite on {database}"
    )


@vital
def test_app_database(data_database: AppDatabase, target: Target, settings: Data) -> None:
    """The application's URI and its database setting name the right database and replica set."""
    wanted = target.values()["mongodb"]
    named = {settings.application.key: data_database.uri, settings.database_key or "": data_database.setting}
    wrong = {key: name for key, name in named.items() if name and name != wanted["database"]}
    wrong_names = ", ".join(f"{key} names the database {name}" for key, name in wrong.items())
    assert not wrong, f"{wrong_names}; expected {wanted['database']}"
    assert any(named.values()), (
        f"neither {' nor '.join(filter(None, named))} names a database, so MongoDB uses 'test'; "
        f"expected {wanted['database']}"
    )
    assert data_database.replica_set in ("", wanted["replica_set"]), (
        f"{settings.application.key} names the replica set {data_database.replica_set}; "
        f"expected {wanted['replica_set']}"
    )


@each("collections")
@vital
@symptom("mongodb.indexes_visible")
def test_collections_filled(data_members_counts: dict[str, int | None], item: str, settings: Data) -> None:
    """The collection exists and has documents, as many as system.yml says at least."""
    count, least = data_members_counts[item], settings.least.get(item, 1)
    assert count is not None, f"the collection {item} does not exist; expected one with documents"
    assert at_least(count, least, "documents"), (
        f"the collection {item} has {count} documents; expected at least {least}"
    )


@each("collections")
@vital("app.answers", "app.status_healthy", "nginx", "http", "logs")
def test_validator_passed(data_members_validators: dict[str, Validator], item: str) -> None:
    """What the collection's validator refuses is not what the application writes: its newest documents pass it."""
    validator = data_members_validators.get(item)
    assert validator is None or at_most(validator.failed, 0, "documents", item), (
        f"{item} has a validator ({one_line(', '.join(validator.fields), 120)}) that {validator.failed:,} of its "
        f"newest {validator.asked:,} documents do not pass; expected none, because the next writes like them fail"
    )


@symptom("mongodb.indexes_visible")
@each("references")
def test_orphans(data_members_orphans: dict[str, list[str]], item: Reference) -> None:
    """Every document that another document refers to exists."""
    orphans = data_members_orphans[item.name]
    more = " or more" if len(orphans) >= SOME else ""
    assert not orphans, (
        f"{len(orphans)}{more} documents of {item.collection} refer to missing documents of {item.refers_to}; "
        f"expected none: {', '.join(dict.fromkeys(orphans))}"
    )


@symptom("units")
@each("expiring")
def test_expired_pending(data_members_pending: dict[str, Pending], item: Expiring, limits: Limits) -> None:
    """No document is still pending long after its expiry, and no more are pending than ever wait."""
    pending = data_members_pending[item.name]
    assert at_most(pending.count, 0, "documents"), (
        f"{pending.count} documents of {item.collection} are still {item.pending} more than "
        f"{limits.expired_pending_s / 3600:g} h after their expiry; expected none, "
        f"the oldest expired {pending.oldest:%Y-%m-%d %H:%M}"
    )
    assert not item.most or at_most(pending.waiting, item.most, "pending documents"), (
        f"more than {item.most} documents of {item.collection} are {item.pending}; expected at most {item.most}: they "
        "may not have reached anybody"
    )
