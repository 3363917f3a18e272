"""Who may read the backups: the command itself, run on folders of each form."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks import test_backups
from fixtures.app.files import parse_names
from fixtures.backups import access
from fixtures.backups.settings import Backups
from tests.facts.test_haproxy import fails


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody may enter, which pytest's own is not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def put(folder: Path, *names: str, mode: int = 0o644) -> None:
    """Makes files of this mode, in folders that everybody may enter."""
    for name in names:
        path = folder / name
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        path.touch()
        path.chmod(mode)


def found(folder: Path, monkeypatch: pytest.MonkeyPatch, **settings: str) -> list[str]:
    """Returns the open files that the command finds, relative to the folder."""
    backups = Backups.model_validate({"directory": str(folder / "dumps"), **settings})
    monkeypatch.setattr(access, "settings", lambda _: backups)
    asked = access._asks(None)  # type: ignore[arg-type]
    said = subprocess.run(["sh", "-c", asked], capture_output=True, text=True, check=True)
    assert not said.stderr
    return [name.removeprefix(f"{folder.resolve()}/") for name in parse_names(said.stdout)]


def test_dumps_in_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dumps and saved configuration count, in a folder of older ones too; a record of restore tests is no secret."""
    put(folder, "dumps/a.sql.gz", "dumps/b.sql.gz.part", "dumps/old/c.sql.gz", "dumps/config/.env.bak", "dumps/t.log")
    put(folder, "dumps/closed.sql.gz", mode=0o640)
    assert found(folder, monkeypatch) == [
        "dumps/a.sql.gz", "dumps/b.sql.gz.part", "dumps/config/.env.bak", "dumps/old/c.sql.gz",
    ]  # fmt: skip


def test_dumps_in_folders(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file of a dump counts, and copies of Redis at any depth."""
    put(folder, "dumps/2026_11/app/users.bson.gz", "dumps/notes", "redis/2026_11/dump.rdb", "redis/notes")
    more = {"layout": "folders", "complete": "", "pattern": "[0-9]*_[0-9]*", "redis_directory": str(folder / "redis")}
    assert found(folder, monkeypatch, **more) == ["dumps/2026_11/app/users.bson.gz", "redis/2026_11/dump.rdb"]


def test_closed_folders(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that everybody may read is private behind a folder that they may not enter, be it above or below."""
    put(folder, "dumps/a.sql.gz", "dumps/config/etc.tar.gz", "dumps/old/b.sql.gz")
    (folder / "dumps" / "old").chmod(0o750)
    assert found(folder, monkeypatch) == ["dumps/a.sql.gz", "dumps/config/etc.tar.gz"]
    folder.chmod(0o700)
    assert not found(folder, monkeypatch)


def test_a_link_to_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder may be a link to a disk of its own; one that is not there is another check's."""
    put(folder, "disk/a.sql.gz")
    (folder / "dumps").symlink_to("disk")
    assert found(folder, monkeypatch) == ["disk/a.sql.gz"]
    (folder / "dumps").unlink()
    assert not found(folder, monkeypatch)


def test_what_is_said() -> None:
    """Five are named."""
    assert not fails(test_backups.test_private, [])
    assert fails(test_backups.test_private, list("abcdef")).startswith(
        "everybody on the host may read a, b, c, d, e and"
    )
