"""`python -m engine.runbook lint PATH…` prints what is unsafe or wrong; `… coverage` writes docs/coverage.md.

Exit codes: 0 nothing found, 1 `lint` found something, 2 a file cannot be read or has a mistake.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine.runbook.ledger import page
from engine.runbook.lint import lint
from engine.runbook.model import RunbookError
from engine.runbook.parser import parse

ROOT = Path(__file__).parents[2]
PAGE = "docs/coverage.md"


def main(arguments: list[str] | None = None) -> int:
    """Runs one command. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m engine.runbook", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    linting = commands.add_parser("lint", help="find commands that are unsafe or wrong, and dangers that are not named")
    linting.add_argument("path", nargs="+", type=Path, help="a runbook")
    commands.add_parser("coverage", help=f"write {PAGE}: what the ledgers ask, and which checks answer it")
    options = parser.parse_args(arguments)
    try:
        return _coverage() if options.command == "coverage" else _lint(options.path)
    except RunbookError as error:
        print(error, file=sys.stderr)
        return 2


def _lint(paths: list[Path]) -> int:
    """Prints one line a problem: path:line, what, what instead."""
    problems = [problem for path in paths for problem in lint(parse(path))]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def _coverage() -> int:
    (ROOT / PAGE).write_text(page(ROOT), encoding="utf-8")
    print(f"{PAGE} is written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
