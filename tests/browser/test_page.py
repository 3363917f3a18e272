"""What people do with the page: from the verdict to the steps, the evidence and one finding's link."""

from __future__ import annotations

import json
import lzma
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import RUNS, picture

Open = Callable[..., Page]
ALL = ("healthy", "one", "eleven", "hundred", "killed")
WIDTHS = (390, 768, 1280)
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


def document(name: str) -> dict[str, Any]:
    """Returns the findings.json of a recorded run."""
    found: dict[str, Any] = json.loads(lzma.decompress((RUNS / f"{name}.json.xz").read_bytes()))
    return found


def causes(name: str) -> list[dict[str, Any]]:
    """Returns the findings of a run that stand for a cause and have steps."""
    return [finding for finding in document(name)["findings"] if finding["remediation"]]


def clipboard(tab: Page) -> str:
    """Returns what was copied."""
    text: str = tab.evaluate("navigator.clipboard.readText()")
    return text


@pytest.mark.parametrize("name", ALL)
def test_the_verdict_is_what_one_sees_first(opened: Open, name: str) -> None:
    """In words, on the first screen, with the environment and when it was."""
    tab = opened(name)
    picture(tab, name)
    heading = tab.get_by_role("heading", level=1)
    expect(heading).to_be_in_viewport()
    expected = "Ready to deploy: " if name == "healthy" else "Do not deploy: "
    expect(heading).to_have_text(re.compile(f"^{expected}"))
    expect(tab.locator("time")).to_contain_text("UTC (here: ")
    assert len(tab.locator("article").all()) == (0 if name == "healthy" else len(tab.locator(".glance li").all()))


@pytest.mark.parametrize("width", [390, 1280])
def test_from_the_verdict_to_the_evidence_by_mouse(opened: Open, width: int) -> None:
    """Each step of the way is a click; the steps that are copied are those of findings.json."""
    tab = opened("one", width, **CLIPBOARD)
    tab.locator(".glance a").first.click()
    card = tab.locator("#cause-1")
    expect(card.locator("h2")).to_be_in_viewport()
    card.get_by_role("button", name="Copy all steps").click()
    cause = next(finding for finding in causes("one") if finding["check"] == "redis.unit_running")
    assert clipboard(tab) == cause["paste"]
    commands = [step["command"] for step in cause["remediation"] if step["command"]]
    card.locator(".steps").first.get_by_role("button", name="Copy").last.click()
    assert clipboard(tab) == commands[-1]
    card.locator(".tags a").click()
    expect(card.locator(".follows li").first).to_be_visible()
    card.get_by_text("Evidence", exact=True).click()
    expect(card.get_by_text(f"Judged by {cause['check']}")).to_be_visible()
    picture(tab, f"evidence-{width}")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_by_keyboard(opened: Open) -> None:
    """j goes to the first cause, Tab to its steps, Enter copies; / goes to the search, which filters."""
    tab = opened("eleven", **CLIPBOARD)
    tab.keyboard.press("j")
    expect(tab.locator("#cause-1")).to_be_focused()
    tab.keyboard.press("j")
    expect(tab.locator("#cause-2")).to_be_focused()
    tab.keyboard.press("k")
    for _ in range(30):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.className") == "copy":
            break
    tab.keyboard.press("Enter")
    assert clipboard(tab)
    tab.keyboard.press("/")
    tab.keyboard.type("redis")
    expect(tab.locator("#shown")).to_contain_text(" of ")
    assert tab.evaluate("findings.chosen.every((finding) => searchOf(finding).includes('redis'))")


def test_what_was_ticked_stays(opened: Open) -> None:
    """After the page is loaded again, in this browser."""
    tab = opened("one")
    tab.locator(".tick input").nth(1).check()
    tab.reload()
    expect(tab.locator(".tick input").nth(1)).to_be_checked()
    expect(tab.locator(".tick input").nth(0)).not_to_be_checked()


