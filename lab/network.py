"""The lab's network: one bridge that leads nowhere else."""

from __future__ import annotations

from pathlib import Path

from lab.specs import BRIDGE, NETWORK, Spec
from lab.state import LabError, folder, run

# What another lab's bridge is told by: the folder that made it is its alias [ip-link(8)].
ALIAS = Path("/sys/class/net", BRIDGE, "ifalias")


def up() -> None:
    """Makes the bridge, or completes a half-made one; raises LabError when it is that of a lab in another folder."""
    if not _is_there():
        run("ip", "link", "add", BRIDGE, "type", "bridge")
    elif not _is_ours():
        raise LabError(
            f"the network {NETWORK}.0/24 is used by the lab in {_owner()}; "
            "expected another one: export RUNBOOK_LAB_NETWORK=198.18.N"
        )
    run("ip", "link", "set", BRIDGE, "alias", str(folder()))
    run("ip", "address", "replace", f"{NETWORK}.1/24", "dev", BRIDGE)
    run("ip", "link", "set", BRIDGE, "up")


def forget(host: Spec) -> None:
    """Takes away a host's end of the bridge that a killed systemd-nspawn left; none there is fine."""
    name = f"vb-{host.machine}"
    if Path("/sys/class/net", name).exists() and _is_ours():
        run("ip", "link", "delete", name, check=False)


def down() -> None:
    """Takes the bridge away; none there is fine, and that of another lab stays."""
    if _is_there() and _is_ours():
        run("ip", "link", "delete", BRIDGE)


def _is_there() -> bool:
    return Path("/sys/class/net", BRIDGE).exists()


def _owner() -> str:
    return ALIAS.read_text(encoding="utf-8", errors="surrogateescape").strip() if _is_there() else ""


def _is_ours() -> bool:
    """Whether this lab made the bridge; one without an owner is half-made, and anybody's."""
    return _owner() in ("", str(folder()))
