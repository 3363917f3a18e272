"""Guidance: the runbook's sections about a check, filled in for its target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from engine.config.problems import ConfigError
from engine.judge.finding import Absence, Guidance, Remediation
from engine.places import shown
from engine.run.run import Run
from engine.run.system import System
from engine.run.target import Target
from engine.runbook.fill import fill
from engine.runbook.model import RunbookError, Section
from engine.runbook.source import source
from engine.runbook.tables import name_of


def absences(systems: Iterable[System]) -> tuple[Absence, ...]:
    """Returns the absent components that these systems declare."""
    return tuple(Absence(system.id, name, why) for system in systems for name, why in system.absent.items())


def steps_of(system: System, section: Section, values: dict[str, object], root: Path) -> Iterator[Remediation]:
    """Yields the steps of a section, filled in. Raises ConfigError for a template that cannot be."""
    for step in section.resolution:
        where = f"{shown(step.path, root)}:{step.line}"
        try:
            functions = tuple(fill(each, values, where) for each in system.runbook.called_by(step.command))
            command, text = fill(step.command, values, where), fill(step.text, values, where)
            yield Remediation(command, step.danger, text, functions, step.shell, step.blanks)
        except RunbookError as error:
            raise ConfigError(str(error)) from None


def section_of(run: Run, target: Target, check: str) -> tuple[Guidance, str]:
    """Returns the first section that names the check on the target, and the severity of that section (default: P2)."""
    first = target.system.runbook.sections_of(check)[0]
    link, place = stands(run, first)
    return Guidance(section=first.title, link=link, place=place), first.severity or "P2"


def stands(run: Run, section: Section) -> tuple[str, str]:
    """Returns the link of a section, and its place."""
    path = shown(section.path, run.root)
    return f"{path}#{section.anchor}", f"{path}:{section.line}"


def guidance(run: Run, target: Target, check: str, item: str, gravest: str = "P3") -> Guidance:
    """Returns the complete guidance for a check on a target; `gravest` is the severity of what follows from it.

    Raises ConfigError for a template that cannot be filled in.
    """
    sections = target.system.runbook.sections_of(check)
    first = sections[0]
    told, severity = section_of(run, target, check)
    place = told.place
    response = target.system.runbook.response.get(min(severity, gravest))
    return replace(
        told,
        also=tuple(section.title for section in sections[1:]),
        symptoms=tuple(fill(words, target.values(item), place) for words in first.symptoms),
        remediation=tuple(steps_of(target.system, first, target.values(item), run.root)),
        escalation=first.escalation,
        contacts=_contacts(target.system, first),
        call=target.system.runbook.people(first),
        response_s=response.s if response else None,
        demands=response.demands if response else "",
        text=_text(first, target.values(item), place),
    )


def _text(section: Section, values: dict[str, object], where: str) -> str:
    """Returns the section's Markdown, filled in; with its templates where they cannot be, since it is only read."""
    text = source(section)
    try:
        return fill(text, values, where)
    except RunbookError:
        return text


def _contacts(system: System, section: Section) -> tuple[str, ...]:
    """Returns the contacts that the section's escalation names, or all contacts when it names none."""
    escalation = " ".join([*section.escalation, *system.runbook.people(section)]).lower()
    given = {" ".join(filter(None, (c.name, c.email, c.phone))): c.name for c in system.settings.contacts}
    known = given or {line: line for line in system.runbook.contacts}
    named = tuple(line for line, words in known.items() if name_of(words).lower() in escalation)
    return named or tuple(known)