def test_filters_are_in_the_address(opened: Open) -> None:
    """A click in the map filters, the address says so, and opens the same again; reset shows everything."""
    tab = opened("eleven")
    cell = tab.locator(".cell.failed").first
    label = str(cell.get_attribute("aria-label"))
    cell.click()
    component, host = re.match(r"(\S+) on (\S+):", label).groups()  # type: ignore[union-attr]
    expected = sum((f["component"], f["host"]) == (component, host) for f in document("eleven")["findings"])
    expect(tab.locator("#shown")).to_contain_text(f"{expected} of ")
    again = opened("eleven", address=f"#{tab.url.partition('#')[2]}")
    expect(again.locator("#shown")).to_contain_text(f"{expected} of ")
    again.get_by_role("button", name="Show all").click()
    expect(again.locator("#shown")).to_contain_text(f"{len(document('eleven')['findings'])} findings")


def test_a_findings_link_opens_it(opened: Open) -> None:
    """The link in a row's details leads to the same row, opened, in a fresh page."""
    tab = opened("eleven")
    tab.locator("#findings .open").nth(3).click()
    link = tab.locator(".details a", has_text="finding:")
    name = tab.locator("#findings .open").nth(3).inner_text()
    again = opened("eleven", address=str(link.get_attribute("href")))
    expect(again.locator(".details")).to_have_count(1)
    expect(again.locator("#findings [aria-expanded=true]")).to_have_text(name)
    expect(again.locator("#findings [aria-expanded=true]")).to_be_in_viewport()


def test_a_healthy_page_shows_how_much_room_there_is(opened: Open) -> None:
    """Values beside limits, the nearest to its limit first; no bar says that something is wrong."""
    tab = opened("healthy")
    shares = [float(str(bar.get_attribute("aria-label")).split()[0]) for bar in tab.locator("#findings svg").all()[:30]]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0
    expect(tab.locator("#findings .bar.over")).to_have_count(0)


def test_a_large_run_shows_all_when_asked(opened: Open) -> None:
    """Sixty rows first, then more."""
    tab = opened("hundred")
    expect(tab.locator("#findings tbody tr")).to_have_count(60)
    tab.get_by_role("button", name="Show more").click()
    expect(tab.locator("#findings tbody tr")).to_have_count(120)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_accessible(opened: Open, name: str, theme: str, width: int) -> None:
    """axe-core finds nothing serious or critical, and nothing is wider than the screen, folded or not."""
    tab = opened(name, width, theme)
    tab.evaluate("document.querySelectorAll('.cause').forEach((card) => { card.style.contentVisibility = 'visible'; })")
    tab.evaluate("document.querySelectorAll('details').forEach((folded) => { folded.open = true; })")
    found = Axe().run(tab).response["violations"]
    bad = [
        (each["id"], [node["html"][:200] for node in each["nodes"][:3]])
        for each in found
        if each["impact"] in ("serious", "critical")
    ]
    assert bad == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", ["one", "eleven"])
def test_on_paper(opened: Open, name: str, tmp_path: Path) -> None:
    """At most one page and half a page a cause; verdict, causes, steps and the names of what is folded are there."""
    tab = opened(name)
    pdf = tmp_path / "page.pdf"
    tab.pdf(path=pdf, prefer_css_page_size=True)
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes()))
    number = len(tab.locator("article").all())
    assert pages <= 1 + number / 2, f"{pages} pages for {number} causes"
    tab.emulate_media(media="print")
    for locator in ("h1", ".glance a", ".steps pre", ".follows summary", ".evidence summary"):
        expect(tab.locator(locator).first).to_be_visible()
    expect(tab.locator("#findings")).to_be_hidden()


def test_without_its_script(opened: Open) -> None:
    """Verdict, causes, steps and evidence are there; what needs the script says so."""
    tab = opened("one", java_script_enabled=False)
    expect(tab.locator("#cause-1 .steps pre").first).to_be_visible()
    expect(tab.locator(".copy").first).to_be_hidden()
    expect(tab.get_by_text("findings.json beside this page")).to_be_visible()
