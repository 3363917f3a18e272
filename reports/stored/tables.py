"""What many findings of a run share, written once: marks and ranks of checks, what rests on what, sections' anchors.

A run's causes can be worked out again only with these, also those of checks that passed. In each finding they would
double the file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from engine.judge.finding import Finding
from reports.stored.tree import Node

# A finding's fields that its check's marks and place determine, with their types.
FLAGS = ("symptom", "vital", "shared")
NAMES = ("of", "brings")
MOST_RANK = 10**12


@dataclass
class Tables:
    """`marks` by component and check, `beneath` by system and component, `anchors` by file and line of a section.

    `ranks` has the rank of a file's first line, for each file of checks: ranks count lines.
    """

    marks: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    ranks: dict[str, int] = field(default_factory=dict)
    beneath: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    anchors: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Tables:
        """Returns the tables of a run; of findings that differ, the first counts."""
        tables = cls()
        for finding in findings:
            component, _, name = finding.check.partition(".")
            tables.marks.setdefault(component, {}).setdefault(name, marks_of(finding))
            checks, _, number = finding.place.rpartition(":")
            tables.ranks.setdefault(checks, finding.rank - _line(number))
            tables.beneath.setdefault(finding.system, {}).setdefault(finding.component, list(finding.depends_on))
            path, _, anchor = finding.guidance.link.partition("#")
            file, _, line = finding.guidance.place.rpartition(":")
            if anchor and path == file:
                tables.anchors.setdefault(file, {}).setdefault(line, anchor)
        # Most checks have no marks, and most components of a small system rest on nothing.
        tables.marks = {component: known for component, checks in tables.marks.items() if (known := _filled(checks))}
        tables.beneath = {system: known for system, parts in tables.beneath.items() if (known := _filled(parts))}
        return tables

    @classmethod
    def read(cls, run: Node) -> Tables:
        """Returns the tables that `plain` wrote, empty where the file has none. Raises DamageError."""
        return cls(
            {
                component: {name: _marks(each) for name, each in checks.entries().items()}
                for component, checks in run.get("marks", {}).entries().items()
            },
            {file: each.whole(-MOST_RANK, MOST_RANK) for file, each in run.get("ranks", {}).entries().items()},
            {
                system: {name: list(each.texts()) for name, each in components.entries().items()}
                for system, components in run.get("beneath", {}).entries().items()
            },
            {
                file: {line: each.text() for line, each in lines.entries().items()}
                for file, lines in run.get("anchors", {}).entries().items()
            },
        )

    def plain(self) -> dict[str, Any]:
        """Returns the tables as plain types, by the keys that they have in the file."""
        return {"marks": self.marks, "ranks": self.ranks, "beneath": self.beneath, "anchors": self.anchors}

    def marks_of(self, check: str) -> dict[str, Any]:
        """Returns a check's marks that are not empty, by the names of a finding's fields."""
        component, _, name = check.partition(".")
        return self.marks.get(component, {}).get(name, {})

    def rank(self, place: str) -> int:
        """Returns the rank of the check that stands at `place`."""
        file, _, line = place.rpartition(":")
        return self.ranks.get(file, 0) + _line(line)

    def depends_on(self, system: str, component: str) -> list[str]:
        """Returns the components that a component rests on."""
        return self.beneath.get(system, {}).get(component, [])

    def link(self, place: str) -> str:
        """Returns the link of the section that stands at `place`, or ""."""
        file, _, line = place.rpartition(":")
        anchor = self.anchors.get(file, {}).get(line, "")
        return f"{file}#{anchor}" if anchor else ""


def marks_of(finding: Finding) -> dict[str, Any]:
    """Returns the marks of a finding's check that are not empty, as plain types."""
    flags = {name: True for name in FLAGS if getattr(finding, name)}
    return flags | {name: list(names) for name in NAMES if (names := getattr(finding, name))}


def _marks(node: Node) -> dict[str, Any]:
    flags = {name: True for name in FLAGS if node.get(name, False).flag()}
    return flags | {name: list(texts) for name in NAMES if (texts := node.get(name, []).texts())}


def _line(number: str) -> int:
    """Returns the number of a line; 0 for what is none, or is longer than any."""
    return int(number) if number.isdecimal() and len(number) < len(str(MOST_RANK)) else 0


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}
