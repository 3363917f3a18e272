"""The user's own ssh configuration stays in force for all that is not ours, and ours reaches nobody else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.config.host import Host
from engine.gather.fact import FactError
from engine.gather.transport import connect
from tests.conftest import ROOT
from tests.gather.sshd import USER, entry, root, sshd, user

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("_user")]


@pytest.fixture(autouse=True)
def _user() -> Iterator[None]:
    with user():
        yield


def who(config: Path, tmp: Path, way: str, **options: str) -> str:
    """Logs in and returns what the host says of it."""
    connection = connect(Host("web", way, {}, {"ssh_config": str(config), "timeout": "5", **options}), tmp)
    try:
        connection.open()
        stdout, stderr = connection.run('id -un; echo $SSH_CONNECTION; echo "[$SSH_AUTH_SOCK$DISPLAY]"; tty')
        assert stderr == b""
        return stdout.decode()
    finally:
        connection.close()


@pytest.mark.parametrize(
    "line",
    [
        "RemoteCommand echo never",
        "RequestTTY force",
        "LocalForward 127.0.0.1:22 127.0.0.1:22\n  ExitOnForwardFailure yes",
        "RemoteForward 1 127.0.0.1:1\n  ExitOnForwardFailure yes",
        "DynamicForward 127.0.0.1:1",
        "ControlMaster auto\n  ControlPath TMP/%C\n  ControlPersist 60",
        "PermitLocalCommand yes\n  LocalCommand touch TMP/local-command",
        "ForwardAgent yes\n  ForwardX11 yes\n  ForwardX11Trusted yes",
        "SendEnv *",
        "SetEnv LC_ALL=C",
        "LogLevel QUIET",
        "LogLevel DEBUG3",
        "StdinNull yes",
        "SessionType none",
        "SessionType subsystem",
        "ForkAfterAuthentication yes",
        "BatchMode no\n  NumberOfPasswordPrompts 9",
        "ConnectTimeout 300\n  ConnectionAttempts 1\n  ServerAliveInterval 1",
        "EscapeChar x",
        "VisualHostKey yes",
        "Compression yes",
        "HashKnownHosts yes\n  UpdateHostKeys no",
        "IgnoreUnknown UseKeychain\n  UseKeychain yes",
        "CanonicalizeHostname yes",
    ],
)  # fmt: skip
def test_what_a_user_may_have_configured(line: str, tmp_path: Path) -> None:
    """Options that would change the session, or something on the host, are ours; nothing of them gets in the way."""
    with sshd(tmp_path, client=f"  {line.replace('TMP', str(tmp_path))}") as server:
        said = who(server.config, tmp_path, f"ssh://{USER}@web")
    assert said.splitlines()[0] == USER
    assert said.splitlines()[2:] == ["[]", "not a tty"]
    assert not (tmp_path / "local-command").exists()
    assert not list(tmp_path.glob("[0-9a-f]" * 40)), "a master of the user's own was left"


def test_the_bastion_is_asked_with_its_own_user_port_and_key(tmp_path: Path, keys: dict[str, Path]) -> None:
    """User, port, key and options of a spec are the host's alone; the bastion has its own."""
    bastion = sshd(tmp_path, "AllowUsers deploy", name="bastion", client="  User deploy")
    host = sshd(tmp_path, f"AllowUsers {USER}", "MaxSessions 1\nAuthorizedKeysFile /run/test-ssh/.ssh/only")
    public = keys["OTHER"].with_suffix(".pub").read_text(encoding="ascii").strip()
    root(f"echo '{public}' > /run/test-ssh/.ssh/only")
    with bastion as first, host as server:
        config = tmp_path / "both"
        jump = f"Host web\n  ProxyJump bastion\n{entry(1, '127.0.0.1', key=False)}"
        config.write_text(f"{first.config.read_text(encoding='utf-8')}{jump}", encoding="utf-8")
        way = f"ssh://{USER}@web:{server.port}"
        said = who(config, tmp_path, way, ssh_identity_file=str(keys["OTHER"]))
        assert said.splitlines()[:2][0] == USER
        assert said.splitlines()[1].startswith("127.0.0.1 ")
        # And a bastion that refuses is named.
        config.write_text(config.read_text(encoding="utf-8").replace("User deploy", "User nobody"), encoding="utf-8")
        with pytest.raises(FactError, match="nobody@") as error:
            who(config, tmp_path, way, ssh_identity_file=str(keys["OTHER"]))
        assert error.value.fact == "login"


