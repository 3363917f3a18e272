"""What the source probe sees in Python files, run by this machine's interpreter as it is by a host's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine.gather.fact import FactError
from engine.gather.probe import probe
from fixtures.app.source import Limiter, Source, _limiter, parse_source
from fixtures.app.venv import PROBES


def look(root: Path, *left_out: str) -> str:
    """Returns what the probe prints about a folder."""
    command = probe(PROBES / "source.py", sys.executable, str(root), *left_out)
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout


def source(root: Path, **files: str) -> Source:
    """Returns what is seen in files, by name without `.py`."""
    for name, text in files.items():
        (root / f"{name}.py").write_text(text, encoding="utf-8")
    return parse_source(look(root))


def test_a_file_that_does_not_parse(tmp_path: Path) -> None:
    """It is named with its line; the others are seen all the same, and nothing is written."""
    found = source(tmp_path, app="import flask\n", broken="x = 1\ndef find(gift\n")
    assert found.files == ("app.py", "broken.py")
    assert [(each.file, each.line) for each in found.broken] == [("broken.py", 2)]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["app.py", "broken.py"]


@pytest.mark.parametrize("line", ["return 1", "def find(gift, gift): pass", "break", "def f():\n  x = 1\n  global x"])
def test_a_file_that_does_not_compile(tmp_path: Path, line: str) -> None:
    """What only the compiler finds is found, and what it merely warns of is not."""
    found = source(tmp_path, app=f"import flask\n{line}\n", odd="assert 1 is 1, '\\d'\n")
    assert [each.file for each in found.broken] == ["app.py"]


def test_what_is_not_the_applications_own(tmp_path: Path) -> None:
    """A virtual environment, hidden folders, caches and what is left out are passed by; packages are not."""
    for folder in ("venv/lib", ".git", "__pycache__", "logs", "parts"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "odd.py").write_text("def (", encoding="utf-8")
    (tmp_path / "venv" / "pyvenv.cfg").touch()
    found = parse_source(look(tmp_path, str(tmp_path / "logs")))
    assert [each.file for each in found.broken] == ["parts/odd.py"]


def test_bytes_that_are_no_python(tmp_path: Path) -> None:
    """A file of zeros is broken, and no end of the probe; one that is huge was not read, and that is said."""
    (tmp_path / "zeros.py").write_bytes(bytes(100))
    (tmp_path / "deep.py").write_bytes(b"(" * 2_000_000)
    found = parse_source(look(tmp_path))
    assert [each.file for each in found.broken] == ["deep.py", "zeros.py"]
    with (tmp_path / "huge.py").open("wb") as file:
        file.truncate(17 * 1024**2)
    with pytest.raises(FactError, match="1 files were not read"):
        parse_source(look(tmp_path))


def test_what_may_not_be_read_is_said() -> None:
    """A folder that cannot be listed is not taken for one without mistakes."""
    answer = '{"files": [], "broken": [], "unreadable": ["Permission denied: x"], "limiters": [], "config": {}}'
    with pytest.raises(FactError, match="cannot be read: Permission denied: x"):
        parse_source(answer)


ENVIRONMENT = {"REDIS_URL": "redis://:secret@localhost:6379/1", "EMPTY": "", "SOCKET": "redis+unix:///run/r"}


@pytest.mark.parametrize(
    ("text", "enabled", "limits", "storage"),
    [
        ('Limiter(key, default_limits=["5/day"], storage_uri="redis://:pw@h/1")', True, True, "redis"),
        ('Limiter(key, default_limits=["5/day"], storage_uri=os.getenv("REDIS_URL"))', True, True, "redis"),
        ('Limiter(key, storage_uri=os.getenv("REDIS_URL", "memory://"))', True, False, "redis"),
        ('Limiter(key, default_limits=LIMITS, storage_uri=os.getenv("OTHER", "memory://"))', True, True, "memory"),
        ('Limiter(key, default_limits=[], storage_uri=os.environ["UNSET"])', True, False, "memory"),
        ("flask_limiter.Limiter(key, enabled=False)", False, False, "memory"),
        ('app.config["RATELIMIT_STORAGE_URI"] = "rediss://h"\nLimiter(app)', True, False, "rediss"),
        ('app.config["RATELIMIT_DEFAULT"] = "5/day"\nLimiter(app)', True, True, "memory"),
        ('Limiter(key, storage_uri="async+memory://")', True, False, "memory"),
        ('Limiter(key, storage_uri="async+redis://:pw@h/1")', True, False, "redis"),
        ('Limiter(key, storage_uri="redis+cluster://h:7000,h2:7000")', True, False, "redis+cluster"),
        ('Limiter(key, storage_uri=os.environ["SOCKET"])', True, False, "redis+unix"),
    ],
)
def test_limiters(tmp_path: Path, text: str, enabled: bool, limits: bool, storage: str) -> None:
    """A limiter's storage is a URL, a variable with or without a default, or Flask's configuration."""
    found = source(tmp_path, app=f"x = 1\n{text}\n")
    line = text.count("\n") + 2
    judged = _limiter(found.limiters[0], found.config, ENVIRONMENT)
    assert judged == Limiter(f"Limiter(…) in app.py, line {line}", enabled, limits, storage)


def test_a_storage_that_is_computed(tmp_path: Path) -> None:
    """What the text does not say is not guessed."""
    found = source(tmp_path, app="Limiter(key, storage_uri=choose())")
    with pytest.raises(FactError, match="its storage_uri is computed"):
        _limiter(found.limiters[0], {}, ENVIRONMENT)


def test_no_password_leaves_the_host(tmp_path: Path) -> None:
    """Of a URL in the source only its scheme is told."""
    (tmp_path / "app.py").write_text('Limiter(key, storage_uri="redis://:hush@h/1")', encoding="utf-8")
    assert "hush" not in look(tmp_path)
