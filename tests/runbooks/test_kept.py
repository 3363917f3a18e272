"""Runbooks that are kept from run to run: by their content, and only where nobody else could have written them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.runbook import kept, parser
from engine.runbook.expect import Severity
from engine.runbook.model import Runbook, RunbookError

TEXT = """# Try

## Host

### Away

**Severity:** P1

**Diagnostics:**

```bash
# check: os.reachable
true
```
"""


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each text that is really read."""
    found: list[str] = []
    real = parser.parse

    def parse(path: Path, text: str | None = None, severities: Mapping[str, Severity] | None = None) -> Runbook:
        found.append(text or "")
        return real(path, text, severities)

    monkeypatch.setattr(parser, "parse", parse)
    return found


def read(folder: Path, text: str = TEXT) -> Runbook:
    """Reads as a run does, which keeps what it read."""
    runbook = kept.read(folder / "try" / "runbook.md", text, folder / "kept")
    kept.keep()
    return runbook


def test_what_nobody_changed_is_read_once(tmp_path: Path, readings: list[str]) -> None:
    """The same text gives the same runbook; another text is read, and takes the place of the first."""
    first = read(tmp_path)
    assert read(tmp_path) == first
    assert readings == [TEXT]
    changed = read(tmp_path, TEXT.replace("P1", "P2"))
    assert changed.sections[0].severity == "P2"
    assert len(readings) == 2
    assert len(list((tmp_path / "kept").iterdir())) == 1


@pytest.mark.parametrize("spoilt", [b"", b"cos\nsystem\n(S'true'\ntR.", b"\x80\x04}.", b"\xff" * 99])
def test_a_spoilt_file_costs_a_reading(tmp_path: Path, readings: list[str], spoilt: bytes) -> None:
    """Whatever stands in it: the runbook is read again, and kept anew."""
    first = read(tmp_path)
    (file,) = (tmp_path / "kept").iterdir()
    file.write_bytes(spoilt)
    assert read(tmp_path) == first
    assert read(tmp_path) == first
    assert len(readings) == 2


@pytest.mark.parametrize("mode", [0o666, 0o620])
def test_what_others_may_write_is_not_trusted(tmp_path: Path, readings: list[str], mode: int) -> None:
    """A file, or a folder, that somebody else may write is not even opened."""
    read(tmp_path)
    (file,) = (tmp_path / "kept").iterdir()
    file.chmod(mode)
    kept.read(tmp_path / "try" / "runbook.md", TEXT, tmp_path / "kept")
    file.chmod(0o600)
    (tmp_path / "kept").chmod(0o777)
    kept.read(tmp_path / "try" / "runbook.md", TEXT, tmp_path / "kept")
    assert len(readings) == 3


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path, readings: list[str]) -> None:
    """It is read each time."""
    tmp_path.chmod(0o500)
    read(tmp_path)
    read(tmp_path)
    assert len(readings) == 2


def test_mistakes_are_not_kept(tmp_path: Path, readings: list[str]) -> None:
    """A runbook that cannot be used says so each time."""
    for _ in range(2):
        with pytest.raises(RunbookError):
            read(tmp_path, TEXT.replace("os.reachable", "reachable"))
    assert len(readings) == 2
