"""`python -m runbooks lint PATH…` prints what is unsafe or wrong; exits 1 when it finds something, 2 for a bad file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from runbooks.lint import lint
from runbooks.model import RunbookError
from runbooks.parser import parse


def main(arguments: list[str] | None = None) -> int:
    """Prints one line a problem. Returns the exit code: 0 nothing found, 1 something, 2 a runbook cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m runbooks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    linting = commands.add_parser("lint", help="find commands that are unsafe or wrong, and dangers that are not named")
    linting.add_argument("path", nargs="+", type=Path, help="a runbook")
    options = parser.parse_args(arguments)
    try:
        problems = [problem for path in options.path for problem in lint(parse(path))]
    except RunbookError as error:
        print(error, file=sys.stderr)
        return 2
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
