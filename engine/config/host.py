"""A host: one machine or container of an environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from engine.config.spec import Spec, parse_spec


@dataclass(frozen=True)
class Host:
    """One machine or container: `connection` is a testinfra host spec, times are seconds.

    `options` are those of the spec and of the command line, with paths that are absolute.
    """

    name: str
    connection: str
    systems: dict[str, tuple[str, ...]]
    options: Mapping[str, str] = field(default_factory=dict)
    connect_timeout_s: int = 5
    deadline_s: int = 15

    @cached_property
    def spec(self) -> Spec:
        """The way to it: `connection` taken apart, with `options`. Raises ValueError."""
        spec = parse_spec(self.connection)
        return replace(spec, options={**spec.options, **self.options})
