"""Runbooks as other people write them: a page an alert, sessions of a terminal, the usual words."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.runbook.model import Runbook, Section
from engine.runbook.parser import parse
from engine.runbook.severities import severity_of

PAGE = """---
title: NodeNotReady
weight: 20
---

# NodeNotReady

## Meaning

A node has not been ready for a while.

## Impact

Nothing new is started there.

## Diagnosis

See which it is:

```console
$ kubectl get nodes
NAME   STATUS
a      NotReady
$ kubectl describe \\
> node a
Name: a
```

### On the node

```shell
# manual: the node needs a person
[ops@web-1 ~]$ systemctl is-active kubelet
active
```

## Notes

Words of no label.

## Mitigation

Start it, then look again.

```shell
sudo -n systemctl restart kubelet
```
"""


def read(text: str) -> Runbook:
    """Returns the runbook in a text."""
    return parse(Path("page.md"), text)


def only(text: str) -> Section:
    """Returns the one section of a text."""
    (section,) = read(text).sections
    return section


def test_a_page_is_one_section() -> None:
    """Its title is the section's; headings below a label belong to it, and what came in answer is no command."""
    section = only(PAGE)
    assert (section.title, section.anchor, section.line) == ("NodeNotReady", "nodenotready", 6)
    assert section.symptoms == ("A node has not been ready for a while.", "Nothing new is started there.")
    commands = [(d.command, d.line, d.manual) for d in section.diagnostics]
    assert commands == [
        ("kubectl get nodes", 21, None),
        ("kubectl describe \\\nnode a", 24, None),
        ("systemctl is-active kubelet", 33, "the node needs a person"),
    ]
    assert [(step.text, step.command) for step in section.resolution] == [
        ("Start it, then look again.", ""), ("", "sudo -n systemctl restart kubelet"),
    ]  # fmt: skip


def test_a_page_with_bold_labels() -> None:
    """Labels in bold, and a severity behind the title."""
    section = only("# Disk full (P1)\n\n**Triage:**\n\n```\ndf -h\n```\n\n**Solution**\n\n```\ndu -x /\n```\n")
    assert (section.title, section.severity) == ("Disk full", "P1")
    assert [d.command for d in section.diagnostics] == ["df -h"]
    assert [step.command for step in section.resolution] == ["du -x /"]


def test_a_document_of_sections_is_no_page() -> None:
    """Labels under the headings of sections are theirs, whatever stands above."""
    redis = "## Redis\n\n### Diagnosis\n```\na\n```\n### Mitigation\n```\nb\n```\n\n"
    text = f"# Shop\n\n{redis}## nginx\n\n**Checks:**\n```\nc\n```\n"
    assert [(s.title, len(s.diagnostics), len(s.resolution)) for s in read(text).sections] == [
        ("Redis", 1, 1), ("nginx", 1, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "severity"),
    [
        ("P2", "P2"), ("critical", "P1"), ("Critical, page the on-call", "P1"), ("SEV-2", "P2"), ("sev 3", "P3"),
        ("Warning", "P2"), ("low", "P3"), ("P4", None), ("unknown", None), ("", None), ("2", None),
    ],
)  # fmt: skip
def test_severities_in_words(words: str, severity: str | None) -> None:
    """Those of alerting systems and of incident management."""
    assert severity_of(words) == severity


def test_a_warning_in_a_session_is_not_lost() -> None:
    """A comment above a prompt is words of the step below it."""
    section = only("# A\n\n## Mitigation\n\n```console\n# It logs every user out.\n$ systemctl restart x\nok\n```\n")
    assert [(step.text, step.command) for step in section.resolution] == [
        ("It logs every user out.", "systemctl restart x")
    ]


@pytest.mark.parametrize(
    ("command", "danger"),
    [
        ("rm -rf /tmp/*", "data-loss"),
        ("sudo apt-get autoremove --purge", "data-loss"),
        ("kubectl delete pod web-1", "data-loss"),
        ("resize2fs /dev/vda1", "config-change"),
        ("service nginx restart", "restart"),
        ("kill -9 4711", "restart"),
        ("sudo reboot", "restart"),
        ("last -x reboot shutdown", "none"),
        ("kubectl get pods", "none"),
        ("df -h", "none"),
    ],
)
def test_a_danger_that_nobody_named(command: str, danger: str) -> None:
    """A runbook of others names no dangers: the words of the command do, and a paste of all steps leaves it out."""
    (step,) = only(f"# A\n\n## Mitigation\n\n```\n{command}\n```\n").resolution
    assert (step.danger, step.supposed) == (danger, danger != "none")


def test_text_between_two_rules_is_no_head() -> None:
    """Only lines of YAML are left out."""
    text = "---\nRead this first.\n\n## Redis\n\n```\ndf -h\n```\n\n---\n\nMore.\n"
    assert [d.command for d in only(text).diagnostics] == ["df -h"]


@pytest.mark.parametrize(("words", "severity"), [("critical", "P1"), ("SEV2", "P2"), ("P3", "P3"), ("by hand", None)])
def test_a_severity_behind_a_heading(words: str, severity: str | None) -> None:
    """Other words in parentheses are the heading's own."""
    section = only(f"# A\n\n## Redis full ({words})\n\n```\ndf -h\n```\n")
    assert (section.title, section.severity) == ("Redis full" if severity else f"Redis full ({words})", severity)


def test_a_comment_is_no_prompt() -> None:
    """A fence without a prompt is read as it stands: `# ` begins a comment."""
    section = only("# A\n\n## Diagnosis\n\n```console\n# look first\ndf -h\n```\n")
    assert [d.command for d in section.diagnostics] == ["df -h"]
