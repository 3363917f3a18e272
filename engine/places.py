"""Where things are: the suite's own folder, and the content folder, in which a team keeps what is its own.

A content folder has the team's `inventory/` and `runbooks/`, and where they need them `checks/` and `fixtures/`; the
reports of its runs go into its `reports/out/`. In a checkout of the suite, the suite's folder may be both.
"""

from __future__ import annotations

from pathlib import Path

SUITE = Path(__file__).resolve().parents[1]
CHECKS, FIXTURES, INVENTORY, RUNBOOKS = "checks", "fixtures", "inventory", "runbooks"


def folders(content: Path, name: str) -> list[Path]:
    """Returns the folders of this name: the suite's, then the content folder's where it is another one and there.

    Of a checkout of the suite, only its own: it has everything that the suite has.
    """
    own = content / name
    if content == SUITE or (content / "engine" / Path(__file__).name).is_file():
        return [own]
    return [SUITE / name, *([own] if own.is_dir() else [])]


def chapter_file(path: Path, runbooks: Path) -> Path:
    """Returns the file of a chapter: `path` in the folder `runbooks`, else the suite's in the same place."""
    if path.is_file() or not path.is_relative_to(runbooks):
        return path
    shared = SUITE / RUNBOOKS / path.relative_to(runbooks)
    return shared if shared.is_file() else path


def within(path: Path, content: Path = SUITE) -> Path | None:
    """Returns the path of a file relative to the content folder, else to the suite's; None for a file elsewhere."""
    return next((path.relative_to(folder) for folder in (content, SUITE) if path.is_relative_to(folder)), None)


def shown(path: Path, content: Path) -> str:
    """Returns how messages and reports name a file: `runbooks/shared/host.md`, whichever folder has it."""
    return (within(path, content) or path).as_posix()


def has_content(folder: Path) -> bool:
    """Whether a folder is a content folder."""
    return (folder / INVENTORY).is_dir() and (folder / RUNBOOKS).is_dir()
