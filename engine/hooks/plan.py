"""The plan: every command, query and request that a run would send. A run sends nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from engine.gather.catalogue import Catalogue
from engine.gather.gather import Wanted

WAYS = {"batch": "command", "sample": "command, twice", "heavy": "command"}


def plan_lines(wanted: Iterable[Wanted], catalogue: Catalogue, evidence: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """Yields the lines of the plan for each target: what each fact asks, in the order of the gathering.

    `evidence` are the names of facts, by target id, that are gathered only when a section that asks for them fails.
    """
    for one in wanted:
        yield f"{one.target.id}: {one.target.host.connection}, system {one.target.system.id}"
        always = catalogue.chain(one.facts)
        yield from _asked(always, one, catalogue)
        later = [name for name in catalogue.chain(evidence[one.target.id]) if name not in always]
        if later:
            yield f"{one.target.id}: when a section fails that asks for it as evidence"
        yield from _asked(later, one, catalogue)


def _asked(names: Iterable[str], wanted: Wanted, catalogue: Catalogue) -> Iterable[str]:
    for name in names:
        fact = catalogue[name]
        asked = fact.typed(wanted.target)
        if asked:
            yield f"  {name} ({WAYS.get(fact.lane, 'client')}): {asked}"
