"""Hosts: the machines and containers of an environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from engine.config.spec import Spec, parse_spec


@dataclass(frozen=True)
class Host:
    """One machine or container. `connection` is a testinfra host spec; the timeouts are in seconds.

    `systems` has the components that it carries, by system. `options` are those of the spec, the inventory and the
    command line, with absolute paths. `ssh_args` are further arguments for ssh, and `group` is the first group of
    another tool's inventory that names the host.
    """

    name: str
    connection: str
    systems: dict[str, tuple[str, ...]]
    options: Mapping[str, str] = field(default_factory=dict)
    connect_timeout_s: int = 5
    deadline_s: int = 15
    ssh_args: tuple[str, ...] = ()
    group: str = ""

    @cached_property
    def spec(self) -> Spec:
        """The parsed `connection`, with `options`. Raises ValueError."""
        spec = parse_spec(self.connection)
        return replace(spec, options={**spec.options, **self.options})
