"""Inventories: the hosts of an environment, their connections, and the components that they carry."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Annotated, Any, cast

from pydantic import AfterValidator, Field, create_model, field_validator

from engine.config import found
from engine.config.host import Host
from engine.config.problems import ConfigError, nearest, refuse
from engine.config.settings import FILE, Settings, Words
from engine.config.spec import PATHS, Spec, parse_spec
from engine.config.ways import located, options_of, refused_config, unreadable
from engine.config.yamlfile import YamlFile, yaml_path, yaml_stems
from engine.config.yamltree import Where

# The name of a host appears in pytest's ids, file names and reports. A ':' separates it from the system in a target's
# id, so it must not contain one.
HOST_NAME = re.compile(r"\w[\w.@+-]{0,199}")


def _host_name(name: str) -> str:
    if not HOST_NAME.fullmatch(name):
        raise ValueError(
            "this is not a name for a host; expected letters, digits and . _ - @ +, the address goes under 'connection'"
        )
    return name


class HostEntry(Settings):
    """One host of an inventory."""

    connection: str
    """The way to the host, as a testinfra host spec: `ssh://deploy@web-1.example.net:2222`, `local://`,
    `docker://NAME`. Options follow behind a `?`, such as `?timeout=10`; a password is refused."""
    systems: dict[str, Words] = Field(min_length=1)
    """The components that the host carries, for each system by the name of its folder in `runbooks/`:
    `{shop: [app, redis]}`; a single one may stand without brackets. The operating system (`os`), and components that a
    listed one carries (`carried_by`), need not be named; `[]` stands for the operating system alone."""

    @field_validator("connection")
    @classmethod
    def known_backend(cls, spec: str) -> str:
        return parse_spec(spec).text


class Waiver(Settings):
    """A failure that is accepted until a date."""

    check: str
    """The check whose failure is accepted, as a shell pattern: `postgres.dead_tuples`, `tls.*`."""
    hosts: Words = Field(["*"], min_length=1)
    """The hosts on which it is accepted, as shell patterns of their names in this inventory: `db-*`, or several as
    `[db-*, web-1]`."""
    reason: Annotated[str, Field(min_length=3)]
    """The reason, at least three characters. It is shown beside the failure."""
    expires: date
    """The last day on which the failure is accepted, as YYYY-MM-DD: `2027-01-31`. After it the gate fails again."""


class InventoryFile(Settings):
    """An environment, its hosts and the ways to them: a file `inventory/NAME.yml`, which `--hosts=NAME` selects."""

    model_config = FILE

    hosts: dict[Annotated[str, AfterValidator(_host_name)], HostEntry] = Field(min_length=1)
    """The hosts, by the names that reports show. A name has letters, digits and `. _ - @ +`."""
    ssh_config: str | None = None
    """The ssh_config file for every host, relative to `inventory/`; `none` leaves out the user's own as well. The
    option `--ssh-config` and `?ssh_config=` of a host's `connection` take its place."""
    connect_timeout_s: Annotated[int, Field(ge=1, le=120)] = 5
    """Seconds within which the log-in to a host must succeed, 1 to 120; `?timeout=` of an `ssh://` connection takes
    its place."""
    deadline_s: Annotated[int, Field(ge=2, le=600)] = 15
    """Seconds that one host has to be reached and to answer everything, 2 to 600."""
    runbooks_url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    """The address under which people read the repository of the runbooks: `https://git.example.net/ops/checks/blob/main`.
    Reports then lead to a section there; its path in the repository and its anchor follow."""
    public: dict[str, Annotated[str, Field(pattern=r"^https?://[^\s/?#@]+(/\S*)?$")]] = Field(default={})
    """For a system, by the name of its folder in `runbooks/`, the address at which its users reach it:
    `{shop: "https://shop.example.net/health"}`. It is asked from the machine of the checks, as users' programs ask."""
    limits: Settings
    """Limits of this environment. They take the place of the system's own."""
    waivers: tuple[Waiver, ...] = ()
    """Failures that are accepted until a date. They are shown, and do not fail the gate."""


