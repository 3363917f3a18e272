"""The lists of runs in a browser: readable from a telephone to a wide screen, light and dark."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from engine.hooks.runfolder import RunFolder
from reports.index import write_all, write_environment
from tests.browser.conftest import picture
from tests.reports.test_index import folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Lists with a run of each kind, and a long name."""
    environment = tmp_path / ("a-very-long-name-of-an-environment" * 3)
    for number, code in enumerate((0, 1, 2, None)):
        folder(environment, number, exit_code=code, complete=code is not None)
    RunFolder(tmp_path / "prod", datetime(2026, 11, 26, 3, 55, tzinfo=UTC), keep=20)
    folder(tmp_path / "prod", exit_code=None, complete=False)
    folder(tmp_path / "staging")
    broken = environment / "20261130T035500Z"
    broken.mkdir()
    (broken / "findings.json").write_text("x" * 3000, encoding="utf-8")
    (environment / "notes").mkdir()
    write_environment(environment, {})
    write_all(tmp_path, {})
    environment.rename(tmp_path / "long")
    return tmp_path


@pytest.mark.parametrize("width", [360, 800, 1920])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_cut_off(chromium: Browser, out: Path, width: int, theme: str) -> None:
    """Nothing is wider than the screen, and the browser has nothing to complain of."""
    said: list[str] = []
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)  # type: ignore[arg-type]
    tab = context.new_page()
    tab.on("console", lambda message: said.append(message.text))
    for name in ("index.html", "long/index.html"):
        tab.goto((out / name).as_uri())
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        grounds = {tab.locator(f".runs > .{kind}").first.evaluate("e => getComputedStyle(e).backgroundColor")
                   for kind in ("going", "good") if tab.locator(f".runs > .{kind}").count()}  # fmt: skip
        # The style is let in by its hash: without it there is no colour.
        assert grounds
        assert "rgba(0, 0, 0, 0)" not in grounds
        picture(tab, f"list-{name.partition('/')[0].removesuffix('.html')}-{width}-{theme}")
    context.close()
    assert said == []
