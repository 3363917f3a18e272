"""Guidance: what the runbook says about a check, filled in for its target."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from engine.config.problems import ConfigError
from engine.judge.finding import Absence, Guidance, Remediation
from engine.run.run import Run
from engine.run.system import System
from engine.run.target import Target
from engine.runbook.fill import fill
from engine.runbook.model import RunbookError, Section


def absences(targets: Iterable[Target]) -> tuple[Absence, ...]:
    """Returns what the systems of these targets declare not to have, each once."""
    systems = {target.system.id: target.system for target in targets}.values()
    return tuple(Absence(system.id, name, why) for system in systems for name, why in system.absent.items())


def _where(root: Path, system: System, section: Section) -> str:
    return f"{system.runbook.path.relative_to(root)}:{section.line}"


def _filled(system: System, section: Section, values: dict[str, object], where: str) -> tuple[Remediation, ...]:
    try:
        return tuple(
            Remediation(fill(system.runbook.pasteable(s.command), values, where), s.danger, fill(s.text, values, where))
            for s in section.resolution
        )
    except RunbookError as error:
        raise ConfigError(str(error)) from None


def section_of(run: Run, target: Target, check: str) -> tuple[Guidance, str]:
    """Returns the section whose resolution is about a check on a target, and that section's severity."""
    first = target.system.runbook.sections_of(check)[0]
    path = target.system.runbook.path.relative_to(run.root)
    place = f"{path}:{first.line}"
    return Guidance(section=first.title, link=f"{path}#{first.anchor}", place=place), first.severity or "P2"


def guidance(run: Run, target: Target, check: str, item: str) -> Guidance:
    """Returns all that the runbook says about a check on a target. Raises ConfigError for what cannot be filled in."""
    sections = target.system.runbook.sections_of(check)
    first = sections[0]
    told, severity = section_of(run, target, check)
    return replace(
        told,
        also=tuple(section.title for section in sections[1:]),
        symptoms=first.symptoms,
        remediation=_filled(target.system, first, target.values(item), _where(run.root, target.system, first)),
        escalation=first.escalation,
        contacts=_contacts(target.system, first),
        call=target.system.runbook.called(first),
        response_s=target.system.runbook.response_s.get(severity),
    )


def _contacts(system: System, section: Section) -> tuple[str, ...]:
    """Returns the contacts that the section's escalation names, all of them when it names none."""
    told = " ".join([*section.escalation, *system.runbook.called(section)]).lower()
    given = {" ".join(filter(None, (c.name, c.email, c.phone))): c.name for c in system.settings.contacts}
    known = given or {line: re.split(r"[:,]", line)[0] for line in system.runbook.contacts}
    named = tuple(line for line, name in known.items() if name.strip().lower() in told)
    return named or tuple(known)
