"""Makes a runbook of yours one that runs: which check asks for which command, and its system.yml. It asks no host.

Writes runbooks/NAME/runbook.md, the text with a marker for each command, and runbooks/NAME/system.yml, with the
settings that these checks need, into the content folder in which it is called. A file that is there and differs stays
as it is.

Exit codes: 0 both files are written, 1 one of them is there and differs, 2 the runbook cannot be read.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from engine.config.found import bring
from engine.config.problems import ConfigError
from engine.drafting.drafted import Drafted, drafted
from engine.places import RUNBOOKS, SUITE, has_content
from engine.runbook.chapters import FILE
from engine.runbook.model import RunbookError
from engine.text import counted

SYSTEM = "system.yml"
# Names that say nothing of what a runbook is about.
USUAL = ("readme", "runbook", "index", "_index")
NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
LINES = 12


def main(arguments: list[str], prog: str) -> int:
    """Writes the two files and says what is in them. Returns the exit code."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog=prog, description=__doc__, formatter_class=raw)
    parser.add_argument("file", metavar="RUNBOOK.md", type=Path, help="a runbook in Markdown, wherever it is")
    parser.add_argument("--name", help="the system's name: that of its folder in runbooks/ (default: the file's)")
    options = parser.parse_args(arguments)
    content = Path.cwd()
    if not has_content(content) and content != SUITE:
        print(
            f"{content} is no content folder; expected one with inventory/ and runbooks/, "
            "such as `runbook-checks init DIR` makes",
            file=sys.stderr,
        )
        return 2
    name = _name(options.file, content) if options.name is None else options.name
    if not NAME.fullmatch(name):
        print(f"'{name}' is no name of a system; expected letters, digits, '-' and '_'", file=sys.stderr)
        return 2
    try:
        draft, written = _draft(options.file, name, content)
    except (RunbookError, ConfigError) as error:
        print("\n".join(str(line).replace(f"{content}/", "") for line in error.args), file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename or content}: {error.strerror}; expected a folder that can be written", file=sys.stderr)
        return 2
    print("\n".join(_summary(draft, name)))
    return 0 if written else 1


def _draft(file: Path, name: str, content: Path) -> tuple[Drafted, bool]:
    """Writes the two files. Returns what they have, and whether both are written."""
    bring(content)
    draft = drafted(file, name, content)
    folder = content / RUNBOOKS / name
    own = file.resolve() == (folder / FILE).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    written = [_write(folder / FILE, draft.text, content, over=own), _write(folder / SYSTEM, draft.system, content)]
    return draft, all(written)


def _name(file: Path, content: Path) -> str:
    """The name of the system: its folder's in runbooks/, else the file's."""
    path = file.resolve()
    if path.parent.parent == content / RUNBOOKS:
        return path.parent.name
    stem = path.parent.name if path.stem.lower() in USUAL else path.stem
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-") or "system"


def _write(path: Path, text: str, content: Path, over: bool = False) -> bool:
    """Writes a file, unless another one is there. Returns whether it has the text."""
    shown = path.relative_to(content)
    if path.exists() and not over and path.read_text(encoding="utf-8") != text:
        print(
            f"{shown}:1: is there, and differs; expected no such file: move it aside, or give --name", file=sys.stderr
        )
        return False
    path.write_text(text, encoding="utf-8")
    return True


def _summary(draft: Drafted, name: str) -> list[str]:
    place = f"{RUNBOOKS}/{name}"
    hand = ", ".join(map(str, draft.by_hand[:LINES])) + (", …" if len(draft.by_hand) > LINES else "")
    which = "line" if len(draft.by_hand) == 1 else "lines"
    parts = [
        f"{counted(draft.total, 'diagnostic')}: {draft.by_check} by checks, {draft.expected} by proposed expectations",
        f"{len(draft.by_hand)} by hand{hand and f' ({which} {hand})'}",
    ]
    lines = [f"{place}/{FILE}: {', '.join(parts)}"]
    if draft.to_fill_in:
        lines.append(f"{place}/{SYSTEM}: {counted(draft.to_fill_in, 'line')} to fill in")
    if draft.unread:
        lines.append(f"{counted(draft.unread, 'block')} not read: pytest --runbook-coverage lists them")
    return [*lines, f"next: pytest --hosts=ssh://USER@HOST --system={name} --plan"]
