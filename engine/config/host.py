"""A host: one machine or container of an environment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Host:
    """One machine or container: `connection` is a testinfra host spec, times are seconds."""

    name: str
    connection: str
    systems: dict[str, tuple[str, ...]]
    ssh_config: str | None = None
    connect_timeout_s: int = 5
    deadline_s: int = 15
