"""Inventories: the hosts of an environment, their connections, and the components that they carry."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from engine.config.ansiblefile import HOW, is_ansibles, told_of_ansible
from engine.config.host import Host
from engine.config.hostsfrom import ansible_hosts, expanded
from engine.config.inventoryfile import Waiver, inventory_file
from engine.config.problems import ConfigError, nearest, refuse
from engine.config.spec import PATHS, Spec, parse_spec
from engine.config.ways import located, options_of, refused_config, unreadable
from engine.config.yamlfile import YamlFile, yaml_path, yaml_stems
from engine.config.yamltree import Where


@dataclass(frozen=True)
class Inventory:
    """An environment: its hosts, its waivers, and its limits, which override those of the systems.

    `notes` are lines for the user about what was left out of another tool's inventory.
    """

    environment: str
    hosts: tuple[Host, ...]
    limits: dict[str, Any] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    file: YamlFile | None = None
    runbooks_url: str = ""
    public: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def told(self, where: Where, problem: str) -> str:
        """Returns the message about the value at `where`, with its file and line where there is a file."""
        if where[:1] == ("hosts",):
            # What a host of another tool's inventory carries stands under its group.
            group = next((host.group for host in self.hosts if host.name == where[1]), "")
            where = ("hosts_from", "groups", group, *where[3:]) if group else where
        return self.file.told(where, problem) if self.file else problem

    def idle_waivers(self, checks: Iterable[str]) -> Iterator[str]:
        """Yields a line for each pattern of a waiver that matches no check or host."""
        hosts = [host.name for host in self.hosts]
        for index, waiver in enumerate(self.waivers):
            where = ("waivers", index)
            if not any(fnmatchcase(name, waiver.check) for name in checks):
                problem = f"the waiver's check '{waiver.check}' matches none; {nearest(waiver.check, checks)}"
                yield self.told((*where, "check"), problem)
            for pattern in waiver.hosts:
                if not any(fnmatchcase(name, pattern) for name in hosts):
                    problem = f"the waiver's host '{pattern}' matches none; {nearest(pattern, hosts)}"
                    yield self.told((*where, "hosts"), problem)

    def check_ways(self) -> None:
        """Raises ConfigError when a file that a connection needs is unreadable, or ssh refuses its configuration."""
        refuse(self._bad_ways())

    def _bad_ways(self) -> Iterator[str]:
        understood: set[tuple[str | None, tuple[str, ...]]] = set()
        for host in self.hosts:
            options = host.spec.options
            for name in PATHS:
                if name in options and (problem := unreadable(name, options[name])):
                    yield self.told(self._stands(host, name), f"host '{host.name}': {name}: {problem}")
            config = options.get("ssh_config")
            if host.spec.backend == "ssh" and (config, host.ssh_args) not in understood:
                understood.add((config, host.ssh_args))
                if problem := refused_config(config, host.spec.name, host.ssh_args):
                    yield self.told(self._stands(host, "ssh_config"), f"host '{host.name}': {problem}")

    @staticmethod
    def _stands(host: Host, option: str) -> Where:
        own = host.ssh_args or option in parse_spec(host.connection).options
        return ("hosts", host.name, "connection") if own else (option,)


def environments(folder: Path) -> list[str]:
    """Returns the sorted names of the environments in `folder`, without the examples."""
    return [stem.name for stem in yaml_stems(folder) if not stem.name.endswith(".example")]


def load_inventory(
    name: str, folder: Path, options: Mapping[str, str], environ: Mapping[str, str] = os.environ
) -> Inventory:
    """Returns the environment `folder/NAME.yml`; `options` of the command line override those of the file.

    `environ` has the values of its `${VARIABLES}`. Raises ConfigError with a line for each mistake.
    """
    stems = yaml_stems(folder)
    if folder / name not in stems:
        refuse(told_of_ansible(Path(name), folder))
        example = folder / f"{name}.example"
        start = f"; start from {folder.name}/{yaml_path(example).name}" if example in stems else ""
        raise ConfigError(
            f"no environment '{name}': {folder.name}/{name}.yml does not exist; "
            f"{nearest(name, environments(folder))}{start}"
        )
    path = yaml_path(folder / name)
    file = YamlFile(path, f"{folder.name}/{path.name}")
    if is_ansibles(file.data):
        raise ConfigError(file.told((), HOW.format(path=path)))
    file.expand(environ)
    entries = file.validate(inventory_file())
    if not (entries.hosts or entries.hosts_from):
        raise ConfigError(file.told((), "'hosts' is missing; it is required, or 'hosts_from'"))
    own = {"ssh_config": located("ssh_config", entries.ssh_config, folder)} if entries.ssh_config else {}
    hosts = [
        Host(
            name=host,
            connection=entry.connection,
            systems={system: tuple(components) for system, components in entry.systems.items()},
            options=options_of(parse_spec(entry.connection), folder, options, own),
        )
        for host, entry in entries.hosts.items()
    ]
    notes: tuple[str, ...] = ()
    if entries.hosts_from:
        more, notes = ansible_hosts(entries.hosts_from, file, folder, {**own, **options})
        hosts += [host for host in more if host.name not in entries.hosts]
    login_s, all_s = entries.connect_timeout_s, entries.deadline_s
    timed = tuple(replace(host, connect_timeout_s=login_s, deadline_s=all_s) for host in hosts)
    limits = entries.limits.model_dump(exclude_unset=True)
    known = sorted({system for host in timed for system in host.systems})
    refuse(
        file.told(("public", system), f"no host carries the system '{system}'; {nearest(system, known)}")
        for system in entries.public
        if system not in known
    )
    url = (entries.runbooks_url or "").rstrip("/")
    return Inventory(name, timed, limits, entries.waivers, file, url, entries.public, notes)


def raw_inventory(
    texts: list[str], systems: Mapping[str, tuple[str, ...]], options: Mapping[str, str], folder: Path
) -> Inventory:
    """Returns the environment `adhoc` of raw testinfra specs that all carry `systems`.

    Their paths are relative to `folder`. Raises ConfigError with a line for each wrong spec.
    """
    refuse(f"--hosts: {problem}" for text in texts for problem in _wrong_with(text))
    specs = [parse_spec(text) for text in texts]
    ansible = [spec for spec in specs if spec.backend == "ansible" and not spec.flag("force_ansible")]
    specs = [spec for spec in specs if spec not in ansible]
    more, notes = expanded(ansible, systems, options, folder)
    names = [*host_names(specs), *(host.name for host in more)]
    twice = [name for index, name in enumerate(names) if name in names[:index]]
    refuse(f"--hosts: '{name}' is named twice; expected each host once" for name in twice)
    hosts = [
        Host(name, spec.text, dict(systems), options_of(spec, folder, options, {}))
        for name, spec in zip(names, specs, strict=False)
    ]
    return Inventory("adhoc", (*hosts, *more), notes=notes)


def _wrong_with(text: str) -> Iterator[str]:
    try:
        parse_spec(text)
    except ValueError as error:
        yield str(error)


def host_names(specs: list[Spec]) -> list[str]:
    """Returns the shortest unique name for each host of raw specs, in their order.

    `ssh://me@web:22` becomes `web:22`, or `me@web:22` when another spec has the same short name, else the whole spec.
    """
    titles = [spec.title for spec in specs]
    logins = [f"{spec.user}@{spec.title}" if spec.user else spec.title for spec in specs]
    ways = (titles, logins, [spec.text.partition("://")[2] for spec in specs])
    return [next((way[n] for way in ways if way.count(way[n]) == 1), spec.text) for n, spec in enumerate(specs)]
