"""What can be made of runs that are over: `python -m reports render|merge|diff …`, each explained by its `--help`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine.text import one_line
from reports.commands import diff, merge, render
from reports.commands.said import say
from reports.merging import MergeError
from reports.reading import ReadingError

ROOT = Path(__file__).resolve().parents[1]
# The modules, and the exit code of a command that is refused: a merge ends as a run does.
COMMANDS = {"render": (render, 2), "merge": (merge, 4), "diff": (diff, 2)}


def main(arguments: list[str] | None = None, root: Path = ROOT, prog: str = "python -m reports") -> int:
    """Runs one command. Returns its exit code."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog=prog, description=__doc__, formatter_class=raw)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (module, _) in COMMANDS.items():
        told = str(module.__doc__)
        module.add(commands.add_parser(name, help=told.partition("\n")[0], description=told, formatter_class=raw))
    options = parser.parse_args(arguments)
    module, refused = COMMANDS[options.command]
    try:
        code: int = module.run(options, root)
        return code
    except (ReadingError, MergeError) as error:
        say(str(error), sys.stderr)
    except OSError as error:
        say(f"{error.filename or 'the files'}: {error.strerror or one_line(str(error))}", sys.stderr)
    return refused


if __name__ == "__main__":
    sys.exit(main())