@cache
def inventory_file() -> type[InventoryFile]:
    """Returns the model of an inventory, whose limits are those of the components, each optional."""
    optional: dict[str, Any] = {
        name: (Annotated[limit.annotation, Field(description=limit.description), *limit.metadata], None)
        for name, limit in found.limits().model_fields.items()
    }
    over = create_model("Limits", __base__=Settings, **optional)
    extra: dict[str, Any] = {"limits": (over, over()), "__doc__": InventoryFile.__doc__}
    return cast(type[InventoryFile], create_model("InventoryFile", __base__=InventoryFile, **extra))


@dataclass(frozen=True)
class Inventory:
    """An environment: its hosts, its waivers, and its limits, which override those of the systems."""

    environment: str
    hosts: tuple[Host, ...]
    limits: dict[str, Any] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    file: YamlFile | None = None
    runbooks_url: str = ""
    public: Mapping[str, str] = field(default_factory=dict)

    def told(self, where: Where, problem: str) -> str:
        """Returns the message about the value at `where`, with its file and line where there is a file."""
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
        understood: set[str | None] = set()
        for host in self.hosts:
            options = host.spec.options
            for name in PATHS:
                if name in options and (problem := unreadable(name, options[name])):
                    yield self.told(self._stands(host, name), f"host '{host.name}': {name}: {problem}")
            config = options.get("ssh_config")
            if host.spec.backend == "ssh" and config not in understood:
                understood.add(config)
                if problem := refused_config(config, host.spec.name):
                    yield self.told(self._stands(host, "ssh_config"), f"host '{host.name}': {problem}")

    @staticmethod
    def _stands(host: Host, option: str) -> Where:
        return ("hosts", host.name, "connection") if option in parse_spec(host.connection).options else (option,)


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
        example = folder / f"{name}.example"
        start = f"; start from {folder.name}/{yaml_path(example).name}" if example in stems else ""
        raise ConfigError(
            f"no environment '{name}': {folder.name}/{name}.yml does not exist; "
            f"{nearest(name, environments(folder))}{start}"
        )
    path = yaml_path(folder / name)
    file = YamlFile(path, f"{folder.name}/{path.name}")
    file.expand(environ)
    entries = file.validate(inventory_file())
    own = {"ssh_config": located("ssh_config", entries.ssh_config, folder)} if entries.ssh_config else {}
    hosts = tuple(
        Host(
            name=host,
            connection=entry.connection,
            systems={system: tuple(components) for system, components in entry.systems.items()},
            options=options_of(parse_spec(entry.connection), folder, options, own),
            connect_timeout_s=entries.connect_timeout_s,
            deadline_s=entries.deadline_s,
        )
        for host, entry in entries.hosts.items()
    )
    limits = entries.limits.model_dump(exclude_unset=True)
    known = sorted({system for host in hosts for system in host.systems})
    refuse(
        file.told(("public", system), f"no host carries the system '{system}'; {nearest(system, known)}")
        for system in entries.public
        if system not in known
    )
    url = (entries.runbooks_url or "").rstrip("/")
    return Inventory(name, hosts, limits, entries.waivers, file, url, entries.public)


def raw_inventory(
    texts: list[str], systems: Mapping[str, tuple[str, ...]], options: Mapping[str, str], folder: Path
) -> Inventory:
    """Returns the environment `adhoc` of raw testinfra specs that all carry `systems`.

    Their paths are relative to `folder`. Raises ConfigError with a line for each wrong spec.
    """
    refuse(f"--hosts: {problem}" for text in texts for problem in _wrong_with(text))
    specs = [parse_spec(text) for text in texts]
    names = host_names(specs)
    twice = [name for index, name in enumerate(names) if name in names[:index]]
    refuse(f"--hosts: '{name}' is named twice; expected each host once" for name in twice)
    hosts = (
        Host(name, spec.text, dict(systems), options_of(spec, folder, options, {}))
        for name, spec in zip(names, specs, strict=True)
    )
    return Inventory("adhoc", tuple(hosts))


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
