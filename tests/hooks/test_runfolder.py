"""Each run has a folder of its own, `latest` leads to the newest, and the old ones go."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.hooks.runfolder import LATEST, LATEST_NAME, RUNNING, RunFolder, runs
from tests.conftest import ROOT

NOW = datetime(2026, 11, 26, 3, 55, tzinfo=UTC)


def finished(environment: Path, now: datetime, keep: int = 20) -> Path:
    """A run that is over."""
    folder = RunFolder(environment, now, keep)
    folder.close()
    return folder.path


def test_runs_of_one_second_have_folders_of_their_own(tmp_path: Path) -> None:
    """The name is the UTC time, with a number behind it from the second on; ten comes after nine."""
    made = [finished(tmp_path, NOW).name for _ in range(11)]
    assert made[:2] == ["20261126T035500Z", "20261126T035500Z-2"]
    assert [path.name for path in runs(tmp_path)] == made
    assert (tmp_path / LATEST).resolve().name == "20261126T035500Z-11"


def test_latest_leads_to_a_run_that_only_began(tmp_path: Path) -> None:
    """A verdict from before must not be taken for the answer of the run that goes on."""
    finished(tmp_path, NOW)
    going_on = RunFolder(tmp_path, NOW + timedelta(seconds=1), 20)
    assert (tmp_path / LATEST).resolve() == going_on.path


def test_the_newest_stay(tmp_path: Path) -> None:
    """The oldest go, whatever else lies there stays."""
    (tmp_path / "notes").mkdir()
    made = [finished(tmp_path, NOW + timedelta(seconds=n), keep=3) for n in range(5)]
    assert runs(tmp_path) == made[-3:]
    assert (tmp_path / "notes").is_dir()


def test_a_run_that_goes_on_is_not_removed(tmp_path: Path) -> None:
    """However many came after it."""
    slow = RunFolder(tmp_path, NOW, keep=1)
    for n in range(1, 4):
        finished(tmp_path, NOW + timedelta(seconds=n), keep=1)
    assert slow.path in runs(tmp_path)
    slow.close()
    finished(tmp_path, NOW + timedelta(seconds=9), keep=1)
    assert slow.path not in runs(tmp_path)


def test_a_killed_run_is_removed_in_its_turn(tmp_path: Path) -> None:
    """Its mark stays behind, and nobody holds it any more."""
    code = (
        "import os, sys; from datetime import datetime, UTC; from pathlib import Path\n"
        "from engine.hooks.runfolder import RunFolder\n"
        "RunFolder(Path(sys.argv[1]), datetime(2026, 1, 1, tzinfo=UTC), 20); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=False)
    (killed,) = runs(tmp_path)
    assert (killed / RUNNING).exists()
    finished(tmp_path, NOW, keep=1)
    assert killed not in runs(tmp_path)


def test_without_links_a_file_names_the_newest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some file systems have none; a link from before would lead to an old verdict."""
    finished(tmp_path, NOW)

    def refuse(*_: object, **__: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    newest = finished(tmp_path, NOW + timedelta(seconds=1))
    assert (tmp_path / LATEST_NAME).read_text(encoding="utf-8") == f"{newest.name}\n"
    assert not (tmp_path / LATEST).is_symlink()


def test_a_run_that_was_none_leaves_the_one_before(tmp_path: Path) -> None:
    """`latest` is as it was; without one before there is none."""
    before = finished(tmp_path, NOW)
    RunFolder(tmp_path, NOW + timedelta(seconds=1), 20).discard()
    assert runs(tmp_path) == [before]
    assert (tmp_path / LATEST).resolve() == before


def test_many_processes_at_once(tmp_path: Path) -> None:
    """Twelve that begin in the same second have twelve folders, and none removes another's."""
    code = (
        "import sys; from datetime import datetime, UTC; from pathlib import Path\n"
        "from engine.hooks.runfolder import RunFolder\n"
        "folder = RunFolder(Path(sys.argv[1]), datetime(2026, 1, 1, tzinfo=UTC), 2)\n"
        "(folder.path / 'mine').write_text('x'); input(); assert (folder.path / 'mine').exists(); folder.close()"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    running = [subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, text=True) for _ in range(12)]
    while sum((path / "mine").exists() for path in runs(tmp_path)) < 12 and all(
        each.poll() is None for each in running
    ):
        time.sleep(0.05)
    for each in running:
        each.communicate("\n")
    assert [each.returncode for each in running] == [0] * 12
    # The first that ended were among those that could go; none went while it was being written.
    assert 2 <= len(runs(tmp_path)) <= 12
    assert (tmp_path / LATEST).exists()
