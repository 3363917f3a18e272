"""A run: the environment that the command line names, its targets, and their facts."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from engine.config.inventory import Inventory, environments, load_inventory, raw_inventory
from engine.config.inventoryfile import Waiver
from engine.config.problems import ConfigError, refuse
from engine.config.spec import OPTIONS
from engine.gather.catalogue import Catalogue
from engine.gather.gather import Facts
from engine.mask.secrets import Secrets
from engine.places import CHECKS, INVENTORY, RUNBOOKS, folders
from engine.run.checks import Check, read_checks
from engine.run.system import System, load_system, missing, systems
from engine.run.target import Target, targets_of


class UncheckedError(ConfigError):
    """A runbook names no check, so that nothing of it can be run; `path` is its first file."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}:1: the runbook names no check; expected '# check: NAME' above a diagnostic")
        self.path = path


@dataclass
class Run:
    """One run of the gate. `checks` has the checks of files by name, and those of runbooks by `SYSTEM/NAME`.

    `facts` has the facts by target id, once they are gathered.

    `took` has the seconds that each host took to be reached and to answer, by its name. Log lines before `since` do not
    count.
    """

    root: Path
    inventory: Inventory
    targets: list[Target]
    checks: dict[str, Check]
    secrets: Secrets = field(default_factory=Secrets)
    facts: dict[str, Facts] = field(default_factory=dict)
    took: dict[str, float] = field(default_factory=dict)
    since: datetime | None = None
    _owners: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    @property
    def systems(self) -> list[System]:
        """The systems of the run, each once."""
        return list({t.system.id: t.system for t in self.targets if not t.system.instance}.values())

    def target_of(self, host: str, system: str, component: str) -> Target:
        """Returns the target of a component, by the names of all three. Raises StopIteration for an unknown one."""
        found = [t for t in self.targets if (t.host.name, t.system.id) == (host, system)]
        return next(t for t in found if t.system.instance == (component if component in t.system.kinds else ""))

    def check(self, name: str, system: System) -> Check | None:
        """Returns the check of this name in a system's runbook; None for one that there is not."""
        return self.checks.get(name) or system.declared.get(name) or system.made.get(name)

    def owners(self, fact: str, catalogue: Catalogue) -> tuple[str, ...]:
        """Returns the names of the checks that own this fact, else of those that own the nearest fact it needs."""
        if fact not in self._owners:
            self._owners[fact] = self._find_owners(fact, catalogue)
        return self._owners[fact]

    def _find_owners(self, fact: str, catalogue: Catalogue) -> tuple[str, ...]:
        level, seen = [fact], {fact}
        while level:
            if owners := tuple(c.name for c in self.checks.values() if set(level) & set(c.owns)):
                return owners
            needs = [need for name in level if name in catalogue for need in catalogue[name].needed]
            level = [need for need in dict.fromkeys(needs) if need not in seen]
            seen.update(level)
        return ()

    def waiver(self, check: str, host: str, today: date) -> Waiver | None:
        """Returns the waiver that accepts this check's failure on this host on the day `today`, or None."""
        for waiver in self.inventory.waivers:
            if self._waives(waiver, check, host) and today <= waiver.expires:
                return waiver
        return None

    def ran_out(self, check: str, host: str, today: date) -> date | None:
        """Returns the last day of a waiver of this check on this host that has expired on the day `today`, or None."""
        days = (each.expires for each in self.inventory.waivers if self._waives(each, check, host))
        return max((day for day in days if day < today), default=None)

    @staticmethod
    def _waives(waiver: Waiver, check: str, host: str) -> bool:
        return fnmatchcase(check, waiver.check) and any(fnmatchcase(host, pattern) for pattern in waiver.hosts)


RUN: pytest.StashKey[Run] = pytest.StashKey()


