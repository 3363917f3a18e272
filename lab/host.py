"""A host: booted on an overlay of its image, entered without SSH, stopped without a trace."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from lab import image, mounts, network
from lab.machine import nspawn
from lab.specs import BRIDGE, Spec
from lab.state import LabError, folder, run, say

STOP_S = 20
# pipefail: jq succeeds on the empty output of a curl that failed.
SHELL = ("/bin/bash", "-o", "pipefail", "-c")
# A host knows nothing of this machine's environment: a proxy or a package index of ours is not its own.
CLEAN = (
    "env", "-i", "HOME=/root", "LANG=C.UTF-8", "TERM=dumb",
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
)  # fmt: skip


def _home(host: Spec) -> Path:
    return folder() / "hosts" / host.name


def root(host: Spec) -> Path:
    """Returns where the host's filesystem is mounted while it is up."""
    return _home(host) / "root"


def nspawn_pid(host: Spec) -> int | None:
    """Returns the pid of the host's systemd-nspawn, found by its command line: no pid file that could be lost."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            arguments = path.read_bytes().split(b"\0")
            if arguments[0].endswith(b"systemd-nspawn") and os.fsencode(root(host)) in arguments:
                return int(path.parent.name)
    return None


def leader(host: Spec) -> int | None:
    """Returns the pid, out here, of the host's own process 1; it may outlive a systemd-nspawn that was killed."""
    upper = os.fsencode(f"upperdir={_home(host) / 'upper'},")
    for path in Path("/proc").glob("[0-9]*/comm"):
        with suppress(OSError):
            process = path.parent
            mine = path.read_bytes() == b"systemd\n" and upper in (process / "mountinfo").read_bytes()
            if mine and re.search(rb"^NSpid:.*\t1$", (process / "status").read_bytes(), re.MULTILINE):
                return int(process.name)
    return None


def enter(host: Spec, *command: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Runs a command as root in the host's namespaces: it works when its network or sshd does not."""
    pid = leader(host)
    if pid is None:
        raise LabError(f"{host.name} is not up; expected 'python -m lab up' first")
    return run("nsenter", "-t", str(pid), "-a", "--", *CLEAN, *command, timeout=timeout, check=False)


def boot(host: Spec) -> None:
    """Boots the host on what it had, or fresh from its image when the image is another one."""
    if leader(host) is not None and nspawn_pid(host) is not None and _same_image(host):
        return
    lower = image.layers(host)
    stop(host)
    home = _home(host)
    if not _same_image(host):
        shutil.rmtree(home, ignore_errors=True)
    mounts.mount_overlay(root(host), lower, home / "upper", home / "work")
    (home / "image").write_text(lower[0].name, encoding="ascii")
    disks = [f"--tmpfs={disk}" for disk in host.disks]
    log = (home / "console.log").open("wb")
    subprocess.Popen(
        [
            *nspawn(root(host)), "-b", f"--machine={host.machine}", f"--hostname={host.name}",
            f"--network-bridge={BRIDGE}", "--console=pipe", *disks,
        ],
        stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
    )  # fmt: skip


def _same_image(host: Spec) -> bool:
    mark = _home(host) / "image"
    return mark.exists() and mark.read_text(encoding="ascii") == image.layers(host)[0].name


# Hosts that boot at the same time share a tree of control groups, and systemd may lose a race for one of them (status
# 219/CGROUP). Where it was the unit that lets people log in, nobody can: it gets another start.
LOGINS = "[ ! -e /run/nologin ] || systemctl restart systemd-user-sessions; [ ! -e /run/nologin ]"

# What a killed host leaves to the kernel to take away, such as its end of the bridge, may still be there at the next
# boot, which ends at once then.
BOOTS = 3


def wait(host: Spec, timeout: float = 90) -> None:
    """Waits until the host's own readiness command succeeds; raises LabError when it does not in time."""
    deadline, boots = time.monotonic() + timeout, BOOTS
    done = None
    while time.monotonic() < deadline:
        if leader(host) is not None:
            done = enter(host, *SHELL, f"{{ {host.ready}; }} && {{ {LOGINS}; }}")
            if done.returncode == 0:
                return
        elif nspawn_pid(host) is None:
            boots -= 1
            if not boots:
                raise LabError(f"{host.name} does not boot: {_last_words(host)}")
            time.sleep(1)
            boot(host)
        time.sleep(0.3)
    words = " ".join((done.stdout + done.stderr).split())[-200:] if done else "it did not boot"
    raise LabError(f"{host.name} is not ready after {timeout:g} s: {words}; see {_home(host) / 'console.log'}")


def _last_words(host: Spec) -> str:
    log = _home(host) / "console.log"
    said = log.read_text(encoding="utf-8", errors="replace").split() if log.exists() else []
    return f"{' '.join(said)[-200:] or 'systemd-nspawn ended without a word'}; see {log}"


def stop(host: Spec) -> None:
    """Shuts the host down and takes its mounts and its network away; one that is not up is fine."""
    pid, inner = nspawn_pid(host), leader(host)
    if inner is not None:
        _signal(inner, signal.SIGCONT if pid is not None else signal.SIGKILL)
    if pid is not None:
        _signal(pid, signal.SIGTERM)
    for each in (pid, inner):
        if each is not None and not _ended(each, STOP_S):
            say(f"{host.name} does not shut down; ending it")
            _signal(inner or each, signal.SIGKILL)
            _ended(each, STOP_S)
    mounts.release(root(host))
    network.forget(host)


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _ended(pid: int, timeout: float) -> bool:
    """Waits until the process is gone; returns whether it is."""
    deadline = time.monotonic() + timeout
    while _state(pid) != "Z":
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _state(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0].decode("ascii")
    return "Z"


def discard(host: Spec) -> None:
    """Stops the host and throws away everything that it wrote."""
    stop(host)
    shutil.rmtree(_home(host), ignore_errors=True)
