"""Text files that people write: bounded, decoded, and refused in one line where they are no text."""

from __future__ import annotations

import stat
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path

from yaml.reader import Reader

from engine.config.problems import ConfigError

# The largest file of a real project has 200 KB; what is much larger is something else than it is taken for.
LARGEST = 2 * 1024 * 1024


def read_text(path: Path, shown: str) -> str:
    """Returns the text of a UTF-8 file, without its byte order mark; UTF-16 is read where it has one [YAML 1.2, 5.2].

    Raises ConfigError, one line that begins with `shown` (its name in messages) and, where there is one, the line.
    """
    try:
        # Only asked of a regular file: reading a pipe would wait for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise ConfigError(f"{shown}: is no file; expected a text file there")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError(f"{shown}: cannot be read: {reason}; expected a file that you may read") from None
    if len(data) > LARGEST:
        raise ConfigError(f"{shown}: is larger than {LARGEST // 1024**2} MiB; expected a file that a person made")
    text = _decoded(data, shown)
    if found := Reader.NON_PRINTABLE.search(text):
        where = f"{shown}:{text.count(chr(10), 0, found.start()) + 1}"
        raise ConfigError(f"{where}: holds the control character {ord(found[0]):#04x}; expected text only")
    return text


def _decoded(data: bytes, shown: str) -> str:
    encoding, name = ("utf-16", "UTF-16") if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else ("utf-8-sig", "UTF-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"byte {data[error.start]:#04x}" if error.start < len(data) else "its end"
        raise ConfigError(f"{shown}:{line}: {what} is no {name}; save the file as UTF-8") from None
