"""MongoDB tomorrow: it starts again, survives the loss of a member, takes the next release; nothing stays locked."""

from packaging.version import Version

from checks import expect
from engine.judge.failure import BoundedFailure
from engine.judge.marks import shared, symptom, vital
from engine.judge.measure import at_least, at_most
from engine.text import counted, span
from fixtures.mongodb.configuration import Options, Owned, differ
from fixtures.mongodb.elections import Election
from fixtures.mongodb.expiry import Expiry
from fixtures.mongodb.replica_set import ReplicaSet, Voter
from fixtures.mongodb.server import Feature, Index, ServerStatus
from fixtures.mongodb.settings import Limits, Mongodb
from fixtures.units.use import Use


@vital
def test_unlocked(mongodb_lock: bool) -> None:
    """No fsyncLock, as for a backup of files, holds back every write of the member."""
    assert not mongodb_lock, "fsyncLock holds back every write of the member; expected no such lock"


# Of what these judge it explains what is about the same collection.
@vital("data.collections_filled", "data.orphans", "backups.documents_kept")
def test_indexes_visible(mongodb_indexes: dict[str, list[Index]], mongodb_expiring: list[Expiry]) -> None:
    """No index that queries need is hidden, as for a trial, and none deletes documents that are to stay."""
    hidden = [f"{name}.{each.name}" for name, indexes in mongodb_indexes.items() for each in indexes if each.hidden]
    told = [f"{each}; expected no such index where documents are to stay" for each in mongodb_expiring]
    told += [f"hidden from every query: {', '.join(hidden)}; expected no hidden index"] if hidden else []
    words = [words for each in mongodb_expiring for words in (f"{each.collection} has ", f"of {each.collection};")]
    if told:
        raise BoundedFailure("; ".join(told), words or hidden)


# What a refused start leads to; a member that runs goes on as it is.
@vital("mongodb.restarts", "mongodb.unit_running", "mongodb.server_log")
def test_config_valid(mongodb_config_test: str, settings: Mongodb) -> None:
    """The next start takes the configuration file."""
    assert not mongodb_config_test, f"the next start refuses {settings.config}: {mongodb_config_test}"


@vital("mongodb.restarts", "mongodb.unit_running", "mongodb.server_log")
def test_files_private(mongodb_owned: list[Owned], settings: Mongodb) -> None:
    """The key file and the data directory belong to mongod's user, and the key file is open to nobody else."""
    key, _ = mongodb_owned
    for each in mongodb_owned:
        state = f"{each.path} has mode {each.mode} and belongs to {each.owner}, and the next start is refused"
        assert each.owner == settings.user, f"{state}; expected it to belong to {settings.user}"
        # mongod refuses a key file with any right for the group or others.
        assert each is not key or int(each.mode, 8) & 0o077 == 0, f"{state}; expected mode 0400 or 0600"


def test_open_files(unit_use: list[Use], settings: Mongodb, limits: Limits) -> None:
    """mongod may have as many files open as MongoDB itself asks for at its start."""
    least = limits.mongodb_open_files
    for files in (files for use in unit_use if use.unit == f"{settings.unit}.service" for files in use.files):
        assert at_least(files.most, least, "files", files.name), (
            f"{files.name} (pid {files.pid}) may have {files.most:.0f} files open, as the unit's LimitNOFILE= says; "
            f"expected at least {least}"
        )


def test_config_in_force(mongodb_config_file: dict[str, str], mongodb_options: Options, settings: Mongodb) -> None:
    """The running server has the options that its configuration file says. Passwords are not compared."""
    waiting = differ(mongodb_config_file, mongodb_options)
    assert not waiting, (
        f"{counted(len(waiting), 'option')} of {settings.config} differ from the running server's; expected none: "
        f"{', '.join(waiting[:10])}"
    )


@shared
def test_failover(mongodb_voters: list[Voter]) -> None:
    """A set of several members survives the loss of any one: another may become primary, and the votes suffice."""
    data = [each for each in mongodb_voters if each.data]
    electable = [each.name for each in data if each.electable]
    votes = sum(each.votes for each in mongodb_voters)
    assert len(electable) >= min(2, len(data)), (
        f"only {', '.join(electable) or 'no member'} of {len(data)} may become primary (priority above 0); expected at "
        "least 2, so that one may fail"
    )
    assert votes - 1 > votes // 2 or len(mongodb_voters) < 3, (
        f"{votes} of {len(mongodb_voters)} members vote, so that one lost leaves no majority; expected at least 3"
    )


@shared
@symptom
def test_elections(mongodb_elections: list[Election], mongodb_log_known: str, limits: Limits) -> None:
    """The set elected its primary few times in the last hour, by the log of this member."""
    expect.quiet(
        [each.age for each in mongodb_elections],
        limits.mongodb_elections,
        limits,
        lambda: (
            f"{mongodb_log_known} tells of {len(mongodb_elections)} elections of a primary in the last hour, the last "
            f"{span(min(each.age for each in mongodb_elections))} ago; the limit is {limits.mongodb_elections}: the "
            "members lose sight of each other, or somebody has the primary step down"
        ),
    )


@shared
def test_feature_version(mongodb_feature: Feature, mongodb_status: ServerStatus) -> None:
    """The set's feature compatibility version is that of its servers, which the next upgrade asks for."""
    server, feature = ".".join(mongodb_status.version.split(".")[:2]), mongodb_feature
    assert not feature.target, (
        f"the feature compatibility version is on its way from {feature.version} to {feature.target}"
    )
    assert feature.version == server, (
        f"the feature compatibility version is {feature.version}, the server's {server}; expected {server}: the next "
        "upgrade is refused"
    )


def test_version(mongodb_status: ServerStatus, settings: Mongodb) -> None:
    """The running server is not older than the minimum version."""
    assert Version(mongodb_status.version) >= Version(settings.minimum_version), (
        f"MongoDB is version {mongodb_status.version}; expected {settings.minimum_version} or later"
    )


@symptom("mongodb", "network", "os")
def test_members_near(mongodb_set: ReplicaSet, limits: Limits) -> None:
    """Each member answers the others soon: a write waits for the majority of them."""
    far = [
        f"{member.name} answers {mongodb_set.me.name} after {member.ping_s * 1000:.0f} ms"
        for member in mongodb_set.members
        if member.ping_s is not None and not at_most(member.ping_s, limits.mongodb_ping_s, "s", member.name)
    ]
    assert not far, f"{'; '.join(far)}; the limit is {limits.mongodb_ping_s * 1000:.0f} ms"