def resolve(
    root: Path,
    hosts: str,
    system: str | None,
    options: Mapping[str, str],
    folder: Path,
    *,
    begin: Callable[[Inventory], None] = lambda _: None,
) -> Run:
    """Returns the run that `--hosts` and `--system` name.

    `options` are testinfra's; relative paths start in `folder`. `begin` is called with the inventory before runbooks
    are read. Raises ConfigError with a line for each mistake.
    """
    checks = read_checks(*folders(root, CHECKS))
    specs = [spec.strip() for spec in hosts.split(",") if spec.strip()]
    if not specs:
        raise ConfigError(f"--hosts= is empty; {_expected(root)}")
    if any("://" in spec for spec in specs):
        return _raw(root, specs, system, checks, options=options, folder=folder)
    if len(specs) > 1:
        raise ConfigError(f"--hosts={hosts} names several environments; expected one, or testinfra specs with ://")
    if system:
        raise ConfigError(
            f"--system={system} is for hosts that no inventory lists; expected testinfra specs, such as "
            "--hosts=local://, or the system below 'systems' of a host in the inventory"
        )
    inventory = _inventory(specs[0], root, options, folder)
    known = systems(root / RUNBOOKS)
    refuse(
        inventory.told(
            ("hosts", host.name, "systems", name),
            f"host '{host.name}': no system '{name}' in runbooks/; {missing(name, root / RUNBOOKS)}",
        )
        for host in inventory.hosts
        for name in host.systems
        if name not in known
    )
    _check_options(inventory, options)
    begin(inventory)
    named = dict.fromkeys(name for host in inventory.hosts for name in host.systems)
    return _run(root, inventory, {name: load_system(name, root / RUNBOOKS, checks) for name in named}, checks)


def is_path(spec: str) -> bool:
    """Whether `--hosts` names a file instead of an environment: `--hosts=../ops/inventory/prod.yml`."""
    return "://" not in spec and spec.endswith((".yml", ".yaml"))


def _inventory(spec: str, root: Path, options: Mapping[str, str], folder: Path) -> Inventory:
    if not is_path(spec):
        return load_inventory(spec, root / INVENTORY, options)
    path = Path(os.path.normpath(folder / Path(spec).expanduser()))
    if not path.is_file():
        raise ConfigError(f"--hosts={spec} is no file; {_expected(root)}")
    return load_inventory(path.stem, path.parent, options)


def _check_options(inventory: Inventory, options: Mapping[str, str]) -> None:
    """Raises ConfigError for a command-line option that no host's backend honours."""
    for name in options:
        if not any(name in host.options for host in inventory.hosts):
            backends = ", ".join(f"{backend}://" for backend in OPTIONS if name in OPTIONS[backend])
            raise ConfigError(f"--{name.replace('_', '-')} means nothing to these hosts; expected it for {backends}")


def all_systems(root: Path) -> list[System]:
    """Returns every system in runbooks/. Raises ConfigError for a wrong one."""
    checks = read_checks(*folders(root, CHECKS))
    return [load_system(name, root / RUNBOOKS, checks) for name in systems(root / RUNBOOKS)]


def _raw(
    root: Path,
    specs: list[str],
    system: str | None,
    checks: dict[str, Check],
    *,
    options: Mapping[str, str],
    folder: Path,
) -> Run:
    if not system:
        known = ", ".join(systems(root / RUNBOOKS))
        raise ConfigError(f"--hosts={','.join(specs)} needs --system=NAME to know what to check; known: {known}")
    loaded = load_system(system, root / RUNBOOKS, checks)
    components = tuple(n for n, each in loaded.components.items() if n in loaded.checked and not each.absent)
    inventory = raw_inventory(specs, {system: components}, options, folder)
    expands = any(spec.startswith("ansible://") for spec in specs)
    _check_options(inventory, {name: options[name] for name in options if name != "ansible_inventory" or not expands})
    return _run(root, inventory, {system: loaded}, checks)


def _run(root: Path, inventory: Inventory, known: dict[str, System], checks: dict[str, Check]) -> Run:
    for system in known.values():
        if not system.runbook.by_check:
            raise UncheckedError(system.runbook.path)
    targets = targets_of(inventory, known)
    views = [view for system in known.values() for view in system.all_views]
    refuse(inventory.idle_waivers([*checks, *(name for view in views for name in (*view.declared, *view.made))]))
    declared = {f"{system.id}/{name}": check for system in known.values() for name, check in system.declared.items()}
    return Run(root, inventory, targets, {**checks, **declared})


def _expected(root: Path) -> str:
    names = ", ".join(environments(root / INVENTORY))
    return f"expected an environment ({names}) or testinfra specs such as ssh://user@host with --system"


def missing_hosts(root: Path) -> str:
    """Returns the message for a missing `--hosts`, with an example."""
    first = next(iter(environments(root / INVENTORY)), "local://")
    return f"--hosts is missing; {_expected(root)}. For example: pytest --hosts={first}"
