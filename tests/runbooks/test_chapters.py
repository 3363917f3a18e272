"""A runbook of several chapters: what is inherited, what a later one changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.runbook.chapters import joined
from engine.runbook.model import Runbook, RunbookError, Section
from engine.runbook.parser import parse

SHARED = """
## Host (P2)

**Evidence:**

- Which machine it is: `identity`

**Escalation:** DevOps team.

### Filesystem full (P1)

**Symptoms:**
- Writes fail

**Diagnostics:**
```bash
# check: os.filesystem_space
df -P
```

**Resolution:** what can be made again goes first.

```bash
apt-get clean
```

It deletes nothing that anybody needs.

```bash
# danger: data-loss
journalctl --vacuum-time=2d
```

**Evidence:**

- What grew

### Memory short

**Diagnostics:**
```bash
# check: os.memory_available
free -m
```

**Escalation:** the application's team.
"""


def section(runbook: Runbook, title: str) -> Section:
    """The section with this heading."""
    return next(each for each in runbook.sections if each.title.endswith(title))


def test_a_section_inherits_from_the_headings_above() -> None:
    """Severity and escalation are the nearest one's, evidence adds up, and the chapter is no section of its own."""
    runbook = parse(Path("host.md"), SHARED)
    assert [each.title for each in runbook.sections] == ["Host / Filesystem full", "Host / Memory short"]
    full, short = runbook.sections
    assert (full.severity, short.severity) == ("P1", "P2")
    assert (full.escalation, short.escalation) == (("DevOps team.",), ("the application's team.",))
    assert [(item.text, item.facts) for item in full.evidence] == [
        ("What grew", ()),
        ("Which machine it is", ("identity",)),
    ]
    # GitHub's anchor has the severity, the title has not.
    assert full.anchor == "filesystem-full-p1"


def test_a_chapter_that_says_something_to_do_is_a_section() -> None:
    """It passes on what it says, all the same."""
    text = "## A (P1)\n\n**Diagnostics:**\n```bash\ntrue\n```\n\n### B\n\n**Diagnostics:**\n```bash\ntrue\n```\n"
    assert [(each.title, each.severity) for each in parse(Path("r.md"), text).sections] == [
        ("A", "P1"),
        ("A / B", "P1"),
    ]


def test_warnings_stand_before_what_they_are_about() -> None:
    """Paragraphs of a resolution are steps in words, in their place."""
    steps = section(parse(Path("host.md"), SHARED), "full").resolution
    assert [step.text or step.command for step in steps] == [
        "what can be made again goes first.",
        "apt-get clean",
        "It deletes nothing that anybody needs.",
        "journalctl --vacuum-time=2d",
    ]


OWN = """
## Host (P3)

**Escalation:** the shop's team.

**Evidence:**
- The shop's figures

### Filesystem full

**Resolution:**
```bash
rm -r /var/cache/shop
```

**More symptoms:**
- The shop takes no orders

**More diagnostics:**
```bash
# check: os.filesystem_inodes
df -P -i
```

## Shop

### Shop closed (P1)

**Diagnostics:**
```bash
# manual: look
true
```
"""


def test_a_later_chapter_changes_a_section() -> None:
    """What it has replaces the earlier, or adds to it; what it has not stays, and so does the section's place."""
    runbook = joined([parse(Path("shared/host.md"), SHARED), parse(Path("shop/shop.md"), OWN)])
    assert [each.title for each in runbook.sections] == [
        "Host / Filesystem full",
        "Host / Memory short",
        "Shop / Shop closed",
    ]
    full = section(runbook, "full")
    assert full.severity == "P1"
    assert full.symptoms == ("Writes fail", "The shop takes no orders")
    assert full.checks == ("os.filesystem_space", "os.filesystem_inodes")
    assert [(step.command, step.path) for step in full.resolution] == [("rm -r /var/cache/shop", Path("shop/shop.md"))]
    assert [str(part.path) for part in full.diagnostics] == ["shared/host.md", "shop/shop.md"]
    # What a system's own chapter says for all is said of its own sections.
    assert full.escalation == ("DevOps team.",)
    assert [item.text for item in full.evidence] == ["What grew", "Which machine it is"]


def test_a_section_that_adds_to_nothing_is_a_mistake() -> None:
    """A title that is written otherwise would be lost in silence."""
    typo = OWN.replace("### Filesystem full", "### Filesystem  fulll")
    with pytest.raises(RunbookError) as caught:
        joined([parse(Path("shared/host.md"), SHARED), parse(Path("shop/shop.md"), typo)])
    assert str(caught.value).startswith("shop/shop.md:9: 'Host / Filesystem fulll' adds to a section that no earlier")


def test_a_remark_ends_no_label() -> None:
    """A warning in bold is a step in words; another bold line begins something else."""
    text = "### A (P1)\n\n**Resolution:**\n\n**Warning:**\n\nIt logs all out.\n\n```bash\ntrue\n```\n\n**More:**\n\nx\n"
    steps = parse(Path("r.md"), text).sections[0].resolution
    assert [step.text or step.command for step in steps] == ["Warning:", "It logs all out.", "true"]
