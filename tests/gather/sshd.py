"""SSH servers of our own on a host of the lab, each with its settings and its user, beside the one that it has."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from engine.config.host import Host
from engine.gather.transport import Connection, connect
from lab import host as machines
from lab.specs import spec
from lab.state import folder

HOST = "santas-1"
USER = "test-ssh"
HOME = "/run/test-ssh"
_PORTS = count(2201)
SERVER = """
Port {port}
HostKey /etc/ssh/ssh_host_ed25519_key
PidFile none
UsePAM yes
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
AuthorizedKeysFile /run/test-ssh/.ssh/authorized_keys /home/%u/.ssh/authorized_keys
Subsystem sftp internal-sftp
"""


def root(script: str) -> str:
    """Runs a script as root on the host; returns what it said."""
    done = machines.enter(spec(HOST), *machines.SHELL, script)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def user(shell: str = "/bin/bash", setup: str = "") -> Iterator[str]:
    """A user of the host with this log-in shell, and the key of the checks; `setup` is run as root."""
    key = shlex.quote((folder() / "keys" / "deploy.pub").read_text(encoding="ascii").strip())
    try:
        root(
            f"mkdir -p {HOME}/.ssh && echo {key} > {HOME}/.ssh/authorized_keys && "
            f"{{ id {USER} >/dev/null 2>&1 || useradd -M -N -d {HOME} {USER}; }} && usermod -s {shell} {USER} && "
            f"chown -R {USER} {HOME} && {{ {setup or ':'}\n}}"
        )
        yield USER
    finally:
        root(f"pkill -KILL -u {USER}; sleep 0.2; userdel -f {USER} 2>/dev/null; rm -rf {HOME}")


@dataclass(frozen=True)
class Server:
    """A running server; `config` is an ssh_config by which it is `web`."""

    port: int
    config: Path

    def connection(self, tmp: Path, way: str = f"ssh://{USER}@web", **options: str) -> Connection:
        """A connection to it that was not opened yet."""
        return connect(Host("web", way, {}, {"ssh_config": str(self.config), "timeout": "5", **options}), tmp)


@contextmanager
def sshd(tmp: Path, *settings: str, client: str = "", name: str = "web", key: bool = True) -> Iterator[Server]:
    """A server with these settings over the usual ones; `client` goes into the ssh_config, before what is the lab's."""
    port = next(_PORTS)
    text = "\n".join([*settings, SERVER.format(port=port)])
    file, unit = f"/run/test-sshd-{port}.conf", f"test-sshd-{port}"
    # A shell that hears no signal must not keep its server waiting for its end.
    start = f"systemd-run -qG -p TimeoutStopSec=1 --unit={unit} /usr/sbin/sshd -D -e -f {file}"
    root(f"printf %s {shlex.quote(text)} > {file}; {start}")
    config = tmp / f"config-{name[:40]}"
    config.write_text(f"Host {name}\n{client}\n{entry(port, key=key)}", encoding="utf-8")
    try:
        root(f"for _ in $(seq 50); do ss -Hltn sport = {port} | grep -q . && exit 0; sleep 0.1; done; exit 1")
        yield Server(port, config)
    finally:
        root(f"systemctl stop {unit}; rm -f {file}")


def entry(port: int, address: str = "", *, key: bool = True) -> str:
    """The lines of an ssh_config that lead to a server of the host, with the key of the checks or without."""
    identity = f"  IdentityFile {folder()}/keys/deploy\n" if key else ""
    return (
        f"  HostName {address or spec(HOST).address}\n  Port {port}\n  HostKeyAlias {HOST}\n{identity}"
        f"  IdentitiesOnly yes\n  UserKnownHostsFile {folder()}/known_hosts\n  StrictHostKeyChecking yes\n"
    )
