"""`python -m engine.runbook lint PATH…` prints what is unsafe or wrong; `… coverage` writes docs/coverage.md.

Exit codes: 0 nothing found, 1 `lint` found something, 2 a file cannot be read or has a mistake.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine.places import RUNBOOKS, SUITE
from engine.runbook.ledger import page
from engine.runbook.lint import lint
from engine.runbook.model import Runbook, RunbookError
from engine.runbook.parser import parse
from engine.runbook.rules_systems import broken_links, lint_system
from engine.runbook.tools import FOLDER, read_tools

ROOT = Path(__file__).parents[2]
PAGE = "docs/coverage.md"


def main(arguments: list[str] | None = None, prog: str = "python -m engine.runbook") -> int:
    """Runs one command. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog=prog, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    linting = commands.add_parser("lint", help="find commands that are unsafe or wrong, and dangers that are not named")
    linting.add_argument("path", nargs="+", type=Path, help="a runbook, or a folder of them")
    commands.add_parser("coverage", help=f"write {PAGE}: what the ledgers ask, and which checks answer it")
    options = parser.parse_args(arguments)
    try:
        return _coverage() if options.command == "coverage" else _lint(options.path)
    except RunbookError as error:
        print(error, file=sys.stderr)
        return 2


def _lint(paths: list[Path]) -> int:
    """Prints one line a problem: path:line, what, what instead."""
    files = [file for path in paths for file in (sorted(path.rglob("*.md")) if path.is_dir() else [path])]
    tools = {name: step for folder in _folders(paths) for name, step in read_tools(folder).items()}
    scripts = [
        Runbook(step.path, "", (), (), {name: step}) for name, step in tools.items() if step.path.suffix == ".sh"
    ]
    read = {file: parse(file) for file in files}
    problems = [problem for runbook in (*read.values(), *scripts) for problem in lint(runbook, tools)]
    problems += [problem for runbook in read.values() for problem in broken_links(runbook, read)]
    systems = [file for path in paths for file in sorted([*path.rglob("system.yml"), *path.rglob("system.yaml")])]
    problems += [problem for file in systems for problem in lint_system(file)]
    for problem in problems:
        print(problem)
    if problems:
        print("docs/lint.md has the rules; to break one for a reason, write above the command: # allow: RULE because …")
    return 1 if problems else 0


def _folders(paths: list[Path]) -> set[Path]:
    """The folders of tools that belong to these runbooks."""
    return {folder / FOLDER for path in paths for folder in (path, path.parent, path.parent.parent, SUITE / RUNBOOKS)}


def _coverage() -> int:
    (ROOT / PAGE).write_text(page(ROOT), encoding="utf-8")
    print(f"{PAGE} is written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
