"""The application's process, its backups in folders, and Redis' log: read from what the tools really say."""

from __future__ import annotations

import pytest

from checks import test_backups as backup_checks
from checks.test_logs import normalised
from fixtures.app.process import Environ, parse_loading, parse_unit_file
from fixtures.backups.dumps import parse_snapshot
from fixtures.backups.settings import Backups
from fixtures.redis.log import parse_complaints
from tests.ours import Limits

COMMAND = "ExecStart={ path=/usr/bin/a ; argv[]=/usr/bin/a --workers 4 ; ignore_errors=no }"


def test_commands_to_start_are_counted() -> None:
    """A second command is seen."""
    found = parse_unit_file(f"{COMMAND}\n{COMMAND}\nLoadState=bad-setting\nLoadError=x\n")
    assert (found.load, found.commands) == ("bad-setting", 2)


def test_the_last_words_of_a_failed_start_are_told() -> None:
    """The exit status stands behind whatever was said."""
    found = parse_loading("Traceback\nCRITICAL settings do not load: SECRET_KEY\n1\n")
    assert (found.status, found.said) == (1, "CRITICAL settings do not load: SECRET_KEY")
    assert parse_loading("0\n").status == 0


def test_an_environment_shows_names_only() -> None:
    """No value gets into a report by way of the fact's own text."""
    assert repr(Environ({"SECRET_KEY": "abc", "A": "def"})) == "A, SECRET_KEY"


def test_a_snapshot_is_read() -> None:
    """Its first characters come behind its line, whatever they are; no line means no copy."""
    found = parse_snapshot("1790000100\n1790000000.5 92 /opt/backups/redis/a b/dump.rdb\nREDIS0011")
    assert found
    assert (found.path, found.size, found.age) == ("/opt/backups/redis/a b/dump.rdb", 92, 99.5)
    assert found.begins == "REDIS0011"
    assert parse_snapshot("1790000100\n") is None


@pytest.mark.parametrize(
    ("begins", "ends", "words"),
    [
        ("REDIS0011", "ff1c0f7be32a90d811", ""),
        ("VALKEY080", "ff1c0f7be32a90d811", ""),
        ("REDIS0003", "74657374696e670aff", ""),
        ("REDIS0011", "74657374696e670a20", "has no mark of its end"),
        ("REDIS0011", "", "has no mark of its end"),
        ("No space ", "ff1c0f7be32a90d811", "begins with 'No space '; expected REDIS"),
    ],
)
def test_a_snapshot_is_whole(begins: str, ends: str, words: str) -> None:
    """It has its name at the beginning and its mark at the end, whoever wrote it."""
    found = parse_snapshot(f"1790000100\n1790000000.5 92 /b/dump.rdb\n{begins}\n==ends {ends}\n")
    settings = Backups(directory="/b")
    if words:
        with pytest.raises(AssertionError, match=words):
            backup_checks.test_redis_snapshot(found, settings, Limits())
    else:
        backup_checks.test_redis_snapshot(found, settings, Limits())


def test_lines_of_trouble_have_an_age() -> None:
    """The oldest comes first, as in the log."""
    text = "1790000100\n1790000040 12:M 21 Sep 2026 10:00:00.1 # Background saving error\n"
    assert parse_complaints(text) == [(60.0, "12:M 21 Sep 2026 10:00:00.1 # Background saving error")]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("ERROR took 12 ms", "ERROR took 7 ms", True), ("ERROR user 5f3a9c01", "ERROR user 77ab01cd", True),
     ("ERROR in /family/fam_1", "ERROR in /family/fam_22", True), ("ERROR deadbeef", "ERROR cafebabe", False),
     ("ERROR a", "ERROR b", False)],
)  # fmt: skip
def test_numbers_and_ids_make_no_difference(one: str, other: str, *, same: bool) -> None:
    """Messages are one when only numbers and hexadecimal ids differ; words stay words."""
    assert (normalised(one) == normalised(other)) is same
