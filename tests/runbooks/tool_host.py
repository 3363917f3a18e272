"""A folder that stands for a host, in which the tools of the runbooks run as they would be pasted."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from engine.runbook.model import Runbook
from engine.runbook.tools import read_tools
from tests.conftest import ROOT

TOOLS = read_tools(ROOT / "runbooks" / "tools")
SHELLS = ("dash", "bash")
# Programs that the tools start as root; here they start as whoever runs the tests.
SUDO = '#!/bin/sh\nwhile [ $# -gt 0 ]; do case $1 in -n) shift;; -u) shift 2;; *) break;; esac; done\nexec "$@"\n'


class Host:
    """A folder for the tools to work in, and programs that stand in for those of a host."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.bin = root / "bin"
        self.bin.mkdir()
        self.program("sudo", SUDO)

    def program(self, name: str, text: str) -> None:
        """Puts a program in front of the host's own; `$CALLS` is the file that `said` reads."""
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def run(self, command: str, given: str = "", shell: str = "dash") -> str:
        """Runs a command as it would be pasted, and returns its output."""
        path = {"PATH": f"{self.bin}:{os.environ['PATH']}", "CALLS": str(self.root / "calls")}
        text = Runbook(Path("r.md"), "", (), functions=TOOLS).pasteable(command)
        done = subprocess.run(
            [shell, "-c", text],
            input=given,
            env={**os.environ, **path},
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def said(self) -> list[str]:
        """What the programs wrote down of their calls."""
        calls = self.root / "calls"
        return calls.read_text().splitlines() if calls.exists() else []