@pytest.mark.parametrize("length", [1, 57, 94, 250])
def test_a_name_may_be_long(length: int, tmp_path: Path) -> None:
    """A socket's path ends at 108 bytes: names of hosts are no part of it."""
    name = "h" * length
    with sshd(tmp_path, name=name) as server:
        assert who(server.config, tmp_path, f"ssh://{USER}@{name}").startswith(USER)


@pytest.mark.parametrize("folder", ["x" * 73, "x" * 200, "a b", "%h%%", "ü", "it's"])
def test_the_temporary_folder_may_be_any(folder: str, tmp_path: Path) -> None:
    """Where it is too deep for a socket, a shorter one is taken, as private; nothing is left of it."""
    deep = tmp_path / folder
    deep.mkdir()
    before = set(Path(tempfile.gettempdir()).glob("rc-*"))
    with sshd(tmp_path) as server:
        assert who(server.config, deep, f"ssh://{USER}@web").startswith(USER)
    assert set(Path(tempfile.gettempdir()).glob("rc-*")) <= before
    assert not list(deep.iterdir())


@pytest.mark.parametrize(
    ("query", "expected"),
    [("", USER), ("?sudo=true", "root"), ("?sudo=true&sudo_user=deploy", "deploy"), ("?timeout=9", USER)],
)
def test_options_of_a_spec_are_honoured(query: str, expected: str, tmp_path: Path) -> None:
    """sudo asks for no password, and is another user's where that is wanted."""
    sudoers = "/etc/sudoers.d/test-ssh"
    root(f"echo '{USER} ALL=(ALL) NOPASSWD: ALL' > {sudoers}")
    try:
        with sshd(tmp_path) as server:
            connection = server.connection(tmp_path, f"ssh://{USER}@web{query}")
            connection.open()
            assert connection.run("id -un") == (f"{expected}\n".encode(), b"")
            connection.close()
    finally:
        root(f"rm -f {sudoers}")


def test_sudo_without_the_right(tmp_path: Path) -> None:
    """sudo that would ask for a password is told in its own words, at once."""
    with sshd(tmp_path) as server:
        connection = server.connection(tmp_path, f"ssh://{USER}@web?sudo=true")
        with pytest.raises(FactError, match="sudo: a password is required") as error:
            connection.open()
        connection.close()
    assert error.value.fact == "shell"


HELD = """
import sys, time
from pathlib import Path
from engine.config.host import Host
from engine.gather.transport import connect
connection = connect(Host("web", sys.argv[1], {}, {"ssh_config": sys.argv[2]}), Path(sys.argv[3]))
connection.open()
print("open", flush=True)
connection.run("trap '' HUP TERM INT PIPE; sleep 300")
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL])
def test_the_master_never_outlives_the_run(number: signal.Signals, tmp_path: Path) -> None:
    """However this process ends, its client ends with it, even while a command on the host hangs and hears nothing."""
    with sshd(tmp_path) as server:
        command = [sys.executable, "-c", HELD, f"ssh://{USER}@web", str(server.config), str(tmp_path)]
        holder = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert holder.stdout
        assert holder.stdout.readline() == b"open\n"
        assert masters(server.config)
        time.sleep(0.3)
        os.kill(holder.pid, number)
        holder.wait(10)
        deadline = time.monotonic() + 5
        while masters(server.config) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not masters(server.config)
        holder.stdout.close()


def masters(config: Path) -> list[int]:
    """The ssh clients that use this configuration."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0] == b"ssh" and os.fsencode(config) in words:
            found.append(int(path.parent.name))
    return found
