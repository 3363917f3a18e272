"""The HTML page: pytest-html's option and file with the page of reports/page/, written once the causes are known."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

import pytest

from engine.hooks.outputs import Place
from engine.judge.result import RunResult
from reports.page import page
from reports.whole import part_of
from reports.words import PAGE

NAME = PAGE
# The file that `--html` names, or None for a page beside the other files of the run.
ASKED: pytest.StashKey[str | None] = pytest.StashKey()


def claim(config: pytest.Config) -> None:
    """Takes over `--html`, because pytest-html would write its table before the causes are known."""
    if config.pluginmanager.hasplugin("html"):
        config.stash[ASKED] = config.option.htmlpath
        config.option.htmlpath = None


def files(place: Place) -> list[Path]:
    """Returns the file that `--html` names, else the one in the run's folder; none without pytest-html."""
    if ASKED not in place.config.stash:
        return []
    return [place.here / Path(place.config.stash[ASKED] or place.folder / NAME).expanduser()]


class Template:
    """What pytest-html takes for its template: the finished page. So its own table and scripts have nothing to show."""

    def __init__(self, html: str) -> None:
        self._html = html

    def render(self, **_: object) -> str:
        """Returns the page."""
        return self._html


def write(path: Path, result: RunResult, place: Place) -> None:
    """Writes the page atomically. Raises OSError."""
    from pytest_html.report_data import ReportData
    from pytest_html.selfcontained_report import SelfContainedReport

    def link(target: str) -> str:
        return quote(os.path.relpath(place.root / target, path.parent))

    css = [(place.here / name).read_text(encoding="utf-8") for name in place.config.option.css]
    part = part_of(path)
    template = Template(page(result, link, css).encode(errors="replace").decode())
    report = SelfContainedReport(str(part), place.config, ReportData(place.config), template, "")
    report._generate_report()
    part.replace(path)
