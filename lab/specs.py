"""Which hosts the lab has: a folder each in lab/hosts/, with host.yml, provision.sh and the files that go onto it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab.state import SOURCE, LabError, read

# RFC 2544's range for benchmarks: nobody's address. Another one lets two labs run on one machine.
NETWORK = os.environ.get("RUNBOOK_LAB_NETWORK", "198.18.0")
BRIDGE = f"runbooklab{NETWORK.rpartition('.')[2]}"


@dataclass(frozen=True)
class Spec:
    """A host: what host.yml says of it.

    `number` ends its address, `release` is Debian's, `names` are other names of its, `layers` lie between the base and
    its own, `needs` are hosts that it is of no use without, `secrets` are shared with the hosts that name them too,
    `disks` are small ones.
    `wheels` are Python packages beside those of its requirements.txt: a requirement by the name it is installed under.
    """

    name: str
    number: int
    ready: str
    release: str = "bookworm"
    packages: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    disks: tuple[str, ...] = ()
    wheels: Mapping[str, str] = field(default_factory=dict)

    @property
    def source(self) -> Path:
        """The folder that the host is made from."""
        return SOURCE / self.name

    @property
    def address(self) -> str:
        """The host's address on the lab's bridge."""
        return f"{NETWORK}.{self.number}"

    @property
    def machine(self) -> str:
        """The host's name out here, where its end of the network is called after it: unique among several labs."""
        return f"{self.name}-{BRIDGE.removeprefix('runbooklab')}"


def specs() -> dict[str, Spec]:
    """Returns every host that the lab can boot, by name."""
    found = {}
    for path in sorted(SOURCE.glob("*/host.yml")):
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in read(path).items()
        }
        try:
            found[path.parent.name] = Spec(path.parent.name, **values)
        except TypeError as error:
            raise LabError(f"{path}: {str(error).removeprefix('Spec.__init__() ')}") from None
    return found


def spec(name: str) -> Spec:
    """Returns the host `name`; raises LabError for an unknown one."""
    known = specs()
    if name not in known:
        raise LabError(f"no host '{name}' in the lab; known: {', '.join(known)}")
    return known[name]


def with_needs(names: Iterable[str]) -> list[Spec]:
    """Returns the hosts of these names and all that they need, each once; every host when no name is given."""
    found: dict[str, Spec] = {}
    waiting = list(names) or list(specs())
    while waiting:
        each = spec(waiting.pop(0))
        if each.name not in found:
            found[each.name] = each
            waiting += each.needs
    return list(found.values())
