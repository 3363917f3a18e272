"""`runbook-checks COMMAND …`: what there is to do besides running checks, which is `pytest --hosts=ENVIRONMENT`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from runbook_checks import SUITE

# In a checkout: python -m runbook_checks.
PROG = "runbook-checks"


def _init(arguments: list[str]) -> int:
    from runbook_checks.init import main

    return main(arguments, f"{PROG} init")


def _draft(arguments: list[str]) -> int:
    from runbook_checks.draft import main

    return main(arguments, f"{PROG} draft")


def _find(arguments: list[str]) -> int:
    from runbook_checks.find import main

    return main(arguments, f"{PROG} find")


def _lint(arguments: list[str]) -> int:
    from engine.runbook.__main__ import main

    return main(["lint", *arguments], PROG)


def _of_runs(name: str) -> Callable[[list[str]], int]:
    def run(arguments: list[str]) -> int:
        from reports.__main__ import main

        return main([name, *arguments], Path.cwd(), PROG)

    return run


# By name: what it does, and the function that does it, which returns the exit code.
COMMANDS: dict[str, tuple[str, Callable[[list[str]], int]]] = {
    "init": ("make a content folder: an inventory, a system and its runbook", _init),
    "draft": ("make a runbook that you have one that runs: propose its checks and its system.yml", _draft),
    "find": ("find the sections and checks that a word or an error message is about", _find),
    "lint": ("find commands in runbooks that are unsafe to paste, or wrong", _lint),
    "render": ("make the page of a run again from its findings.json", _of_runs("render")),
    "merge": ("make one run of several parts", _of_runs("merge")),
    "diff": ("say what is new between two runs", _of_runs("diff")),
}


def main(arguments: list[str] | None = None) -> int:
    """Runs one command. Returns its exit code, 2 for a command that there is not."""
    sys.path.insert(0, str(SUITE))
    listed = "\n".join(f"  {name:<8}{words}" for name, (words, _) in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog=PROG,
        description=__doc__,
        epilog=f"commands:\n{listed}\n\n{PROG} COMMAND --help says more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND")
    given = sys.argv[1:] if arguments is None else arguments
    command = parser.parse_args(given[:1]).command
    return COMMANDS[command][1](given[1:])


if __name__ == "__main__":
    sys.exit(main())
