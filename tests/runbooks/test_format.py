"""docs/runbook-format.md: each example is read as the page says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.runbook.chapters import joined
from engine.runbook.model import Runbook, Section
from engine.runbook.parser import parse
from engine.runbook.tools import read_tools
from engine.runbook.words import LABELS
from tests.conftest import ROOT

PAGE = (ROOT / "docs/runbook-format.md").read_text(encoding="utf-8")
FENCES = re.findall(r"^(`{3,4})(\w+)\n(.*?)^\1$", PAGE, re.DOTALL | re.MULTILINE)
TOOLS = re.findall(r"`runbooks/tools/(\w+\.\w+)`:\n\n```\w+\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def examples() -> Iterator[tuple[list[str], str]]:
    """Yields the files of each example, and what the page says is read of them."""
    files: list[str] = []
    for _, language, text in FENCES:
        if language == "markdown":
            files.append(text)
        elif language == "yaml":
            yield files, text
            files = []


EXAMPLES = list(examples())


def read(runbook: Runbook, section: Section) -> dict[str, Any]:
    """What was read of a section, in the page's words; what is empty is left out."""
    said = {
        "title": section.title,
        "severity": section.severity,
        "symptoms": list(section.symptoms),
        "checks": list(section.checks),
        "manual": [each.manual for each in section.diagnostics if each.manual],
        "steps": [
            {
                name: value
                for name, value in (
                    ("danger", step.danger),
                    ("text", step.text),
                    ("command", runbook.pasteable(step.command)),
                )
                if value not in ("", "none")
            }
            for step in section.resolution
        ],
        "evidence": [": ".join(filter(None, (item.text, ", ".join(item.facts)))) for item in section.evidence],
        "escalation": list(section.escalation),
        "people": list(runbook.people(section)),
        "further": [
            {name: value for name, value in (("to", f"{lead.to}#{lead.anchor}"), ("fact", lead.fact)) if value}
            for lead in runbook.leads_of(section)
        ],
        "demands": asked.demands if (asked := runbook.response.get(section.severity or "")) else "",
    }
    return {name: value for name, value in said.items() if value}


@pytest.mark.parametrize(("files", "expected"), EXAMPLES, ids=[files[0].splitlines()[0] for files, _ in EXAMPLES])
def test_an_example_is_read_as_the_page_says(tmp_path: Path, files: list[str], expected: str) -> None:
    """Several files of an example are chapters, in their order; any may call the page's tools."""
    for name, text in TOOLS:
        (tmp_path / name).write_text(text)
    runbook = joined([parse(Path(f"{number}.md"), text) for number, text in enumerate(files)])
    runbook = replace(runbook, functions={**read_tools(tmp_path), **runbook.functions})
    assert [read(runbook, section) for section in runbook.sections] == yaml.safe_load(expected)


def test_every_label_is_on_the_page() -> None:
    """A label that nobody reads about is a trap."""
    table = re.findall(r"^\| (`.*?) \| ", PAGE, re.MULTILINE)
    named = {name.lower() for row in table for name in re.findall(r"`([^`]+)`", row)}
    assert named >= LABELS.keys() - {"emergency contacts for security"}
