"""Makes a content folder that runs: this machine's inventory, a system with a short runbook, and the pinned suite.

A file that is there already is left as it is.
"""

from __future__ import annotations

import argparse
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

TEMPLATE = Path(__file__).with_name("content")
# The name of a file that begins with a dot is written without it: packages leave hidden files out.
HIDDEN = {"gitignore": ".gitignore"}


def main(arguments: list[str], prog: str) -> int:
    """Writes the files, and says what to do next. Returns 0; 2 where the folder cannot be written."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog=prog, description=__doc__, formatter_class=raw)
    parser.add_argument("folder", metavar="DIR", nargs="?", type=Path, default=Path())
    folder: Path = parser.parse_args(arguments).folder
    try:
        for source in sorted(path for path in TEMPLATE.rglob("*") if path.is_file()):
            print(_written(source, folder / _name(source.relative_to(TEMPLATE))))
    except OSError as error:
        print(f"{error.filename or folder}: {error.strerror}; expected a folder that can be written", file=sys.stderr)
        return 2
    into = "" if folder == Path() else f"cd {folder} && "
    print(f"\nNext: {into}pytest --hosts=local")
    print("checks this machine, and writes reports/out/local/latest/report.html. Then put your hosts into")
    print("inventory/prod.yml, and your runbook into runbooks/: README.md says how.")
    return 0


def _name(path: Path) -> Path:
    return path.with_name(HIDDEN.get(path.name, path.name))


def _written(source: Path, target: Path) -> str:
    """Writes a file, and returns the line about it."""
    if target.exists():
        return f"{target}: is there already, and stays as it is"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(source.read_text(encoding="utf-8").replace("VERSION", _version()), encoding="utf-8")
    return f"{target}: written"


def _version() -> str:
    try:
        return version("runbook-checks")
    except PackageNotFoundError:
        # A checkout is not installed.
        return "0"
