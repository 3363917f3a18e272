"""Puts back variables that an environment file lacks, or has empty, from a saved archive: FILE ARCHIVE.

In place, so that owner and mode stay. The names are shown, never the values; what is there stays as it is.
"""

import sys
import tarfile
from pathlib import Path


def missing(text: str, saved: str) -> tuple[list[str], list[str]]:
    """Returns the lines of the file that stay, and those of the saved copy that come back."""
    kept = [line for line in text.splitlines() if line.partition("=")[2].strip() or "=" not in line]
    names = {line.partition("=")[0].strip() for line in kept}
    lines = [line for line in saved.splitlines() if line.partition("=")[2].strip()]
    return kept, [line for line in lines if not line.startswith("#") and line.partition("=")[0].strip() not in names]


if __name__ == "__main__":
    file = Path(sys.argv[1])
    with tarfile.open(sys.argv[2]) as archive:
        member = archive.extractfile(sys.argv[1].lstrip("/"))
        assert member is not None, "the archive has no such file"
        stay, back = missing(file.read_text(), member.read().decode())
    file.write_text("\n".join([*stay, *back]) + "\n")
    print("back:", [line.partition("=")[0] for line in back])
