"""The page's table: a row for each finding, seen under pytest-html's filters, with the cause that findings.json has."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
import pytest_html

from tests.conftest import Project
from tests.hooks.conftest import CHECKS, OUT, document, outcomes

APP = Path(pytest_html.__file__).parent / "resources/app.js"
AWAY = "  yonder:\n    connection: ssh://nobody@127.0.0.1:9\n"


def table(project: Project) -> dict[str, list[dict[str, Any]]]:
    """Returns the rows by nodeid, as the page's script gets them."""
    page = (project.root / OUT / "latest/report.html").read_text(encoding="utf-8")
    blob = re.search(r'data-jsonblob="([^"]*)"', page)
    assert blob
    found: dict[str, list[dict[str, Any]]] = json.loads(html.unescape(blob[1]))["tests"]
    return found


def assert_table_is_whole(project: Project) -> None:
    """Asserts that the table and findings.json say the same."""
    listed = re.search(r"possibleFilters = \[(.*?)\]", APP.read_text(encoding="utf-8"), re.DOTALL)
    assert listed
    filters = re.findall(r"'(\w+)'", listed[1])
    findings, rows = document(project)["findings"], table(project)
    assert list(rows) == [finding["nodeid"] for finding in findings]
    for finding in findings:
        (row,) = rows[finding["nodeid"]]
        cells = [html.unescape(re.sub(r"<[^>]+>", "", cell)) for cell in row["resultsTableRow"]]
        cause = finding["cause"]
        told = "" if cause is None else cause["check"]
        if cause and cause["host"] != finding["host"]:
            told += f" on {cause['host']}"
        assert cells[0].lower().replace(" ", "_") == finding["outcome"]
        assert cells[1:3] == [finding["check"], finding["host"]]
        assert cells[5] == told
        assert row["result"] in filters, "pytest-html's script would hide it"


@pytest.mark.parametrize("options", ["", "-n 2", "-x", "--tb=short -rA"])
def test_blocked_failed_and_not_run(small: Project, options: str) -> None:
    """With a host that is away, alone and under xdist, and cut short."""
    small.replace("inventory/try.yml", "  yonder:\n    connection: local://\n", AWAY)
    small.gate("--hosts=try", *options.split())
    assert_table_is_whole(small)
    if "-x" not in options:
        assert outcomes(small)["os.second", "yonder"] == "blocked"


def test_a_worker_that_died(small: Project) -> None:
    """Its check has a row like every other, and is an error of the suite's."""
    small.replace(CHECKS, 'assert identity == "x", "wrong"', "import os; os._exit(1)")
    small.gate("--hosts=try", "-n", "2")
    assert_table_is_whole(small)
    assert outcomes(small)["os.tried", "here"] == "error"


def test_a_milder_and_a_broken_check(small: Project) -> None:
    """Warned, and whatever else a check may end with."""
    small.replace(CHECKS, "    assert filesystems\n", "    filesystems.nothing()\n")
    small.gate("--hosts=try", "--fail-on=P1")
    assert outcomes(small)["os.tried", "here"] == "warned"
    assert_table_is_whole(small)
