"""What is made of the listings of a backup's folder."""

from __future__ import annotations

import gzip
import subprocess
from types import SimpleNamespace
from typing import TYPE_CHECKING, Literal, cast

import pytest

from checks import test_backups
from fixtures.backups.contents import Integrity, parse_integrity
from fixtures.backups.dumps import RestoreRecord, parse_config, parse_record
from fixtures.backups.settings import Backups
from tests.facts.test_activity import fails
from tests.ours import CATALOGUE, Limits

if TYPE_CHECKING:
    from pathlib import Path

    from engine.run.target import Target

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
    message = fails(test_backups.test_restore_tested, found, Limits())
    assert "was last written 40 days ago; the limit is 31 days; its last line: 2026-10-15" in message
    empty = parse_record(f"{100 * DAY}\n{100 * DAY} /b/restore-test.log\n")
    message = fails(test_backups.test_restore_tested, empty, Limits())
    assert message == "/b/restore-test.log is empty; expected the record of a restore test"


def test_the_result_of_a_restore() -> None:
    """The last line must say that something came back."""
    good = ("2026-11-26 restored: 2 tables", "2026-11-26 restored gifts_20261126.sql.gz: 6000 gifts")
    for line in good:
        test_backups.test_restore_passed(RestoreRecord("/b/r.log", 60, line), SETTINGS)
    bad = ("2026-11-26 FAILED gifts.sql.gz: ERROR: relation exists", "2026-11-26 restored: 0 tables", "")
    for line in bad:
        message = fails(test_backups.test_restore_passed, RestoreRecord("/b/r.log", 60, line), SETTINGS)
        assert message.startswith(f"the last line of /b/r.log is '{line}'; expected")


def test_a_dump_without_a_last_newline() -> None:
    """The verdict stands at the end of the line that was cut off."""
    found = parse_integrity("/b/x.sql.gz\n3 public.gift\n==end\nINSERT INTO gift VALUES (1gzip 1\n")
    assert not found.readable
    assert parse_integrity("/b/x.sql.gz\n==end\n--\ngzip 0\n").readable


def dump(**rows: int | None) -> Integrity:
    """Returns a good dump with these numbers of rows."""
    return Integrity("/b/x", True, "", {f"public.{name}": count for name, count in rows.items()})


def test_what_a_dump_must_hold() -> None:
    """Each table of system.yml, and a row of it; a table of which only the file is known counts as there."""
    wanted = Backups(directory="/b", contents=["gift", "public.user"])
    test_backups.test_contents(dump(gift=1, user=None), wanted)
    message = fails(test_backups.test_contents, dump(user=3), wanted)
    assert message.startswith("/b/x lacks gift, and has public.user; expected")
    message = fails(test_backups.test_contents, dump(gift=0, user=3), wanted)
    assert message == "/b/x has nothing in gift; expected documents or rows"


def test_a_dump_held_against_what_is_live() -> None:
    """Half of the rows will do; small tables, and those whose rows come and go, are not compared."""
    live = {"public.gift": 6000, "public.user": 99, "public.session": 5000, "audit.entry": 200}
    passing = Backups(directory="/b", passing=["session"])
    kept = Integrity("/b/x", True, "", {"public.gift": 3000, "audit.entry": None})
    test_backups.test_rows(kept, live, passing, Limits())
    few = Integrity("/b/x", True, "", {"public.gift": 2999})
    assert fails(test_backups.test_rows, few, live, passing, Limits()) == (
        "in /b/x audit.entry is missing, and live 200; public.gift has 2999 rows, and live 6000; expected at least 50%"
    )
    message = fails(test_backups.test_documents, dump(), {"public.users": 4000, "lost": None}, passing, Limits())
    assert message == "in /b/x public.users is missing, and live 4000; expected at least 50%"


COMMANDS = {"files": "*.sql.gz", "folders": "[0-9]*"}


def read(folder: Path, layout: Literal["files", "folders"]) -> Integrity:
    """Returns what the fact's own command says of the newest dump in a folder of this machine."""
    settings = Backups(directory=str(folder), layout=layout, pattern=COMMANDS[layout])
    target = SimpleNamespace(component=lambda _: settings, limits=Limits())
    asked = CATALOGUE["backup_integrity"].asked(cast("Target", target))
    done = subprocess.run(["sh", "-c", asked], capture_output=True, text=True, check=True, errors="replace")
    return parse_integrity(done.stdout)


SQL = b"""--
CREATE TABLE public.gift (
    id bigint
);
CREATE TABLE public."user" (
);
COPY public.gift (id, name) FROM stdin;
1\tCOPY public.trick (a) FROM stdin;
2\tINSERT INTO trick
\\.

INSERT INTO public."my list" VALUES (1);
INSERT INTO public."my list" (a, b) VALUES (1, 2);
--
-- PostgreSQL database dump complete
--
"""


def test_rows_in_a_dump_are_counted(tmp_path: Path) -> None:
    """By table, behind COPY or as INSERT; what stands in a row is no statement."""
    packed = gzip.compress(SQL)
    (tmp_path / "a.sql.gz").write_bytes(packed)
    found = read(tmp_path, "files")
    assert found.rows == {"public.gift": 2, "public.user": 0, "public.my list": 2}
    assert found.readable
    assert "dump complete" in found.tail
    for bad in (packed[: len(packed) * 3 // 4], bytes(range(256)) * 9, b""):
        (tmp_path / "a.sql.gz").write_bytes(bad)
        assert not read(tmp_path, "files").readable


def document(size: int) -> bytes:
    """Returns bytes of the length that they say, as a document of BSON has it."""
    return size.to_bytes(4, "little") + bytes(size - 4)


def test_documents_in_a_dump_are_counted(tmp_path: Path) -> None:
    """By the lengths that they say, in packed files and plain ones; the first file that is broken is named."""
    folder = tmp_path / "20261126_020000" / "app"
    folder.mkdir(parents=True)
    users, plain = folder / "users.bson.gz", folder / "fs.chunks.bson"
    packed = gzip.compress(b"".join(document(size) for size in range(5, 305)))
    users.write_bytes(packed)
    (folder / "users.metadata.json.gz").write_bytes(gzip.compress(b"{}"))
    (folder / "rates.csv.gz").write_bytes(gzip.compress(b"1,2\n"))
    plain.write_bytes(document(2**16) * 3)
    found = read(tmp_path, "folders")
    assert (found.rows, found.readable) == ({"users": 300, "fs.chunks": 3, "rates": None}, True)
    for bad in (packed[:-9], gzip.compress(document(100)[:-1]), gzip.compress(b"\1\0\0\0"), b"noise", b""):
        users.write_bytes(bad)
        found = read(tmp_path, "folders")
        assert (found.path, found.readable) == (str(users), False)
        assert "users" not in found.rows
