"""The page has a row for each finding, with the cause that findings.json has, and a card for each cause."""

from __future__ import annotations

import pytest

from tests.conftest import Project
from tests.hooks.conftest import CHECKS, OUT, document, outcomes
from tests.reports.pages import Page, findings

AWAY = "  yonder:\n    connection: ssh://nobody@127.0.0.1:9\n"
SAME = ("check", "host", "system", "component", "item", "section", "severity", "outcome", "expected", "place")


def assert_the_page_is_whole(project: Project) -> None:
    """Asserts that the page and findings.json say the same."""
    html = (project.root / OUT / "latest/report.html").read_text(encoding="utf-8")
    page, rows, told = Page(html), findings(html), document(project)["findings"]
    assert page.unclosed == []
    assert [[row[key] for key in SAME] for row in rows] == [[finding[key] for key in SAME] for finding in told]
    cards = {attributes["id"]: page.text(f"{attributes['id']}-name") for name, attributes in page.elements
             if name == "article"}  # fmt: skip
    for row, finding in zip(rows, told, strict=True):
        assert row["message"].startswith(finding["message"])
        assert bool(row["card"]) is (finding["outcome"] not in ("passed", "warned", "waived", "not_run"))
        assert not row["card"] or f"cause-{row['card']}" in cards
        if row["card"] and finding["cause"]:
            assert finding["cause"]["host"] in cards[f"cause-{row['card']}"]


@pytest.mark.parametrize("options", ["", "-n 2", "-x", "--tb=short -rA"])
def test_blocked_failed_and_not_run(small: Project, options: str) -> None:
    """With a host that is away, alone and under xdist, and cut short."""
    small.replace("inventory/try.yml", "  yonder:\n    connection: local://\n", AWAY)
    small.gate("--hosts=try", *options.split())
    assert_the_page_is_whole(small)
    if "-x" not in options:
        assert outcomes(small)["os.second", "yonder"] == "blocked"


def test_a_worker_that_died(small: Project) -> None:
    """Its check has a row like every other, and is an error of the suite's."""
    small.replace(CHECKS, 'assert identity == "x", "wrong"', "import os; os._exit(1)")
    small.gate("--hosts=try", "-n", "2")
    assert_the_page_is_whole(small)
    assert outcomes(small)["os.tried", "here"] == "error"


def test_a_milder_and_a_broken_check(small: Project) -> None:
    """Warned, and whatever else a check may end with."""
    small.replace(CHECKS, "    assert filesystems\n", "    filesystems.nothing()\n")
    small.gate("--hosts=try", "--fail-on=P1")
    assert outcomes(small)["os.tried", "here"] == "warned"
    assert_the_page_is_whole(small)


def test_users_style_sheets_are_in_it(small: Project) -> None:
    """pytest-html's `--css`, which cannot end the page's own element; `--html` puts the page elsewhere."""
    small.write("mine.css", "h1 { color: teal; } </style><script>alert(1)</script>")
    small.gate("--hosts=try", "--css=mine.css", "--html=else/where.html")
    html = (small.root / "else/where.html").read_text(encoding="utf-8")
    assert "teal" in Page(html).text("style")
    assert sum(name == "script" for name, _ in Page(html).elements) == 2
