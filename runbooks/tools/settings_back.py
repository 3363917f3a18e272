"""Puts back variables that an environment file lacks, or has empty, from a saved archive: FILE ARCHIVE [look | NAME…].

A NAME is put back whatever the file says of it; of the others that differ from the archive only the names are shown.
With `look` nothing is changed. In place, so that owner and mode stay. No value is shown.
"""

import sys
import tarfile
from collections.abc import Iterable
from pathlib import Path


def values(text: str) -> dict[str, str]:
    """Returns the lines that set a variable to something, by its name."""
    lines = [line.strip() for line in text.splitlines() if line.partition("=")[2].strip()]
    return {line.partition("=")[0]: line for line in lines if not line.startswith(("#", ";"))}


def merged(text: str, saved: str, names: Iterable[str] = ()) -> tuple[str, list[str], list[str]]:
    """Returns the file's new text, the names that came back, and those that differ from the saved copy and stay."""
    own, copy = values(text), values(saved)
    back = [name for name in copy if name not in own or (name in names and copy[name] != own[name])]
    empty = {line for line in text.splitlines() if "=" in line and not line.partition("=")[2].strip()}
    gone = empty | {own[name] for name in back if name in own}
    kept = [line for line in text.splitlines() if line.strip() not in gone]
    differ = [name for name in own if own[name] != copy.get(name) and name not in back]
    return "\n".join([*kept, *(copy[name] for name in back)]) + "\n", back, differ


if __name__ == "__main__":
    file = Path(sys.argv[1])
    with tarfile.open(sys.argv[2]) as archive:
        member = archive.extractfile(sys.argv[1].lstrip("/"))
        assert member is not None, "the archive has no such file"
        new, back, differ = merged(file.read_text(), member.read().decode(), sys.argv[3:])
    if sys.argv[3:] == ["look"]:
        print("missing:", back, "differ:", differ)
    else:
        file.write_text(new)
        print("back:", back, "differ:", differ)
