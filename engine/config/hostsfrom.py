"""Hosts that another tool's inventory lists: those of Ansible's groups, as hosts of ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from engine.config.ansible import AnsibleInventory, ask
from engine.config.ansiblehost import PASSWORDS, way_to
from engine.config.host import Host
from engine.config.inventoryfile import HostsFrom, host_name
from engine.config.problems import ConfigError, refuse
from engine.config.spec import Spec, parse_spec
from engine.config.ways import located, options_of
from engine.config.yamlfile import YamlFile

Found = tuple[list[Host], tuple[str, ...]]


def ansible_hosts(asked: HostsFrom, file: YamlFile, folder: Path, options: Mapping[str, str]) -> Found:
    """Returns the hosts of the groups in an inventory file, and notes for the user about them.

    `options` are those that all hosts have. Raises ConfigError with a line of `file` for each mistake.
    """
    try:
        inventory = ask(Path(located("ansible_inventory", asked.ansible, folder)))
    except ConfigError as error:
        refuse(file.told(("hosts_from", "ansible"), str(line)) for line in error.args)
        raise
    hosts: dict[str, Host] = {}
    mistakes: list[str] = []
    for group, systems in asked.groups.items():
        carried = {system: tuple(components) for system, components in systems.items()}
        try:
            for host in _hosts(inventory, group, carried, options):
                hosts[host.name] = _both(hosts[host.name], host) if host.name in hosts else host
        except ValueError as error:
            mistakes.append(file.told(("hosts_from", "groups", group), str(error)))
    refuse(mistakes)
    return list(hosts.values()), _notes(inventory, hosts)


def expanded(
    specs: Iterable[Spec], systems: Mapping[str, tuple[str, ...]], options: Mapping[str, str], folder: Path
) -> Found:
    """Returns the hosts of specs such as `ansible://web`, and notes for the user; all hosts carry `systems`.

    The inventory is that of the spec, else of `options`, else Ansible's own. Raises ConfigError with one line.
    """
    hosts: dict[str, Host] = {}
    notes: tuple[str, ...] = ()
    for spec in specs:
        own = options_of(spec, folder, options, {})
        source = own.pop("ansible_inventory", None)
        try:
            inventory = ask(Path(source) if source else None)
            found = list(_hosts(inventory, spec.name, dict(systems), {**options, **own}))
        except (ConfigError, ValueError) as error:
            raise ConfigError(f"--hosts={spec.text}: {error}") from None
        hosts |= {host.name: host for host in found}
        notes += _notes(inventory, [host.name for host in found])
    return list(hosts.values()), tuple(dict.fromkeys(notes))


def _hosts(
    inventory: AnsibleInventory, group: str, systems: dict[str, tuple[str, ...]], options: Mapping[str, str]
) -> Iterator[Host]:
    """Yields the hosts of a group. Raises ValueError, which names the host, for one that cannot be reached."""
    for name in inventory.hosts(group):
        try:
            way = way_to(name, inventory.variables.get(name, {}), inventory.folder)
            spec = parse_spec(way.connection)
            own = options_of(spec, inventory.folder, options, {})
            yield Host(host_name(name), way.connection, systems, own, ssh_args=way.ssh_args, group=group)
        except ValueError as error:
            raise ValueError(f"host '{name}': {error}") from None


def _both(one: Host, other: Host) -> Host:
    """Returns the host with what two of its groups carry."""
    systems = {**other.systems, **one.systems}
    for system in one.systems.keys() & other.systems.keys():
        systems[system] = tuple(dict.fromkeys([*one.systems[system], *other.systems[system]]))
    return replace(one, systems=systems)


def _notes(inventory: AnsibleInventory, hosts: Iterable[str]) -> tuple[str, ...]:
    having = [name for name in hosts if not PASSWORDS.isdisjoint(inventory.variables.get(name, ()))]
    if not having:
        return ()
    more = f" and {len(having) - 3} more" if len(having) > 3 else ""
    words = "a key logs in, and sudo asks for none (docs/access.md)"
    return (f"passwords of Ansible's inventory are not used ({', '.join(having[:3])}{more}): {words}",)
