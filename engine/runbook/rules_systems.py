"""What is wrong between the chapters of a system: links that lead nowhere, and people whom nobody knows."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from engine.config import found
from engine.config.problems import ConfigError
from engine.config.yamlfile import YamlFile
from engine.places import chapter_file
from engine.runbook.chapters import FILE, joined, linked
from engine.runbook.model import Runbook, RunbookError, Section
from engine.runbook.parser import parse
from engine.runbook.problem import Problem
from engine.runbook.tables import name_of

# Whom an escalation names: `DevOps team`, `database administrators`, `CTO`. `the team of the server` is nobody's name.
PERSON = re.compile(
    r"\b(?!(?:the|an?|or|and|of|that|its|our|this)\s)"
    r"((?i:[a-z][\w'-]*\s(?:team|lead|engineer|administrator|provider|firm|officer)))s?\b|\b(C[A-Z]{1,3}O)\b"
)


def lint_system(file: Path) -> list[Problem]:
    """Returns what is wrong between the chapters of a system.yml. Raises RunbookError for one that is of no use."""
    try:
        data = YamlFile(file).data
    except ConfigError as error:
        raise RunbookError(*error.args) from None
    runbooks = file.parent.parent
    paths = [Path(os.path.normpath(file.parent / name)) for name in data.get("chapters") or (FILE,)]
    chapters = [parse(chapter_file(path, runbooks)) for path in paths]
    own = data.get("components") or ()
    components = {name for name, each in found.components().items() if each.EVERYWHERE or name in own}
    listed = [each["name"] for each in data.get("contacts") or () if isinstance(each, dict) and "name" in each]
    names = [name_of(contact) for contact in listed or [line for each in chapters for line in each.contacts]]
    problems = list(_dead_ends(_about(linked(joined(chapters), runbooks), components)))
    problems += [p for each in chapters for p in _unknown(_about(each, components), names, file)]
    # What the suite brings is held against the suite's own systems.
    return [problem for problem in problems if problem.path.is_relative_to(runbooks)]


def _about(chapter: Runbook, components: set[str]) -> Runbook:
    """Returns the chapter without sections of which every check is about a component that the system does not have."""
    kept = (s for s in chapter.sections if not s.checks or components & {name.split(".")[0] for name in s.checks})
    return replace(chapter, sections=tuple(kept))


def broken_links(runbook: Runbook, known: Mapping[Path, Runbook]) -> Iterator[Problem]:
    """Yields a problem for each link, of those that follow a resolution, to a section that does not exist.

    `known` are the runbooks that were read; the others are read here.
    """
    for lead in (lead for leads in runbook.leads.values() for lead in leads):
        file = chapter_file(lead.to, lead.path.parent.parent)
        there = known.get(file) or (parse(file) if file.is_file() else None)
        anchors = [section.anchor for section in there.sections] if there else []
        if lead.anchor not in anchors:
            words = f"there is no section '{lead.to.name}#{lead.anchor}'" if there else f"there is no file {lead.to}"
            yield Problem(lead.path, lead.line, "link", words, _nearest(lead.anchor, anchors, "a link to a section"))


def _dead_ends(runbook: Runbook) -> Iterator[Problem]:
    """Yields a problem for each P1 section that leads nowhere, but for one to which others lead: it is the last."""
    led = {(lead.to, lead.anchor) for leads in runbook.leads.values() for lead in leads}
    for section in runbook.sections:
        last = not section.resolution or (section.path, section.anchor) in led
        if section.severity == "P1" and not last and not any(map(runbook.led_to, runbook.leads_of(section))):
            words = f"'{section.title}' is P1, and nothing follows when it does not help"
            instead = "**If this does not help:** with a link, here, in its chapter, or above the first heading"
            yield Problem(section.path, section.line, "dead-end", words, instead)


def _unknown(chapter: Runbook, contacts: Sequence[str], file: Path) -> Iterator[Problem]:
    """Yields a problem for each person or team that an escalation of a chapter names, and nobody of the system is."""
    for line, who in sorted({(s.escalation_line, who) for s in chapter.sections for who in _people(s)}):
        if not any(re.search(rf"\b{re.escape(who)}\b", name, re.IGNORECASE) for name in contacts):
            words = f"no contact of {file.parent.name} is called '{who}'"
            yield Problem(chapter.path, line, "contact", words, _nearest(who, contacts, f"an entry in {file.name}"))


def _people(section: Section) -> Iterator[str]:
    for line in section.escalation:
        for match in PERSON.finditer(line):
            yield match[1] or match[2]


def _nearest(name: str, known: Iterable[str], other: str) -> str:
    """Returns the known name that is most like this one, or what else to write."""
    names = {each.lower(): each for each in known}
    close = get_close_matches(name.lower(), names, n=1, cutoff=0.4)
    return f"'{names[close[0]]}', or {other}" if close else other
