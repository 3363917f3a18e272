"""`python -m tests.browser.pictures` makes the pictures of the pages of docs/, of recorded runs of the lab."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.browser.chromium import browser
from tests.browser.conftest import html_of
from tests.content import CHECKOUT

# The run that each shows.
PICTURES = {"report.png": "one", "report-healthy.png": "healthy"}
SIZE = {"width": 1180, "height": 900}


def main() -> None:
    """Writes the pictures."""
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        for name, run in PICTURES.items():
            tab = chromium.new_page(viewport=SIZE, timezone_id="Europe/Berlin")  # type: ignore[arg-type]
            tab.goto(html_of(run, Path(folder)).as_uri())
            tab.screenshot(path=CHECKOUT / "docs" / name)
            tab.close()
            print(f"docs/{name} is written")


if __name__ == "__main__":
    main()
