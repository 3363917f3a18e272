"""Reading of configuration files: bounded in size, decoded, and refused with one line when they are not text."""

from __future__ import annotations

import stat
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path

from yaml.reader import Reader

from engine.config.problems import ConfigError

# Bytes. The largest configuration file of a real project has 200 KB.
LARGEST = 2 * 1024 * 1024


def read_text(path: Path, shown: str) -> str:
    """Returns the text of a UTF-8 file, or of UTF-16 with a byte order mark [YAML 1.2, 5.2], without that mark.

    Raises ConfigError with one line that begins with `shown`, the file's name in messages, and its line where known.
    """
    try:
        # Only a regular file is read, because reading a pipe could block for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise ConfigError(f"{shown}: is not a file; expected a text file")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError(f"{shown}: cannot be read: {reason}; expected a file that you may read") from None
    if len(data) > LARGEST:
        raise ConfigError(f"{shown}: is larger than {LARGEST // 1024**2} MiB; expected a smaller text file")
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
        raise ConfigError(f"{shown}:{line}: {what} is not {name}; save the file as UTF-8") from None
