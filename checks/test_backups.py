"""Backups: a recent one exists, it is complete and readable, and it holds what the live database holds."""

from collections.abc import Mapping

from engine.gather.pattern import search
from engine.judge.marks import owns, symptom, vital
from engine.judge.measure import at_least, at_most
from engine.text import one_line, size
from fixtures.backups.contents import Integrity
from fixtures.backups.dumps import Backup, RestoreRecord, Snapshot
from fixtures.backups.folder import Folder
from fixtures.backups.settings import Backups, Limits


@owns("backup_files")
@vital
def test_present(backup_files: list[Backup], settings: Backups) -> None:
    """There is at least one dump."""
    assert backup_files, f"{settings.directory} has no file {settings.pattern}; expected at least one dump"


@symptom
def test_fresh(backup_files: list[Backup], limits: Limits) -> None:
    """The newest dump is at most a day old."""
    assert backup_files, "there is no dump; expected a recent one"
    hours = backup_files[0].age / 3600
    assert at_most(backup_files[0].age, limits.backup_age_s, "s"), (
        f"{backup_files[0].path} is {hours:.0f} hours old; the limit is {limits.backup_age_s / 3600:.0f} hours"
    )


@vital
@symptom
def test_size_plausible(backup_files: list[Backup], limits: Limits) -> None:
    """The newest dump is not empty, and not much smaller than the one before it."""
    assert backup_files, "there is no dump; expected one of a plausible size"
    newest = backup_files[0]
    assert at_least(newest.size, limits.backup_bytes, "bytes"), (
        f"{newest.path} has {size(newest.size)}; expected at least {size(limits.backup_bytes)}"
    )
    if len(backup_files) > 1:
        before = backup_files[1]
        assert at_least(newest.size, before.size / 2, "bytes", "half of the one before"), (
            f"{newest.path} has {size(newest.size)}, the one before {size(before.size)}; expected at least half of it"
        )


@vital("backups.contents", "backups.rows", "backups.documents", "backups.restore_passed")
@symptom
def test_intact(backup_integrity: Integrity, settings: Backups) -> None:
    """The newest dump can be decompressed to its end, and its last lines mark it as complete."""
    assert backup_integrity.readable, f"{backup_integrity.path} cannot be unpacked to its end"
    assert settings.complete in backup_integrity.tail, (
        f"the last lines of {backup_integrity.path} do not contain '{settings.complete}'; expected a complete dump"
    )


@vital("backups.rows", "backups.documents", "backups.restore_passed")
@symptom
def test_contents(backup_integrity: Integrity, settings: Backups) -> None:
    """The newest dump has every collection or table that system.yml lists, each with something in it."""
    rows = backup_integrity.rows
    missing = [name for name in settings.contents if backup_integrity.key(name) is None]
    assert not missing, (
        f"{backup_integrity.path} lacks {', '.join(missing)}, and has {', '.join(sorted(rows)) or 'none'}; "
        "expected every collection or table of system.yml"
    )
    empty = [name for name in settings.contents if rows[backup_integrity.key(name) or ""] == 0]
    assert not empty, f"{backup_integrity.path} has nothing in {', '.join(empty)}; expected documents or rows"


@symptom
def test_rows(backup_integrity: Integrity, postgres_stored: dict[str, int], settings: Backups, limits: Limits) -> None:
    """The newest dump has every table of the live database, with at least half of the rows of now."""
    less = _less(backup_integrity, postgres_stored, settings, limits, "rows")
    assert not less, f"in {backup_integrity.path} {less}"


@symptom
def test_documents(
    backup_integrity: Integrity, data_members_counts: dict[str, int | None], settings: Backups, limits: Limits
) -> None:
    """The newest dump has every collection of the live database, with at least half of the documents of now."""
    less = _less(backup_integrity, data_members_counts, settings, limits, "documents")
    assert not less, f"in {backup_integrity.path} {less}"


@symptom("postgres.tables_filled")
def test_rows_kept(
    backup_integrity: Integrity, postgres_left: dict[str, int], settings: Backups, limits: Limits
) -> None:
    """The live database has most of the rows that the newest dump has of each table."""
    lost = _lost(backup_integrity, postgres_left, settings, limits, "rows")
    assert not lost, lost


@symptom("data.collections_filled", "mongodb.indexes_visible")
def test_documents_kept(
    backup_integrity: Integrity, data_members_counts: dict[str, int | None], settings: Backups, limits: Limits
) -> None:
    """The live database has most of the documents that the newest dump has of each collection."""
    lost = _lost(backup_integrity, data_members_counts, settings, limits, "documents")
    assert not lost, lost


