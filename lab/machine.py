"""This machine: may it run the lab, what does Debian have to install for it first, and how a host is started on it."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from lab.state import LabError, run, say

PACKAGES = {
    "systemd-nspawn": "systemd-container",
    "mmdebstrap": "mmdebstrap",
    "ip": "iproute2",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "nsenter": "util-linux",
    "git": "git",
    "openssl": "openssl",
}
ELSEWHERE = "without it: pytest --hosts=local, or your own host in inventory/"


def require() -> None:
    """Installs what is missing; raises LabError where the lab cannot work."""
    if sys.platform != "linux":
        raise LabError(f"the lab needs Linux, and this is {sys.platform}; {ELSEWHERE}")
    if os.geteuid() != 0:
        raise LabError(f"the lab needs root to boot hosts, and this is user {os.geteuid()}; {ELSEWHERE}")
    if "overlay" not in Path("/proc/filesystems").read_text(encoding="ascii"):
        run("modprobe", "overlay", check=False)
        if "overlay" not in Path("/proc/filesystems").read_text(encoding="ascii"):
            raise LabError(f"this kernel has no overlayfs; {ELSEWHERE}")
    missing = sorted({package for tool, package in PACKAGES.items() if not shutil.which(tool)})
    if not missing:
        return
    if not shutil.which("apt-get"):
        raise LabError(f"{', '.join(missing)} missing, and there is no apt-get to install them; {ELSEWHERE}")
    say(f"installing {', '.join(missing)}")
    install = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing)
    if run(*install, check=False).returncode:
        run("apt-get", "update", "-qq")
        run(*install)


def nspawn(root: Path) -> tuple[str, ...]:
    """Returns the beginning of every systemd-nspawn command: on its own, and with locked memory, which mongod wants."""
    return ("systemd-nspawn", "-q", "-D", str(root), "--register=no", "--keep-unit", "--system-call-filter=@memlock")
