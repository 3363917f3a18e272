"""Tools: the files in `runbooks/tools/`, which the commands of any runbook may call by their names.

What is pasted is the file's own text, so that what was tested is what runs, and a host needs no copy of this project.
"""

from __future__ import annotations

import re
from pathlib import Path

from engine.runbook.model import RunbookError, Step

FOLDER = "tools"
# What the function of a program prints: `members | python3 -B -`, `awk "$(members)"`.
PROGRAMS = (".py", ".awk")
END = "END_OF_TOOL"


def read_tools(folder: Path) -> dict[str, Step]:
    """Returns the function of the shell that each tool in a folder is, by name.

    A `.sh` file is the function itself; a program becomes a function that prints it. Raises RunbookError, a line for
    each file that is neither.
    """
    found: dict[str, Step] = {}
    mistakes: list[str] = []
    for path in sorted(folder.glob("[!._]*.*")):
        try:
            found[path.stem] = Step(_function(path, path.read_text(encoding="utf-8").rstrip("\n")), 1, path=path)
        except (OSError, UnicodeDecodeError, ValueError) as error:
            mistakes.append(
                f"{path}:1: is no tool ({error}); expected NAME.sh with NAME() {{ …; }}, NAME.py or NAME.awk"
            )
    if mistakes:
        raise RunbookError(*mistakes)
    return found


def _function(path: Path, text: str) -> str:
    """The definition of the function. Raises ValueError when the file makes none."""
    if not re.fullmatch(r"[a-z]\w*", path.stem):
        raise ValueError("its name can be no function's")
    if path.suffix in PROGRAMS:
        if END in text.splitlines():
            raise ValueError(f"it has a line {END}")
        return f"{path.stem}() {{ cat <<'{END}'\n{text}\n{END}\n}}"
    if path.suffix != ".sh" or not re.search(rf"^{path.stem}\(\) \{{", text, re.MULTILINE):
        raise ValueError(f"it defines no function {path.stem}")
    return text