def _lost(dump: Integrity, live: Mapping[str, int | None], settings: Backups, limits: Limits, what: str) -> str:
    """Says of which tables or collections far more is in the dump than in the live database; "" where of none."""
    told = []
    for name, now in sorted(live.items()):
        had = dump.rows.get(dump.key(name) or "") or 0
        if had < limits.backup_rows or name.removeprefix("public.") in settings.passing:
            continue
        if not at_least(now or 0, limits.rows_kept_ratio * had, what, name):
            told.append(f"{name} has {now or 0} {what}, and {had} in {dump.path}")
    return "; ".join(told) + (f"; expected at least {limits.rows_kept_ratio:.0%} of them" if told else "")


def _less(dump: Integrity, live: Mapping[str, int | None], settings: Backups, limits: Limits, what: str) -> str:
    """Says which tables or collections of the live database the dump lacks, or has far less of; "" where none."""
    told = []
    for name, now in sorted(live.items()):
        key = dump.key(name)
        kept = dump.rows[key] if key else 0
        # What the dump has in a form of its own is not counted.
        if not now or now < limits.backup_rows or name.removeprefix("public.") in settings.passing or kept is None:
            continue
        if not at_least(kept, limits.backup_rows_ratio * now, what, name):
            told.append(f"{name} {f'has {kept} {what}' if key else 'is missing'}, and live {now}")
    return "; ".join(told) + (f"; expected at least {limits.backup_rows_ratio:.0%}" if told else "")


def test_redis_snapshot(backup_redis: Snapshot | None, settings: Backups, limits: Limits) -> None:
    """A copy of Redis' snapshot file exists. It is at most a day old, and begins and ends as a snapshot does."""
    assert backup_redis, f"{settings.redis_directory} has no *.rdb file; expected a copy of Redis' snapshot"
    snapshot, hours = backup_redis, backup_redis.age / 3600
    assert snapshot.size, f"{snapshot.path} is empty; expected a snapshot"
    # Valkey writes its own name from version 9 on [rdb.c].
    assert snapshot.begins.startswith(("REDIS", "VALKEY")), (
        f"{snapshot.path} begins with '{snapshot.begins:.9}'; expected REDIS"
    )
    assert snapshot.whole, f"{snapshot.path} has no mark of its end; expected a whole snapshot, and this one is cut off"
    assert at_most(snapshot.age, limits.backup_age_s, "s"), (
        f"{snapshot.path} is {hours:.0f} hours old; the limit is {limits.backup_age_s / 3600:.0f} hours"
    )


@owns("backup_config")
def test_config_saved(backup_config: dict[str, float], settings: Backups, limits: Limits) -> None:
    """A recent copy of every configuration file that a new host needs is saved."""
    newest = {
        name: min((age for path, age in backup_config.items() if f"/{path}".endswith(f"/{name}")), default=None)
        for name in settings.config_files
    }
    bad = [
        f"{name} ({'no copy' if age is None else f'{age / 86400:.0f} days old'})"
        for name, age in newest.items()
        if age is None or not at_most(age, limits.config_backup_age_s, "s", name)
    ]
    assert not bad, f"{', '.join(bad)}; the limit is {limits.config_backup_age_s / 86400:.0f} days"


def test_writable(backup_folder: Folder) -> None:
    """The next dump can be written: its folder is not read-only, and the unit's user may make a file there."""
    folder = backup_folder
    assert not folder.read_only, (
        f"{folder.path} is on {folder.mount}, which is mounted read-only; expected it writable for the next backup"
    )
    assert not folder.refuses, (
        f"{folder.user}, who makes the backups, may not write to {folder.path} ({folder.owner}:{folder.group} "
        f"{folder.mode}); expected that user to own it"
    )


def test_private(backup_open: list[str]) -> None:
    """No dump, no saved configuration and no copy of Redis' data may be read by everybody on the host."""
    more = " and others" if len(backup_open) > 5 else ""
    assert not backup_open, (
        f"everybody on the host may read {', '.join(backup_open[:5])}{more}; expected the backups to be open to their "
        "owner and a group alone"
    )


@owns("backup_restore")
def test_restore_tested(backup_restore: RestoreRecord, limits: Limits) -> None:
    """A restore was tested within the last month, and its result was recorded."""
    assert backup_restore.last, f"{backup_restore.path} is empty; expected the record of a restore test"
    days = backup_restore.age / 86400
    assert at_most(backup_restore.age, limits.restore_test_age_s, "s"), (
        f"{backup_restore.path} was last written {days:.0f} days ago; the limit is "
        f"{limits.restore_test_age_s / 86400:.0f} days; its last line: {one_line(backup_restore.last, 200)}"
    )


@symptom("backups")
def test_restore_passed(backup_restore: RestoreRecord, settings: Backups) -> None:
    """The last restore test succeeded: its record says so, in the words that system.yml declares."""
    assert search(settings.restore_passed, backup_restore.last), (
        f"the last line of {backup_restore.path} is '{one_line(backup_restore.last, 200)}'; "
        f"expected one that matches '{settings.restore_passed}'"
    )
