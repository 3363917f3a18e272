"""Probes: programs for the host's own Python, sent as text; each reads, prints JSON, and writes nothing."""

from __future__ import annotations

import shlex
from pathlib import Path

# An option that Python takes and does nothing with [python(1), -X].
OURS = "-X runbook-checks"


def probe(path: Path, python: str, *arguments: str) -> str:
    """Returns the command that runs the program in the file `path` in the interpreter `python`.

    Isolated (-I), so that neither the user's environment nor the working folder changes what it sees; without bytecode
    (-B), so that nothing is written; marked as ours, so that another run of the suite is not taken for the application.
    """
    text = path.read_text(encoding="utf-8")
    return " ".join(map(shlex.quote, (python, *OURS.split(), "-I", "-B", "-W", "ignore", "-c", text, *arguments)))
