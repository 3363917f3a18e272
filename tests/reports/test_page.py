"""The page as a text: whatever hosts, runbooks and users say is text in it, and only its own script may run."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.judge.causes import causes
from engine.judge.explain import explain
from engine.judge.finding import Absence, Evidence, EvidenceFile, Further, Guidance, Remediation
from engine.judge.measure import Measure
from engine.judge.result import RunResult, SlowFact, Unread
from reports.page import page
from reports.plain import visible
from tests.judge.findings import finding
from tests.reports.pages import Page, findings

PLANTED = (
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", "</style><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", '" onmouseover="alert(1)', "' autofocus onfocus=alert(1) x='", "<!--<script>",
    "{{ 7 * 7 }}{% include 'page.html.j2' %}", "[x](javascript:alert(1))", "`<b>`", "*<i>*", "&lt;b&gt;",
    "javascript:alert(1)", "\u202etxt.exe", "]]><svg onload=alert(1)>", "</details></article></main>",
)  # fmt: skip


def guidance(text: str) -> Guidance:
    """Guidance that says `text` everywhere."""
    step = Remediation(text, "restart", text, (text,))
    return Guidance(
        section=text, link=text, place=text, also=(text,), symptoms=(text,), remediation=(step, step),
        further=(Further(text, text, text, text, text, (step,)),), escalation=(text,), contacts=(text,), call=(text,),
        response_s=900, demands=text, text=f"{text}\n\n> {text}\n\n[{text}]({text}) ![{text}]({text})\n\n    {text}\n",
    )  # fmt: skip


def run(text: str) -> RunResult:
    """Returns a run in which everything that can hold a text is `text`."""
    here: dict[str, Any] = {
        "host": text, "system": text, "item": text, "expected": text, "message": text, "place": text, "quiet": "",
        "guidance": guidance(text), "evidence": (Evidence(text, text, text),), "measures": (
            Measure(text, 1.0, text, 2.0, "at most"),), "files": (EvidenceFile(text, text), EvidenceFile(text)),
    }  # fmt: skip
    found = [
        finding("redis.answers_ping", vital=True, **here),
        finding("app.answers", symptom=True, **here),
        finding("redis.memory", outcome="blocked", missing=text, asked=text, **here),
        finding("mail.sent", outcome="error", where=text, trace=text, **here),
        finding("os.load", outcome="waived", waiver=text, **here),
        finding("os.disk", outcome="passed", **here),
    ]
    explained = explain(
        [replace(each, nodeid=f"{text}{n}", check=f"{each.check}{text}") for n, each in enumerate(found)]
    )
    return RunResult(
        text, datetime(2026, 11, 27, 3, 0, tzinfo=UTC), 4.2, 1, explained, causes(explained),
        absences=(Absence(text, text, text),), problems=(text,), unnamed=(text,), unasked=(text,),
        unread=(Unread(text, text),), complete=True, took=((text, 2.0),), slow=(SlowFact(text, text, 1.5),),
    )  # fmt: skip


HARMLESS = Page(page(run("harmless"), str))


def shape(parsed: Page) -> list[tuple[str, list[str]]]:
    """Returns the names of a page's elements with those of their attributes, but for the Markdown of a runbook."""
    prose = {"h1", "h2", "p", "em", "code", "blockquote", "pre", "a", "ul", "ol", "li", "strong", "hr", "br", "img"}
    return [(name, sorted(attributes)) for name, attributes in parsed.elements if name not in prose]


def test_every_text_of_a_finding_is_planted() -> None:
    """A new field of guidance is planted, too."""
    empty = {field.name for field in fields(Guidance) if not getattr(guidance("x"), field.name)}
    assert empty == set()


@pytest.mark.parametrize("text", PLANTED)
def test_planted_text_changes_nothing(text: str) -> None:
    """The page has the elements and attributes of a harmless one, and two scripts: its data, and its own."""
    html = page(run(text), str)
    parsed = Page(html)
    assert parsed.unclosed == []
    assert shape(parsed) == shape(HARMLESS)
    assert parsed.inside["script"] == HARMLESS.inside["script"]
    assert not [name for _, attributes in parsed.elements for name in attributes if name.startswith("on")]
    for name, attributes in parsed.elements:
        url = attributes.get("href") if name == "a" else None
        # The link of an evidence file is made by the caller.
        assert url is None or url == visible(text) or re.match(r"https?://|mailto:|#|[\w./-]+(#|$)", url), url
    assert [row["message"] for row in findings(html)][1] == visible(text)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_changes_nothing(text: str) -> None:
    """Whatever a host says."""
    html = page(run(text or "x"), str)
    html.encode()
    assert shape(Page(html)) == shape(HARMLESS)


@pytest.mark.parametrize("text", ["a\u202eb", "a\u2066b", "a\x00b", "a\x1b[31mb", "a\u200bb", "a\ufeffb", "a\ud800b"])
def test_unseen_characters_are_seen(text: str) -> None:
    """By their number, so that nothing else changes its order or is hidden."""
    html = page(run(text), str)
    assert text[1] not in html
    assert f"\\u{ord(text[1]):04x}" in html


def test_marks_do_not_pile_up() -> None:
    """Three combining marks a letter are enough for any language, and thirty cover the lines above."""
    assert visible("e" + "\u0301" * 30 + "x") == "e" + "\u0301" * 3 + "x"
    assert visible("é ü 日本 \t\n🎅") == "é ü 日本 \t\n🎅"


def test_only_its_own_script_may_run() -> None:
    """The policy has the hashes of the one style and the one script, and allows nothing else."""
    html = page(run("x"), str)
    parsed = Page(html)
    policy = next(a["content"] for name, a in parsed.elements if a.get("http-equiv") == "Content-Security-Policy")
    for kind in ("style", "script"):
        hashed = base64.b64encode(hashlib.sha256("".join(parsed.inside[kind]).encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{hashed}'" in str(policy)
    assert str(policy).startswith("default-src 'none'; ")
    assert not [attributes for _, attributes in parsed.elements if "style" in attributes]


def test_the_verdict_is_first() -> None:
    """In the heading, before anything else; then each cause in a line that leads to its card."""
    parsed = Page(page(run("x"), str))
    assert parsed.text("h1").startswith("Do not deploy: ")
    ids = {attributes.get("id") for _, attributes in parsed.elements}
    inner = [a["href"] for name, a in parsed.elements if name == "a" and str(a.get("href")).startswith("#")]
    assert [link for link in inner if str(link)[1:] not in ids and not str(link).startswith("#find")] == []


def test_the_same_on_many_hosts_is_told_once() -> None:
    """Hosts with the same message and measures share it; another host's message has its own line."""
    found = [finding("redis.answers_ping", host=f"h{n}", message="refused") for n in range(9)]
    found.append(finding("redis.answers_ping", host="odd", message="timed out"))
    explained = explain([replace(each, nodeid=each.host) for each in found])
    now = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
    card = page(RunResult("many", now, 4.2, 1, explained, causes(explained), complete=True), str)
    assert re.findall(r"<dt>(Found[^<]*)</dt>", card) == ["Found on h0, h1, h2 and 6 more", "Found on odd"]
