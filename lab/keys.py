"""What the lab's hosts know each other by: SSH keys, shared secrets and a certificate authority, each made once.

They outlive images, so that a reset host is still the same host, and so that hosts made apart fit together.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from lab.specs import Spec, specs
from lab.state import folder, run


def _path(name: str) -> Path:
    path = folder() / "keys" / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def key(name: str) -> Path:
    """Returns the private SSH key `name`, made when it is not there yet."""
    path = _path(name)
    if not path.exists():
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", f"runbook-lab {name}", "-f", str(path))
    return path


def public(name: str) -> str:
    """Returns the public key of `name`, as it stands in an authorized_keys file."""
    return key(name).with_suffix(".pub").read_text(encoding="ascii")


def secret(name: str) -> str:
    """Returns the secret `name`: hexadecimal, so that it may stand in a URL and in a MongoDB key file."""
    path = _path(f"secret-{name}")
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(24), encoding="ascii")
    return path.read_text(encoding="ascii")


def authority() -> tuple[str, str]:
    """Returns the key and the certificate of the lab's own certificate authority, as PEM."""
    private, certificate = _path("authority.key"), _path("authority.crt")
    if not certificate.exists():
        run(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc",
            "-keyout", str(private), "-out", str(certificate), "-days", "3650", "-subj", "/CN=Runbook lab CA",
        )  # fmt: skip
    return private.read_text(encoding="ascii"), certificate.read_text(encoding="ascii")


def write_ssh_config() -> Path:
    """Writes ssh_config and known_hosts for all hosts of the lab; returns the former."""
    config, known = folder() / "ssh_config", folder() / "known_hosts"
    _replace(known, "".join(_known(each) for each in specs().values()))
    _replace(config, "".join(_entry(each, known) for each in specs().values()))
    return config


def _replace(path: Path, text: str) -> None:
    """Writes a file whole or not at all: a gate may read it at this moment."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(text, encoding="ascii")
    part.replace(path)


def _known(host: Spec) -> str:
    kind, data = public(f"host-{host.name}").split()[:2]
    return f"{host.name},{host.address} {kind} {data}\n"


def _entry(host: Spec, known: Path) -> str:
    return (
        f"Host {host.name}\n  HostName {host.address}\n  HostKeyAlias {host.name}\n  User deploy\n"
        f"  IdentityFile {key('deploy')}\n  IdentitiesOnly yes\n  UserKnownHostsFile {known}\n"
        "  StrictHostKeyChecking yes\n"
    )
