"""What follows when a resolution did not help: the sections to which the runbook leads, and which of them is first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from engine.config.problems import nearest, refuse
from engine.gather.catalogue import Catalogue
from engine.gather.fact import Unavailable
from engine.judge.finding import Further
from engine.judge.guidance import stands, steps_of
from engine.places import shown
from engine.run.run import Run
from engine.run.target import Target
from engine.runbook.model import Lead
from engine.text import one_line

WHY_LIMIT = 200


def check_leads(target: Target, catalogue: Catalogue, root: Path) -> None:
    """Raises ConfigError for links whose fact does not exist; files are named from the folder `root`."""
    refuse(
        f"{shown(lead.path, root)}:{lead.line}: no fact '{lead.fact}'; {nearest(lead.fact, catalogue)}"
        for lead in _with_facts(target)
        if lead.fact not in catalogue
    )


def lead_facts(target: Target, catalogue: Catalogue, whole: Iterable[str]) -> set[str]:
    """Returns the facts that say whether a section is offered, of those that rest on what a whole run gathers.

    `whole` are the facts that a run of all checks needs on the target: nothing else is asked there.
    """
    gathered = set(catalogue.chain(whole))
    return {lead.fact for lead in _with_facts(target) if {*catalogue.chain([lead.fact])} <= {*gathered, lead.fact}}


def _with_facts(target: Target) -> Iterator[Lead]:
    return (lead for leads in target.system.runbook.leads.values() for lead in leads if lead.fact)


def further(run: Run, target: Target, check: str, item: str, severity: str) -> tuple[Further, ...]:
    """Returns the sections to follow when the resolution for a check did not help, those first that a fact asks for.

    A section that is graver than the cause is left out: nobody builds a host anew for a P3.
    """
    runbook = target.system.runbook
    section = runbook.sections_of(check)[0]
    found = []
    for lead in runbook.leads_of(section):
        other, why = runbook.led_to(lead), _why(run, target, lead)
        if other is None or other == section or (lead.fact and not why) or (other.severity or "P2") < severity:
            continue
        steps = tuple(steps_of(target.system, other, target.values(item), run.root))
        found.append(Further(other.title, *stands(run, other), other.severity or "P2", why, steps))
    return tuple(sorted(found, key=lambda each: not each.why))


def _why(run: Run, target: Target, lead: Lead) -> str:
    """Returns what the fact of a link says; "" when it says nothing, or cannot be had."""
    value = run.facts[target.id].get(lead.fact) if lead.fact else ""
    return "" if isinstance(value, Unavailable) else run.secrets.redact(one_line(str(value or ""), WHY_LIMIT))
