"""Pages of recorded runs of the lab, opened in a browser."""

from __future__ import annotations

import lzma
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from reports.page import page
from reports.reading import read
from tests.browser.chromium import browser

RUNS = Path(__file__).with_name("runs")
# Pictures of the pages, for a person to look at.
PICTURES = Path(__file__).parents[2] / "reports" / "out" / "pictures"


def html_of(name: str, folder: Path) -> Path:
    """Writes the page of a recorded run into a folder; returns its path."""
    document = folder / f"{name}.json"
    document.write_bytes(lzma.decompress((RUNS / f"{name}.json.xz").read_bytes()))
    path = folder / f"{name}.html"
    path.write_text(page(read(document), str), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser."""
    with browser() as started:
        yield started


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Returns a function that opens the page of a run; whatever its script says or breaks fails the test."""
    said: list[str] = []
    tabs: list[Page] = []

    def open_(name: str, width: int = 1280, theme: str = "light", address: str = "", **more: object) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, **more)  # type: ignore[arg-type]
        tab = context.new_page()
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("dialog", lambda dialog: said.append(dialog.message))
        tab.goto(html_of(name, tmp_path).as_uri() + address)
        tabs.append(tab)
        return tab

    yield open_
    for tab in tabs:
        tab.context.close()
    assert said == []


def picture(tab: Page, name: str) -> None:
    """Keeps a picture of what the tab shows."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    tab.screenshot(path=PICTURES / f"{name}.png")
