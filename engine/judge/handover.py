"""Evidence files: the items that a cause's section asks to hand over, gathered after the failure and sanitized."""

from __future__ import annotations

import re
import shutil
import tempfile
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from engine.config.problems import nearest, refuse
from engine.gather.catalogue import Catalogue
from engine.gather.fact import Unavailable
from engine.gather.gather import Wanted, gather
from engine.judge.finding import EvidenceFile, Finding
from engine.judge.lacked import lacked
from engine.judge.shown import evidence
from engine.mask.addresses import without_addresses
from engine.mask.handed import handed_over
from engine.places import shown
from engine.run.run import Run
from engine.run.target import Target
from engine.runbook.model import EvidenceItem, Section

# A dozen causes at once are one outage; evidence of more sections would only lengthen the run.
SECTIONS_AT_MOST = 10
# The most characters of one fact in a file, so that a mail can carry it.
FACT_LIMIT = 1024 * 1024
READ = "What the section's checks read"
HEAD = """{words}
{host}, system {system}, runbook section '{section}', {time} UTC
Secrets, mail addresses and public IP addresses are replaced by •••."""


@dataclass(frozen=True)
class Place:
    """A section that failed on a target, and the `folder` for its files."""

    target: Target
    section: Section
    folder: Path


def check_evidence(target: Target, catalogue: Catalogue, root: Path) -> None:
    """Raises ConfigError for sections that ask for a fact which cannot be had of the system, or holds secrets.

    Files are named from the folder `root`.
    """
    sections = target.system.runbook.sections
    items = [item for section in sections for item in _asked_for(target, section, catalogue)]
    names = {name for item in items for name in item.facts}
    wrong = {name: _wrong_with(name, target, catalogue) for name in names}
    refuse(
        f"{shown(item.path, root)}:{item.line}: {wrong[name]}" for item in items for name in item.facts if wrong[name]
    )


def _asked_for(target: Target, section: Section, catalogue: Catalogue) -> Iterator[EvidenceItem]:
    """What a section asks to hand over; of a shared chapter, what can be had of this system."""
    for item in section.evidence:
        own = target.system.has_own(item.path)
        facts = tuple(n for n in item.facts if own or n not in catalogue or not lacked([n], target, catalogue))
        if facts or not item.facts:
            yield replace(item, facts=facts)


def _wrong_with(name: str, target: Target, catalogue: Catalogue) -> str:
    if name not in catalogue:
        return f"no fact '{name}'; {nearest(name, catalogue)}"
    if catalogue[name].secret:
        return f"the fact '{name}' holds secrets; expected one that may be handed over"
    if lacked([name], target, catalogue):
        return f"the fact '{name}' is about a component that system.yml does not have; expected another fact"
    return ""


def secret_facts(target: Target, catalogue: Catalogue, whole: Iterable[str]) -> list[str]:
    """Returns the facts that register a target's secrets, which every run gathers whatever checks it selects.

    `whole` are the facts that a run of all checks needs. A fact that requires sudo counts only if it is among these, so
    that no more rights are needed. Client facts are left out, because their credentials are read from files.
    """
    granted = set(catalogue.chain(whole))

    def free(name: str) -> bool:
        return (name in granted or not catalogue[name].sudo) and catalogue[name].lane != "client"

    return [
        name
        for name in catalogue
        if "secrets" in catalogue[name].needs
        and not lacked([name], target, catalogue)
        and all(map(free, catalogue.chain([name])))
    ]


def evidence_facts(target: Target, checks: Iterable[str], catalogue: Catalogue) -> tuple[str, ...]:
    """Returns the facts that the sections of these checks ask to hand over, each once."""
    sections = (target.system.runbook.sections_of(check)[0] for check in checks)
    items = (item for section in sections for item in _asked_for(target, section, catalogue))
    return tuple(dict.fromkeys(name for item in items for name in item.facts))


