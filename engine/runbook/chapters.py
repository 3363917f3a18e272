"""A runbook of several files: chapters, in their order, of which a later one may change a section of an earlier one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from engine.places import chapter_file
from engine.runbook.model import Runbook, RunbookError, Section

T = TypeVar("T")
FILE = "runbook.md"


def joined(chapters: Sequence[Runbook]) -> Runbook:
    """Returns the one runbook that chapters make; it has the title and the path of the first.

    A section with the title of one in an earlier chapter stands in that one's place: each part that it has replaces the
    earlier one's, or adds to it (`More diagnostics`), and what it does not have stays. Raises RunbookError, a line for
    each section that adds to one which no earlier chapter has.
    """
    sections: list[Section] = []
    alone: list[str] = []
    for chapter in chapters:
        earlier = {section.title: place for place, section in enumerate(sections)}
        for section in chapter.sections:
            if section.title in earlier:
                place = earlier[section.title]
                sections[place] = _changed(sections[place], section)
            else:
                sections.append(section)
                alone += [_alone(section)] if section.adds else []
    if alone:
        raise RunbookError(*alone)
    first = chapters[0]
    return replace(
        first,
        sections=tuple(sections),
        contacts=tuple(line for chapter in chapters for line in chapter.contacts),
        functions={name: step for chapter in chapters for name, step in chapter.functions.items()},
        response={name: asked for chapter in chapters for name, asked in chapter.response.items()},
        matrix={issue: people for chapter in chapters for issue, people in chapter.matrix.items()},
        leads={title: leads for chapter in chapters for title, leads in chapter.leads.items()},
        unread=tuple(each for chapter in chapters for each in chapter.unread),
        prose=sum(chapter.prose for chapter in chapters),
    )


def linked(runbook: Runbook, runbooks: Path) -> Runbook:
    """Returns the runbook with links to the suite's chapters where the folder `runbooks` does not have them."""
    leads = {
        title: tuple(replace(lead, to=chapter_file(lead.to, runbooks)) for lead in found)
        for title, found in runbook.leads.items()
    }
    return replace(runbook, leads=leads)


def _alone(section: Section) -> str:
    return (
        f"{section.path}:{section.line}: '{section.title}' adds to a section that no earlier chapter has; "
        "expected its title with the headings above it, as there"
    )


def _changed(before: Section, after: Section) -> Section:
    """The earlier section with the parts of the later one."""

    def part(name: str, old: tuple[T, ...], new: tuple[T, ...]) -> tuple[T, ...]:
        if name in after.inherited:
            return old
        return old + new if name in after.adds else new or old

    return replace(
        before,
        severity=before.severity if "severity" in after.inherited else after.severity,
        symptoms=part("symptoms", before.symptoms, after.symptoms),
        diagnostics=part("diagnostics", before.diagnostics, after.diagnostics),
        resolution=part("resolution", before.resolution, after.resolution),
        evidence=part("evidence", before.evidence, after.evidence),
        escalation=part("escalation", before.escalation, after.escalation),
    )
