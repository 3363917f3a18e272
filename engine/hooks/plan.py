"""The plan: every command, query and request that a run would send, and nothing else is ever sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from engine.gather.catalogue import Catalogue
from engine.gather.gather import Wanted

WAYS = {"batch": "command", "sample": "command, twice", "heavy": "command"}


def plan_lines(wanted: Iterable[Wanted], catalogue: Catalogue, evidence: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """Yields the plan, a target after the other: how each fact is asked for, in the order of the gathering.

    `evidence` are the facts, by target id, that are asked for only when a section fails which wants them.
    """
    for each in wanted:
        yield f"{each.target.id}: {each.target.host.connection}, system {each.target.system.id}"
        always = catalogue.chain(each.facts)
        yield from _asked(always, each, catalogue)
        later = [name for name in catalogue.chain(evidence[each.target.id]) if name not in always]
        if later:
            yield f"{each.target.id}: when a section fails that asks for it as evidence"
        yield from _asked(later, each, catalogue)


def _asked(names: Iterable[str], wanted: Wanted, catalogue: Catalogue) -> Iterable[str]:
    for name in names:
        fact = catalogue[name]
        asked = fact.asked(wanted.target).replace("$SUDO", "sudo -n")
        if asked:
            yield f"  {name} ({WAYS.get(fact.lane, 'client')}): {asked}"
