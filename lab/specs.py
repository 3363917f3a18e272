"""Which hosts the lab has: a folder each in lab/hosts/, with host.yml, provision.sh and the files that go onto it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import yaml

from lab.state import SOURCE, LabError

# RFC 2544's range for benchmarks: nobody's address. Another one lets two labs run on one machine.
NETWORK = os.environ.get("RUNBOOK_LAB_NETWORK", "198.18.0")
BRIDGE = f"runbooklab{NETWORK.rpartition('.')[2]}"


@dataclass(frozen=True)
class Spec:
    """A host: its address's last number, Debian packages, small disks, and when it is ready.

    `wheels` are Python packages beside those of its requirements.txt: a requirement by the name it is installed under.
    """

    name: str
    number: int
    packages: tuple[str, ...]
    disks: tuple[str, ...]
    ready: str
    wheels: dict[str, str]

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
        entry = yaml.safe_load(path.read_text(encoding="utf-8"))
        name = path.parent.name
        found[name] = Spec(
            name,
            entry["number"],
            tuple(entry["packages"]),
            tuple(entry.get("disks", ())),
            entry["ready"],
            entry.get("wheels", {}),
        )
    return found


def spec(name: str) -> Spec:
    """Returns the host `name`; raises LabError for an unknown one."""
    known = specs()
    if name not in known:
        raise LabError(f"no host '{name}' in the lab; known: {', '.join(known)}")
    return known[name]
