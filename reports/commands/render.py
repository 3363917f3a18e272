"""`render FILE`: makes the page of a run again, from its findings.json.

Exit codes: 0 the page is written, 2 the file cannot be read, or the page not be written.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from reports.commands.paging import write_page
from reports.commands.said import say
from reports.reading import read
from reports.words import PAGE, headline


def add(parser: argparse.ArgumentParser) -> None:
    """Adds the file, and where the page goes."""
    parser.add_argument("file", metavar="FILE", type=Path, help="a findings.json, or the folder of a run")
    parser.add_argument("--html", metavar="OUT", type=Path, help=f"write the page there (default: {PAGE} beside FILE)")


def run(options: argparse.Namespace, root: Path) -> int:
    """Writes the page. Returns 0. Raises ReadingError and OSError."""
    result = read(options.file)
    folder = options.file if options.file.is_dir() else options.file.parent
    page = options.html or folder / PAGE
    write_page(page, result, folder, root)
    say(headline(result))
    say(f"report: {page}")
    return 0
