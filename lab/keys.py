"""SSH keys: one for logging in, one a host, made once, so that a reset host is still the same host."""

from __future__ import annotations

from pathlib import Path

from lab.specs import Spec, specs
from lab.state import folder, run


def key(name: str) -> Path:
    """Returns the private key `name`, made when it is not there yet."""
    path = folder() / "keys" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", f"runbook-lab {name}", "-f", str(path))
    return path


def public(name: str) -> str:
    """Returns the public key of `name`, as it stands in an authorized_keys file."""
    return key(name).with_suffix(".pub").read_text(encoding="ascii")


def write_ssh_config() -> Path:
    """Writes ssh_config and known_hosts for all hosts of the lab; returns the former."""
    config, known = folder() / "ssh_config", folder() / "known_hosts"
    known.write_text("".join(_known(each) for each in specs().values()), encoding="ascii")
    config.write_text("".join(_entry(each, known) for each in specs().values()), encoding="ascii")
    return config


def _known(host: Spec) -> str:
    kind, data = public(f"host-{host.name}").split()[:2]
    return f"{host.name},{host.address} {kind} {data}\n"


def _entry(host: Spec, known: Path) -> str:
    return (
        f"Host {host.name}\n  HostName {host.address}\n  HostKeyAlias {host.name}\n  User deploy\n"
        f"  IdentityFile {key('deploy')}\n  IdentitiesOnly yes\n  UserKnownHostsFile {known}\n"
        "  StrictHostKeyChecking yes\n"
    )
