"""A gate on a terminal, as a person has it: what is written there, with its escapes."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

from tests.conftest import guarded


def on_terminal(root: Path, *arguments: str, **environment: str) -> str:
    """Returns what `pytest ARGUMENTS` writes on a terminal that can show colours, with these variables besides."""
    ours, theirs = pty.openpty()
    kept = {name: value for name, value in guarded().items() if name not in ("NO_COLOR", "PY_COLORS", "FORCE_COLOR")}
    command = [sys.executable, "-m", "pytest", *arguments]
    with subprocess.Popen(
        command, cwd=root, env={**kept, "TERM": "xterm", **environment}, stdout=theirs, stderr=theirs
    ):
        os.close(theirs)
        written = bytearray()
        # Linux ends the reading of a terminal that nobody has open any more with an error.
        while chunk := _read(ours):
            written += chunk
    os.close(ours)
    return written.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:
        return b""
