"""The lab's network: one bridge that leads nowhere else."""

from __future__ import annotations

from pathlib import Path

from lab.specs import BRIDGE, NETWORK, Spec
from lab.state import run


def up() -> None:
    """Makes the bridge, or completes a half-made one."""
    if not Path("/sys/class/net", BRIDGE).exists():
        run("ip", "link", "add", BRIDGE, "type", "bridge")
    run("ip", "address", "replace", f"{NETWORK}.1/24", "dev", BRIDGE)
    run("ip", "link", "set", BRIDGE, "up")


def forget(host: Spec) -> None:
    """Takes away a host's end of the bridge that a killed systemd-nspawn left; none there is fine."""
    name = f"vb-{host.machine}"
    if Path("/sys/class/net", name).exists():
        run("ip", "link", "delete", name, check=False)


def down() -> None:
    """Takes the bridge away; none there is fine."""
    if Path("/sys/class/net", BRIDGE).exists():
        run("ip", "link", "delete", BRIDGE)
