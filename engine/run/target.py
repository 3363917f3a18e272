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
from engine.run.system import System


@dataclass(frozen=True)
class Target:
    """A host and a system, with the components that the host carries; pytest shows `id` in brackets.

    `carriers` has the number of the system's hosts that carry each component, and `public` the address at which users
    reach the system, where the inventory has it. `without` are checks of shared chapters that cannot be asked of
    this system.
    """

    id: str
    host: Host
    system: System
    components: tuple[str, ...]
    limits: Limits
    carriers: Mapping[str, int] = field(default_factory=dict, compare=False)
    public: str = ""
    without: frozenset[str] = frozenset()

    @property
    def folder(self) -> str:
        """The name for a folder of this target: its id, or a unique safe name when the id is not a file name."""
        safe = re.sub(r"[^\w.@+-]", "_", self.id)[:100].lstrip(".")
        return safe if safe == self.id else f"{safe}-{hashlib.sha256(self.id.encode()).hexdigest()[:8]}"

    def component(self, name: str) -> Component:
        """Returns the settings of a component; raises KeyError for one that the system does not have."""
        return self.system.components[name]

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
        return bool(self.public) or check.partition(".")[2] not in self.component(component).FROM_OUTSIDE


def targets_of(inventory: Inventory, known: dict[str, System]) -> list[Target]:
    """Returns the targets of an inventory, in its order. Raises ConfigError for components that cannot be checked."""
    pairs = [(host, known[name], declared) for host in inventory.hosts for name, declared in host.systems.items()]
    refuse(line for pair in pairs for line in _undeclarable(inventory, *pair))
    carriers: dict[str, Counter[str]] = {system.id: Counter() for _, system, _ in pairs}
    targets = []
    for host, system, declared in pairs:
        limits = type(system.limits)(**{**system.limits.model_dump(), **inventory.limits})
        carried, counted = system.carried(declared), carriers[system.id]
        counted.update(carried)
        public = inventory.public.get(system.id, "")
        targets.append(Target(target_id(host, system.id), host, system, carried, limits, counted, public))
    refuse(line for target in targets for line in _idle(inventory, target))
    return targets


def target_id(host: Host, system: str) -> str:
    """Returns the host's name, followed by a colon and the system when the host has several systems.

    Ids are unique: in an inventory no host's name contains a colon, and raw specs have one system.
    """
    return host.name if len(host.systems) == 1 else f"{host.name}:{system}"


def _undeclarable(inventory: Inventory, host: Host, system: System, declared: tuple[str, ...]) -> Iterator[str]:
    """Yields a line for each component that the inventory declares for the host and that cannot be checked."""
    named = {check.split(".")[0] for section in system.runbook.sections for check in section.checks}
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
        elif component not in named:
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
    named = {check for section in target.system.runbook.sections for check in section.checks}
    if not any(target.applies(check, check.partition(".")[0]) for check in named):
        problem = (
            f"host '{target.host.name}': nothing is checked there; expected a component that it carries, or at least "
            f"one '# check: os.…' or '# expect: exit 0' above a command in {target.system.id}/runbook.md "
            f"(`runbook-checks find WORDS` shows what there is)"
        )
        yield inventory.told(("hosts", target.host.name, "systems", target.system.id), problem)
