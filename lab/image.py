"""Images: a base for each Debian release, and layers over it, rebuilt when what they are made from changes."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from lab import keys, mounts
from lab.machine import nspawn
from lab.specs import Spec, specs
from lab.state import SOURCE, folder, run, say
from lab.wheels import wheels

BASE = (
    "systemd", "systemd-sysv", "dbus", "openssh-server", "iproute2", "iputils-ping", "procps", "sudo", "python3",
    "python3-venv", "nftables", "git", "jq", "curl", "ca-certificates", "less",
)  # fmt: skip
LAB = SOURCE.parent
COMMON = ("common.sh", "certificate.sh")


def _digest(*parts: str | Path) -> str:
    found = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            for path in sorted(p for p in part.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
                found.update(os.fsencode(path.relative_to(part)) + b"\0" + path.read_bytes())
        else:
            found.update(part.encode() + b"\0")
    return found.hexdigest()[:16]


def packages(release: str) -> tuple[str, ...]:
    """Returns every Debian package of a release's base: one base serves all its hosts, so it is built once."""
    hosts = [each for each in specs().values() if each.release == release]
    return tuple(sorted({*BASE, *(package for each in hosts for package in each.packages)}))


def base(release: str) -> Path:
    """Returns the base image's folder, building it when it is not there for just these packages."""
    included = packages(release)
    path = folder() / "images" / f"base-{_digest(release, *included)}"
    if not path.exists():
        say(f"building the Debian {release} base with {len(included)} packages (about a minute)")
        building = _fresh(path)
        include = f"--include={','.join(included)}"
        run("mmdebstrap", "--quiet", "--variant=apt", include, release, str(building), tied=True)
        building.rename(path)
    return path


def layers(host: Spec) -> tuple[Path, ...]:
    """Returns the host's image, the topmost layer first, building what is not there for just these files."""
    lower: tuple[Path, ...] = (base(host.release),)
    for name in host.layers:
        source = LAB / "layers" / name
        lower = (*wheels(name, source, {}), *lower)
        lower = (_layer(name, source, lower, "", {}), *lower)
    lower = (*wheels(host.name, host.source, host.wheels), *lower)
    common = "\0".join((LAB / name).read_text(encoding="utf-8") for name in COMMON)
    return (_layer(host.name, host.source, lower, common, _environment(host)), *lower)


def _environment(host: Spec) -> dict[str, str]:
    """What provisioning is told: by the environment, which no other user can read."""
    authority_key, authority = keys.authority()
    known = "".join(f"{each.address} {' '.join((each.name, *each.names))}\n" for each in specs().values())
    return {
        "HOST": host.name,
        "ADDRESS": host.address,
        "HOSTS": known,
        "DEPLOY_KEY": keys.public("deploy").strip(),
        "AUTHORITY": authority,
        "AUTHORITY_KEY": authority_key,
        **{name: keys.secret(name) for name in host.secrets},
    }


def _layer(name: str, source: Path, lower: tuple[Path, ...], common: str, environment: Mapping[str, str]) -> Path:
    digest = _digest(
        *(path.name for path in lower), common, source, *(f"{key}={value}" for key, value in environment.items())
    )
    path = folder() / "images" / f"{name}-{digest}"
    if not path.exists():
        say(f"making {name} (some minutes the first time)")
        building = _fresh(path)
        _provision(name, source, lower, building, environment)
        building.rename(path)
        _forget_older(name, path)
    return path


def _fresh(path: Path) -> Path:
    """A folder to build in: only a finished image gets its name, so a killed build is never taken for one."""
    building = path.with_name(path.name + ".building")
    mounts.release(building.with_suffix(".root"))
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    return building


def _provision(name: str, source: Path, lower: tuple[Path, ...], upper: Path, environment: Mapping[str, str]) -> None:
    root, work = upper.with_suffix(".root"), upper.with_suffix(".work")
    is_host = "HOST" in environment
    script = f". /mnt/lab/{source.relative_to(LAB)}/provision.sh"
    with mounts.overlay(root, lower, upper, work):
        run(
            *nspawn(root), "--pipe", "--as-pid2",
            f"--bind-ro={LAB}:/mnt/lab", "--private-network",
            *(f"--setenv={key}" for key in environment),
            "/bin/sh", "-eu", "-c", f". /mnt/lab/common.sh; {script}" if is_host else script,
            more=environment,
            tied=True,
        )  # fmt: skip
        if is_host:
            _put_host_key(name, root)


def _put_host_key(name: str, root: Path) -> None:
    hostkey = keys.key(f"host-{name}")
    for source, mode in ((hostkey, 0o600), (hostkey.with_suffix(".pub"), 0o644)):
        target = root / "etc/ssh" / f"ssh_host_ed25519_key{source.suffix}"
        shutil.copyfile(source, target)
        target.chmod(mode)


def _forget_older(name: str, current: Path) -> None:
    for path in current.parent.glob(f"{name}-*"):
        if path != current and not mounts.used(path):
            mounts.release(path)
            shutil.rmtree(path, ignore_errors=True)
