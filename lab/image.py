"""Images: a Debian base that all hosts share, and a layer a host, rebuilt when what they are made from changes."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from lab import keys, mounts
from lab.specs import Spec, specs
from lab.state import SOURCE, folder, run, say
from lab.wheels import wheels

RELEASE = "bookworm"
BASE = (
    "systemd", "systemd-sysv", "dbus", "openssh-server", "iproute2", "iputils-ping", "procps", "sudo", "python3",
    "python3-venv", "nftables", "git", "jq", "curl", "ca-certificates", "less",
)  # fmt: skip
COMMON = SOURCE.parent / "common.sh"


def _digest(*parts: str | Path) -> str:
    found = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            for path in sorted(p for p in part.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
                found.update(str(path.relative_to(part)).encode() + b"\0" + path.read_bytes())
        else:
            found.update(part.encode() + b"\0")
    return found.hexdigest()[:16]


def packages() -> tuple[str, ...]:
    """Returns every Debian package of the base: one base serves all hosts, so it is built once."""
    return tuple(sorted({*BASE, *(package for each in specs().values() for package in each.packages)}))


def base() -> Path:
    """Returns the base image's folder, building it when it is not there for just these packages."""
    path = folder() / "images" / f"base-{_digest(RELEASE, *packages())}"
    if not path.exists():
        say(f"building the Debian {RELEASE} base with {len(packages())} packages (about a minute)")
        building = _fresh(path)
        run("mmdebstrap", "--quiet", "--variant=apt", f"--include={','.join(packages())}", RELEASE, str(building))
        building.rename(path)
    return path


def layers(host: Spec) -> tuple[Path, ...]:
    """Returns what the host's root is made of, the uppermost first; what is not there yet is built."""
    return layer(host), wheels(host), base()


def layer(host: Spec) -> Path:
    """Returns the layer that makes the base this host, building it when it is not there for just these files."""
    lower = base()
    digest = _digest(lower.name, COMMON.read_text(encoding="utf-8"), host.source, keys.public("deploy"))
    path = folder() / "images" / f"{host.name}-{digest}"
    if not path.exists():
        say(f"making {host.name} (some minutes the first time)")
        building = _fresh(path)
        _provision(host, (wheels(host), lower), building)
        building.rename(path)
        _forget_older(host, path)
    return path


def _fresh(path: Path) -> Path:
    """A folder to build in: only a finished image gets its name, so a killed build is never taken for one."""
    building = path.with_name(path.name + ".building")
    mounts.release(building.with_suffix(".root"))
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    return building


def _provision(host: Spec, lower: tuple[Path, ...], upper: Path) -> None:
    root, work = upper.with_suffix(".root"), upper.with_suffix(".work")
    with mounts.overlay(root, lower, upper, work):
        run(
            "systemd-nspawn", "-q", "-D", str(root), "--register=no", "--keep-unit", "--pipe", "--as-pid2",
            f"--bind-ro={SOURCE.parent}:/mnt/lab", "--private-network",
            f"--setenv=HOST={host.name}", f"--setenv=ADDRESS={host.address}",
            f"--setenv=DEPLOY_KEY={keys.public('deploy').strip()}",
            "/bin/sh", "-eu", "-c", f". /mnt/lab/common.sh; . /mnt/lab/hosts/{host.name}/provision.sh",
        )  # fmt: skip
        hostkey = keys.key(f"host-{host.name}")
        for source, mode in ((hostkey, 0o600), (hostkey.with_suffix(".pub"), 0o644)):
            target = root / "etc/ssh" / f"ssh_host_ed25519_key{source.suffix}"
            shutil.copyfile(source, target)
            target.chmod(mode)


def _forget_older(host: Spec, current: Path) -> None:
    for path in current.parent.glob(f"{host.name}-*"):
        if path != current and not path.name.endswith((".building", ".root", ".work")):
            shutil.rmtree(path, ignore_errors=True)
