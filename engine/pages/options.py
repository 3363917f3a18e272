"""The page of the suite's command-line options, from `pytest --help`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FILE = "docs/options.md"
GROUP = "runbook checks:"
HEAD = """# Options

<!-- `python -m engine.pages` writes it from `pytest --help`; a test keeps it current. -->

`pytest --hosts=ENVIRONMENT` is all that a gate needs. `--hosts` is testinfra's option and accepts its specs too.
pytest's options work as usual (`-k`, `-x`, `--lf`, `-n 2`, `--junitxml`); options that would run a check twice are
refused.

```text
"""


def page(root: Path) -> str:
    """Returns the page, as Markdown."""
    # A fixed width, so that the page does not depend on the terminal.
    environment = {**os.environ, "COLUMNS": "110"}
    command = [sys.executable, "-m", "pytest", "--help"]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
    options = done.stdout.partition(GROUP)[2].partition("\n\n")[0].strip("\n")
    return f"{HEAD}{options}\n```\n"
