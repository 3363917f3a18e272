"""Runbooks as they were read, kept from run to run by their content: one that nobody changed is not read again.

The file is a pickle, which is trusted as much as the compiled Python beside it: only where it is the user's own, and
nobody else may write it. Whatever is wrong with it costs a new reading, and nothing else.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import stat
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

from engine.runbook.expect import Severity
from engine.runbook.model import Runbook

# What was read in this process, by the file in which it is to be kept.
_NEW: dict[Path, Runbook] = {}


def read(path: Path, text: str, folder: Path, severities: tuple[tuple[str, Severity], ...] = ()) -> Runbook:
    """Returns the runbook in `text`, which is at `path`; from `folder` where it is kept. Raises RunbookError."""
    said = repr(sorted(severities))
    key = hashlib.sha256("\0".join((_reader(), str(path), said, text)).encode(errors="surrogatepass")).hexdigest()[:32]
    file = folder / f"{path.parent.name}-{path.stem}-{key}.pickle"
    if (kept := _kept(file)) is not None:
        return kept
    # Markdown is imported only where it is read.
    from engine.runbook.parser import parse

    _NEW[file] = parse(path, text, dict(severities))
    return _NEW[file]


def keep() -> None:
    """Writes what was read in this process, in the place of what was kept of these runbooks before."""
    while _NEW:
        file, runbook = _NEW.popitem()
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            part = file.with_name(f".{file.name}.{os.getpid()}")
            part.write_bytes(pickle.dumps(runbook))
            part.chmod(0o600)
            part.replace(file)
            for other in file.parent.glob(f"{file.stem.rpartition('-')[0]}-*.pickle"):
                if other != file and len(other.stem) == len(file.stem):
                    other.unlink()


@cache
def _reader() -> str:
    """What reads: the code of this package, and Python's own version."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    code = hashlib.sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()
    return f"{sys.version}\0{code}"


def _kept(file: Path) -> Runbook | None:
    try:
        if not all(_is_own(path) for path in (file, file.parent)):
            return None
        found = pickle.loads(file.read_bytes())  # noqa: S301 - the user's own, as above
    # A pickle that is cut, or of other classes, may raise anything.
    except Exception:
        return None
    return found if isinstance(found, Runbook) else None


def _is_own(path: Path) -> bool:
    about = path.stat()
    return about.st_uid == os.geteuid() and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
