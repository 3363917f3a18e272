"""What is made of the listings of a backup's folder."""

from __future__ import annotations

import pytest

from checks import test_backups
from fixtures.backups.dumps import RestoreRecord, parse_config, parse_integrity, parse_record
from fixtures.backups.settings import Backups
from tests.facts.test_activity import fails
from tests.ours import Limits

DAY = 86400
SETTINGS = Backups(directory="/b", config_files=[".env", "sites-available/santas"])
ARCHIVE = "/b/config/config_20261124.tar.gz"
MEMBERS = "opt/santas/.env\netc/nginx/sites-available/santas\n"


def saved(age: float, members: str = MEMBERS) -> dict[str, float]:
    """Returns what is saved where one archive of this age lies."""
    return parse_config(f"{100 * DAY}\n{100 * DAY - age} {ARCHIVE}\n==> {ARCHIVE}\n{members}")


def test_members_of_an_archive_are_saved() -> None:
    """They are as old as the archive."""
    assert saved(DAY) == {ARCHIVE: DAY, "opt/santas/.env": DAY, "etc/nginx/sites-available/santas": DAY}
    test_backups.test_config_saved(saved(DAY), SETTINGS, Limits())


def test_plain_copies_are_saved() -> None:
    """Files that were copied as they are count as well as an archive."""
    lines = "".join(f"{100 * DAY - 5} /b/config/{path}\n" for path in MEMBERS.split())
    test_backups.test_config_saved(parse_config(f"{100 * DAY}\n{lines}"), SETTINGS, Limits())


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (saved(8 * DAY), ".env (8 days old), sites-available/santas (8 days old); the limit is 7 days"),
        (saved(DAY, "opt/santas/.env\n"), "sites-available/santas (no copy); the limit is 7 days"),
        (saved(DAY, "opt/santas/not.env\netc/nginx/sites-available/santas\n"), ".env (no copy); the limit is 7 days"),
        (parse_config("8640000\n\n"), ".env (no copy), sites-available/santas (no copy); the limit is 7 days"),
    ],
    ids=["old", "one missing", "another name", "nothing"],
)
def test_configuration_not_saved(found: dict[str, float], words: str) -> None:
    """What is missing or old is named, file by file."""
    assert fails(test_backups.test_config_saved, found, SETTINGS, Limits()) == words


def test_a_record_of_a_restore() -> None:
    """Its age is that of the file, and its last line is kept; an empty one is no record."""
    found = parse_record(f"{100 * DAY}\n{60 * DAY} /b/restore-test.log\n2026-10-15 restored: 6000 gifts\n")
    assert found == RestoreRecord("/b/restore-test.log", 40 * DAY, "2026-10-15 restored: 6000 gifts")
    assert "is 40 days old, its last line: 2026-10-15" in fails(test_backups.test_restore_tested, found, Limits())
    empty = parse_record(f"{100 * DAY}\n{100 * DAY} /b/restore-test.log\n")
    assert fails(test_backups.test_restore_tested, empty, Limits()) == "/b/restore-test.log is empty"


def test_a_dump_without_a_last_newline() -> None:
    """The verdict stands at the end of the line that was cut off."""
    found = parse_integrity("/b/x.sql.gz\nINSERT INTO gift VALUES (1gzip 1\n")
    assert not found.readable
    assert parse_integrity("/b/x.sql.gz\n--\ngzip 0\n").readable
