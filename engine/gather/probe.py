"""Probes: read-only programs for a Python on the host. They are sent as text, print JSON and write nothing."""

from __future__ import annotations

import shlex
from pathlib import Path

# An option that Python accepts and ignores [python(1), -X]; it marks the suite's processes.
OURS = "-X runbook-checks"


def probe(path: Path, python: str, *arguments: str) -> str:
    """Returns the shell command that runs the program in the file `path` with the interpreter `python` on the host.

    -I isolates it from the user's environment and the working folder, -B keeps it from writing bytecode, and OURS marks
    it, so that another run of the suite does not take it for the application.
    """
    text = path.read_text(encoding="utf-8")
    return " ".join(map(shlex.quote, (python, *OURS.split(), "-I", "-B", "-W", "ignore", "-c", text, *arguments)))
