"""`merge A B …`: unites the runs that several machines made of the parts of one environment.

Exit codes: that of the united run, 0 only when each part had it and nothing that fails is left; 4 when a file cannot
be read, the runs are no parts of one, or nothing can be written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from engine.hooks.runfolder import RunFolder
from engine.judge.result import RunResult
from reports.commands.handed import Handed
from reports.commands.paging import write_page
from reports.commands.said import say
from reports.index import write_all, write_environment
from reports.merging import MergeError, environment_of, merged
from reports.reading import read
from reports.stored.document import NAME, text
from reports.whole import write_whole
from reports.words import PAGE, headline, verdict

OUT = Path("reports", "out")


def add(parser: argparse.ArgumentParser) -> None:
    """Adds the runs, and where the united one goes."""
    parser.add_argument("runs", metavar="RUN", nargs="+", type=Path, help="a findings.json, or the folder of a run")
    parser.add_argument(
        "--into", metavar="FOLDER", type=Path, help="write into this folder (default: a new one in reports/out)"
    )


def run(options: argparse.Namespace, root: Path) -> int:
    """Writes the united run. Returns its exit code. Raises ReadingError, MergeError and OSError."""
    parts = [(path if path.is_dir() else path.parent, read(path)) for path in options.runs]
    if options.into and options.into.resolve() in {folder.resolve() for folder, _ in parts}:
        raise MergeError(f"--into={options.into} is one of these runs, which would be lost; expected another folder")
    environment = environment_of(part for _, part in parts)
    if options.into:
        return _written(parts, options.into, root)
    folder = RunFolder(root / OUT / _name(environment), datetime.now(UTC), keep=sys.maxsize)
    try:
        return _written(parts, folder.path, root)
    finally:
        folder.close()
        write_environment(folder.path.parent, {})
        write_all(folder.path.parent.parent, {})


def _name(environment: str) -> str:
    """Returns an environment's name as that of a folder. Raises MergeError for a path, which might lead anywhere."""
    if not environment or environment.startswith(".") or "/" in environment or not environment.isprintable():
        raise MergeError(f"the environment '{environment}' is no name of a folder; expected one, or --into=FOLDER")
    return environment


def _written(parts: Sequence[tuple[Path, RunResult]], folder: Path, root: Path) -> int:
    """Writes the files of the united run into `folder`, and says what came out."""
    handed = Handed(folder, root)
    result = merged([handed.moved(part, source) for source, part in parts])
    handed.copy(result.findings)
    write_whole(folder / NAME, text(result))
    write_page(folder / PAGE, result, folder, root)
    for line in (headline(result), f"report: {folder / PAGE}", verdict(result)):
        say(line)
    return int(result.exit_code or 0)