def hand_over(run: Run, catalogue: Catalogue, folder: Path, findings: Sequence[Finding]) -> list[Finding]:
    """Writes the evidence files of the causes under `folder`, and returns the findings with their `files` set.

    The folder is emptied first. Facts that the run already gathered are not gathered again.
    """
    shutil.rmtree(folder, ignore_errors=True)
    causes = [f for f in findings if f.outcome == "failed" and f.cause is None]
    of = {f.nodeid: _place(run, catalogue, f, folder) for f in sorted(causes, key=lambda f: f.severity)}
    wanted = {place.folder: place for place in of.values() if place.section.evidence}
    places = dict(list(wanted.items())[:SECTIONS_AT_MOST])
    _gather_missing(run, catalogue, places.values())
    files = {folder: tuple(_files(run, catalogue, place)) for folder, place in places.items()}
    return [replace(f, files=files.get(of[f.nodeid].folder, ())) if f.nodeid in of else f for f in findings]


def _place(run: Run, catalogue: Catalogue, finding: Finding, folder: Path) -> Place:
    target = run.target_of(finding.host, finding.system, finding.component)
    section = target.system.runbook.sections_of(finding.check)[0]
    items = (*_asked_for(target, section, catalogue), *_read(run, target, catalogue, section))
    # The heading's severity is a part of its anchor, and says nothing here.
    name = re.sub(r"-p[1-3]$", "", section.anchor)
    return Place(target, replace(section, evidence=items), folder / target.folder / name)


def _read(run: Run, target: Target, catalogue: Catalogue, section: Section) -> Iterator[EvidenceItem]:
    """What the section's checks read in this run and the section does not ask for by itself."""
    asked = {name for item in section.evidence for name in item.facts}
    known = run.facts[target.id].values
    checks = filter(None, (run.check(name, target.system) for name in section.checks))
    facts = dict.fromkeys(name for check in checks for name in check.gathers)
    if read := tuple(n for n in facts if n in known and n not in asked and not catalogue[n].secret):
        yield EvidenceItem(READ, section.line, read)


def _gather_missing(run: Run, catalogue: Catalogue, places: Iterable[Place]) -> None:
    """Gathers the missing facts from the hosts that answered, in parallel, with one more log-in for each host."""
    missing: dict[str, dict[str, None]] = {}
    targets = {place.target.id: place.target for place in places}
    for place in places:
        facts = run.facts[place.target.id]
        if isinstance(facts.values.get("host"), Unavailable):
            continue
        asked = (name for item in place.section.evidence for name in item.facts)
        if names := [name for name in asked if name not in facts.values]:
            missing.setdefault(place.target.id, {}).update(dict.fromkeys(names))
    with tempfile.TemporaryDirectory(prefix="runbook-checks-", ignore_cleanup_errors=True) as ways:
        wanted = [Wanted(targets[target_id], tuple(names)) for target_id, names in missing.items()]
        for target_id, facts in gather(wanted, catalogue, run.secrets, Path(ways)).items():
            run.facts[target_id].values = facts.values | run.facts[target_id].values
            run.facts[target_id].answers = facts.answers | run.facts[target_id].answers


def _files(run: Run, catalogue: Catalogue, place: Place) -> Iterator[EvidenceFile]:
    for number, item in enumerate(place.section.evidence, 1):
        if not item.facts:
            yield EvidenceFile(item.text)
            continue
        place.folder.mkdir(parents=True, exist_ok=True)
        path = place.folder / f"{number}-{_slug(item.text)}.txt"
        path.write_text(_text(run, catalogue, place, item), encoding="utf-8")
        yield EvidenceFile(item.text, path.relative_to(run.root).as_posix())


def _text(run: Run, catalogue: Catalogue, place: Place, item: EvidenceItem) -> str:
    target = place.target
    time = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    head = HEAD.format(
        words=item.text, host=target.host.name, system=target.system.id, section=place.section.title, time=time
    )
    joined = "\n\n".join(
        f"{shown.fact}\n$ {shown.asked}\n{shown.answer}".strip()
        for shown in evidence(run, target, catalogue, item.facts, FACT_LIMIT)
    )
    return f"{head}\n\n{handed_over(without_addresses(joined))}\n"


def _slug(words: str) -> str:
    """Returns the first words as a file name of at most 40 characters."""
    whole = re.sub(r"\W+", "-", words.lower().replace("'", "")).strip("-")
    return textwrap.shorten(whole.replace("-", " "), 40, placeholder="").replace(" ", "-") or "evidence"
