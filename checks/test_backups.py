"""Backups: there is one, it is of today, and it can be read to its end."""

from engine.judge.marks import owns, symptom, vital
from engine.judge.measure import at_least, at_most
from engine.text import one_line, size
from fixtures.backups.dumps import Backup, Integrity, RestoreRecord, Snapshot
from fixtures.backups.settings import Backups, Limits


@owns("backup_files")
@vital
def test_present(backup_files: list[Backup], settings: Backups) -> None:
    """There is at least one dump."""
    assert backup_files, f"no {settings.pattern} in {settings.directory}"


@symptom
def test_fresh(backup_files: list[Backup], limits: Limits) -> None:
    """The newest dump is at most a day old."""
    assert backup_files, "there is no dump"
    hours = backup_files[0].age / 3600
    assert at_most(backup_files[0].age, limits.backup_age_s, "s"), (
        f"{backup_files[0].path} is {hours:.0f} hours old; the limit is {limits.backup_age_s / 3600:.0f} hours"
    )


@vital
@symptom
def test_size_plausible(backup_files: list[Backup], limits: Limits) -> None:
    """The newest dump is not empty, and not much smaller than the one before it."""
    assert backup_files, "there is no dump"
    newest = backup_files[0]
    assert at_least(newest.size, limits.backup_bytes, "bytes"), (
        f"{newest.path} has {size(newest.size)}; the least is {size(limits.backup_bytes)}"
    )
    if len(backup_files) > 1:
        before = backup_files[1]
        assert at_least(newest.size, before.size / 2, "bytes", "half of the one before"), (
            f"{newest.path} has {size(newest.size)}, the one before {size(before.size)}; expected at least half of it"
        )


@symptom
def test_intact(backup_integrity: Integrity, settings: Backups) -> None:
    """The newest dump unpacks to its end, and its last lines say that it is complete."""
    assert backup_integrity.readable, f"gzip cannot read {backup_integrity.path} to its end"
    assert settings.complete in backup_integrity.tail, (
        f"{backup_integrity.path} does not end with '{settings.complete}'"
    )


@symptom
def test_contents(backup_contents: list[str], settings: Backups) -> None:
    """The newest dump contains every collection or table that system.yml lists."""
    missing = [name for name in settings.contents if not any(each.startswith(f"{name}.") for each in backup_contents)]
    assert not missing, f"the newest dump has no {', '.join(missing)} among its {len(backup_contents)} files"


def test_redis_snapshot(backup_redis: Snapshot | None, settings: Backups, limits: Limits) -> None:
    """There is a copy of Redis' snapshot file. It is at most a day old and begins as a snapshot does."""
    assert backup_redis, f"no *.rdb below {settings.redis_directory}"
    found, hours = backup_redis, backup_redis.age / 3600
    assert found.size, f"{found.path} is empty"
    assert found.begins.startswith("REDIS"), f"{found.path} begins with '{found.begins:.9}'; expected REDIS"
    assert at_most(found.age, limits.backup_age_s, "s"), (
        f"{found.path} is {hours:.0f} hours old; the limit is {limits.backup_age_s / 3600:.0f} hours"
    )


@owns("backup_config")
def test_config_saved(backup_config: dict[str, float], settings: Backups, limits: Limits) -> None:
    """Every configuration file that a new host needs was saved within the last days."""
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


@owns("backup_restore")
def test_restore_tested(backup_restore: RestoreRecord, limits: Limits) -> None:
    """A restore was tested within the last month, and its result was recorded."""
    assert backup_restore.last, f"{backup_restore.path} is empty"
    days = backup_restore.age / 86400
    assert at_most(backup_restore.age, limits.restore_test_age_s, "s"), (
        f"{backup_restore.path} is {days:.0f} days old, its last line: {one_line(backup_restore.last, 200)}; "
        f"the limit is {limits.restore_test_age_s / 86400:.0f} days"
    )
