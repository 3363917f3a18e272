"""The page of the command line's own options, from what pytest's parser says of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FILE = "docs/options.md"
GROUP = "runbook checks:"
HEAD = """# Options

<!-- `python -m engine.pages` writes it from `pytest --help`; a test keeps it current. -->

`pytest --hosts=ENVIRONMENT` is all that a gate needs; `--hosts` itself is testinfra's, and takes its specs too.
pytest's own options work as they always do (`-k`, `-x`, `--lf`, `-n 2`, `--junitxml`); those by which a check would be
judged twice are refused.

```text
"""


def page(root: Path) -> str:
    """Returns the page, as Markdown."""
    # As wide as this page is, whatever terminal it is written in.
    environment = {**os.environ, "COLUMNS": "110"}
    command = [sys.executable, "-m", "pytest", "--help"]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
    options = done.stdout.partition(GROUP)[2].partition("\n\n")[0].strip("\n")
    return f"{HEAD}{options}\n```\n"
