"""Chromium, driven by Playwright. `python -m tests.browser.chromium` installs Debian's where it is missing, as root."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NONE = "no chromium found; expected Debian's (as root: apt-get install chromium)"


@contextmanager
def browser() -> Iterator[Browser]:
    """Yields a browser. Raises SystemExit where there is none."""
    path = shutil.which("chromium")
    if path is None:
        raise SystemExit(NONE)
    with sync_playwright() as playwright:
        # Chromium's sandbox does not start as root; the pages are our own.
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


def main() -> int:
    """Installs Chromium where it is missing; returns the exit code."""
    if shutil.which("chromium"):
        return 0
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(NONE, file=sys.stderr)
        return 2
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", *command], check=True, stdout=subprocess.DEVNULL)
    return 0


if __name__ == "__main__":
    sys.exit(main())
