"""Targets: pairs of a host and a system."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.config.host import Host
from engine.config.inventory import Inventory
from engine.config.limits import Limits
from engine.config.problems import nearest, refuse
from engine.config.settings import Component
from engine.run.kinds import renamed
from engine.run.system import System


@dataclass(frozen=True)
class Target:
    """A host and a system, with the components that the host carries; pytest shows `id` in brackets.

    `carriers` has the number of the system's hosts that carry each component, `peers` are the names of its other hosts,
    and `public` is the address at which users reach the system, where the inventory has it. `without` are checks of
    shared chapters that cannot be asked of this system. `beside` are the settings of all components of the system on
    the host, by name. `askable` remembers the facts that can be asked here.
    """

    id: str
    host: Host
    system: System
    components: tuple[str, ...]
    limits: Limits
    carriers: Mapping[str, int] = field(default_factory=dict, compare=False)
    public: str = ""
    peers: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()
    beside: Mapping[str, Component] = field(default_factory=dict, compare=False)
    askable: set[str] = field(default_factory=set, init=False, compare=False, repr=False)

    @property
    def folder(self) -> str:
        """The name for a folder of this target: its id, or a unique safe name when the id is not a file name."""
        safe = re.sub(r"[^\w.@+-]", "_", self.id)[:100].lstrip(".")
        return safe if safe == self.id else f"{safe}-{hashlib.sha256(self.id.encode()).hexdigest()[:8]}"

    def named(self, check: str) -> str:
        """Returns the name that a check has here: that of a kind is the further component's own."""
        instance = self.system.instance
        return renamed(check, self.system.kinds[instance], instance) if instance else check

    def component(self, name: str) -> Component:
        """Returns the settings of a component; raises KeyError for one that the system does not have, or says so of."""
        found = self.system.components[name]
        if found.absent:
            raise KeyError(name)
        return found

    @property
    def here(self) -> dict[str, Component]:
        """The settings of the system's components on this host, by name: what is one's own, and what is beside it."""
        return {**{name: self.component(name) for name in self.components}, **self.beside}

    def values(self, item: str = "") -> dict[str, Any]:
        """Returns the values of the runbook's templates on this target, by name."""
        return {
            **self.system.values,
            "host": self.host.name,
            "item": item or "ITEM",
            "limits": self.limits.model_dump(),
        }

    def applies(self, check: str, component: str) -> bool:
        """Whether the runbook names the check, the host carries its component, and there is what it asks."""
        if component not in self.components or check not in self.system.runbook.by_check or check in self.without:
            return False
        name, settings = check.partition(".")[2], self.component(component)
        if name in settings.OF_SEVERAL and self.carriers.get(component, 0) < 2:
            return False
        return bool(self.public) or name not in settings.FROM_OUTSIDE


def targets_of(inventory: Inventory, known: dict[str, System]) -> list[Target]:
    """Returns the targets of an inventory, in its order. Raises ConfigError for components that cannot be checked."""
    pairs = [(host, known[name], declared) for host in inventory.hosts for name, declared in host.systems.items()]
    refuse(line for pair in pairs for line in _undeclarable(inventory, *pair))
    carriers: dict[str, Counter[str]] = {system.id: Counter() for _, system, _ in pairs}
    carried = [(host, system, system.carried(declared)) for host, system, declared in pairs]
    for _, system, components in carried:
        carriers[system.id].update(components)
    targets = [
        target
        for host, system, components in carried
        for target in _of_host(inventory, host, system, components, carriers[system.id])
    ]
    refuse(line for target in targets for line in _idle(inventory, target))
    return targets


def _of_host(
    inventory: Inventory, host: Host, system: System, components: tuple[str, ...], carriers: Mapping[str, int]
) -> Iterator[Target]:
    """The targets of a system on a host: the system, and each further component of a kind."""
    public = inventory.public.get(system.id, "")
    peers = tuple(each.name for each in inventory.hosts if system.id in each.systems and each.name != host.name)
    beside = {name: system.components[name] for name in components}

    def target(seen: System, those: tuple[str, ...], counted: Mapping[str, int]) -> Target:
        limits = type(seen.limits)(**{**seen.limits.model_dump(), **inventory.limits})
        name = target_id(host, system.id, seen.instance)
        return Target(name, host, seen, those, limits, counted, public, peers, beside=beside)

    yield target(system, tuple(name for name in components if name not in system.kinds), carriers)
    for name in (name for name in components if name in system.kinds):
        kind = system.kinds[name]
        yield target(system.views[name], (name, kind), {**carriers, kind: carriers[name]})


def target_id(host: Host, system: str, instance: str = "") -> str:
    """Returns the host's name, a colon, the system when the host has several, and the further component.

    `web-1`, `web-1:shop`, `web-1:queue`, `web-1:shop.queue`. Ids are unique: in an inventory no host's name contains a
    colon, and raw specs have one system.
    """
    parts = [*([system] if len(host.systems) > 1 else []), *([instance] if instance else [])]
    return ":".join([host.name, *([".".join(parts)] if parts else [])])


def _undeclarable(inventory: Inventory, host: Host, system: System, declared: tuple[str, ...]) -> Iterator[str]:
    """Yields a line for each component that the inventory declares for the host and that cannot be checked."""
    for index, component in enumerate(declared):
        where = ("hosts", host.name, "systems", system.id, index)
        if component not in system.components:
            wrong = (
                f"system '{system.id}' has no component '{component}'; {nearest(component, list(system.components))}"
            )
        elif reason := system.components[component].absent:
            wrong = (
                f"component '{component}' is absent in {system.id}/system.yml ({reason}); "
                "expected it in one of the two files"
            )
        elif component not in system.checked:
            wrong = (
                f"component '{component}' has nothing to check; "
                f"expected at least one '# check: {component}.…', or '# expect: …' with 'about: {component}', in "
                f"{system.id}/runbook.md"
            )
        else:
            continue
        yield inventory.told(where, f"host '{host.name}': {wrong}")


def _idle(inventory: Inventory, target: Target) -> Iterator[str]:
    """Yields a line for a target without a check, which would otherwise be skipped silently."""
    if target.system.views and {*target.host.systems[target.system.id]} & {*target.system.views}:
        # Such a component has something to check, or is refused above.
        return
    named = {check for section in target.system.runbook.sections for check in section.checks}
    if not any(target.applies(check, check.partition(".")[0]) for check in named):
        problem = (
            f"host '{target.host.name}': nothing is checked there; expected a component that it carries, or at least "
            f"one '# check: os.…' or '# expect: exit 0' above a command in {target.system.id}/runbook.md "
            f"(`runbook-checks find WORDS` shows what there is)"
        )
        yield inventory.told(("hosts", target.host.name, "systems", target.system.id), problem)
