"""What follows when a resolution does not help is in every report: in order, folded, with its steps."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.conftest import Project
from tests.reports.conftest import RUNBOOK, check, document, html

LEADS = "**If this does not help:** [Restore](#restore-p2), [Outage](#outage-p1), [Roll](#roll-back-b-p2): `{}`\n\n"
MORE = """
### Restore (P2)

**Resolution:**

```bash
# danger: data-loss
restore '{{ host }}'
```

### Outage (P1)

**Resolution:** rebuild it.

### Roll back <b> (P2)

**Resolution:** which one?

```bash
# danger: restart
restart-all && echo "<done>"
```
"""


@pytest.fixture
def leading(suite: Project) -> Project:
    """The suite, whose second section leads to three others, and fails."""
    text = (suite.root / RUNBOOK).read_text(encoding="utf-8").replace("## Host", f"{LEADS.format('identity')}## Host")
    suite.write(RUNBOOK, text + MORE)
    check(suite, 'assert identity == "x", "found something else"')
    return suite


class Folded(HTMLParser):
    """Finds the text of the element `id`, and whether it is in a closed `details` with a summary before it."""

    def __init__(self, text: str, id: str) -> None:
        super().__init__()
        self.text, self.folded = "", False
        self._id, self._depth, self._open = id, 0, []  # type: ignore[var-annotated]
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Goes into an element."""
        if tag == "details":
            self._open.append("open" not in dict(attrs))
        if self._depth or dict(attrs).get("id") == self._id:
            self.folded = self.folded or bool(self._open and self._open[-1])
            self._depth += tag == "div"

    def handle_endtag(self, tag: str) -> None:
        """Leaves an element."""
        if tag == "details":
            self._open.pop()
        self._depth -= bool(self._depth) and tag == "div"

    def handle_data(self, data: str) -> None:
        """Keeps the text inside."""
        self.text += data if self._depth else ""


def test_what_follows_is_in_order_with_its_steps(leading: Project) -> None:
    """What a fact asks for is first, the others as the runbook has them; a graver one than the cause is left out."""
    result = leading.gate("--hosts=try", "-k", "tried", "-v")
    (failed,) = [f for f in document(leading)["findings"] if f["outcome"] == "failed"]
    roll, restore = failed["further"]
    identity = roll["why"]
    assert identity
    assert (roll["section"], roll["severity"]) == ("Host / Roll back <b>", "P2")
    assert roll["section_place"] == f"{RUNBOOK}:{leading.line(RUNBOOK, '### Roll back')}"
    assert [(step["danger"], step["text"]) for step in roll["remediation"]] == [
        ("none", "which one?"),
        ("restart", ""),
    ]
    assert 'restart-all && echo "<done>"' in roll["paste"]
    assert (restore["section"], restore["why"], restore["paste"]) == ("Host / Restore", "", "")
    assert restore["remediation"] == [{"command": "restore 'here'", "danger": "data-loss", "text": ""}]
    lines = re.findall(r"^   or else  (.+)$", result.text, re.MULTILINE)
    assert lines == [
        f"Roll back <b>, because {identity} ({roll['section_place']}; steps in report.html#cause-1-further-1)",
        f"Restore ({restore['section_place']}; steps in report.html#cause-1-further-2)",
    ]


def test_the_page_has_it_folded_and_escaped(leading: Project) -> None:
    """A summary that the keyboard opens, the steps below it, and a place to which the terminal's line leads."""
    leading.gate("--hosts=try", "-k", "tried")
    page = html(leading)
    one = Folded(page, "cause-1-further-1")
    assert one.folded
    assert 'restart-all && echo "<done>"' in one.text
    assert "restarts a service" in one.text
    assert "<summary>Roll back &lt;b&gt; (P2): " in page
    assert "<summary>Restore (P2)</summary>" in page
    assert "cause-1-further-3" not in page


def test_six_lines_say_why_another_section_may_be_the_first_to_try(leading: Project) -> None:
    """What was deployed lately stands where the rest is named, without `-v` too."""
    result = leading.gate("--hosts=try", "-k", "tried")
    (failed,) = [f for f in document(leading)["findings"] if f["outcome"] == "failed"]
    (more,) = re.findall(r"^   more +(.+)$", result.text, re.MULTILINE)
    assert more.startswith(failed["further"][0]["why"][:40])
    assert "all of it: " in more


def test_what_says_nothing_is_not_offered(leading: Project) -> None:
    """A fact that cannot be had, or is not asked for on this host, is no reason for anything."""
    leading.replace(RUNBOOK, "`identity`", "`app_deployed`")
    leading.gate("--hosts=try", "-k", "tried")
    (failed,) = [f for f in document(leading)["findings"] if f["outcome"] == "failed"]
    assert [each["section"] for each in failed["further"]] == ["Host / Restore"]


def test_a_graver_cause_is_offered_more(leading: Project) -> None:
    """What a P1 leads to may be a P1."""
    leading.replace(RUNBOOK, "### Wrong <b>\n\n**Severity:** P2", "### Wrong <b>\n\n**Severity:** P1")
    leading.gate("--hosts=try", "-k", "tried")
    (failed,) = [f for f in document(leading)["findings"] if f["outcome"] == "failed"]
    assert [each["section"] for each in failed["further"]] == [
        "Host / Roll back <b>",
        "Host / Restore",
        "Host / Outage",
    ]


def test_a_mistaken_fact_is_refused_before_anything_runs(leading: Project) -> None:
    """The line of the link, and the nearest fact."""
    leading.replace(RUNBOOK, "`identity`", "`identiti`")
    result = leading.gate("--hosts=try")
    line = leading.line(RUNBOOK, "identiti")
    assert (result.code, result.error) == (4, f"{RUNBOOK}:{line}: no fact 'identiti'; did you mean 'identity'?")
