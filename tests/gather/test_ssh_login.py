"""Log-ins over real SSH servers: what works, and in whose words it is told what does not."""

from __future__ import annotations

import shlex
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.gather.fact import FactError
from lab.specs import spec
from tests.gather.sshd import HOME, HOST, USER, Server, root, sshd, user

pytestmark = pytest.mark.lab
FACTOR = "a password or a second factor"
BINARY = r"printf '\200\000\377'; echo here >&2"


@pytest.fixture
def _user() -> Iterator[None]:
    with user():
        yield


def works(server: Server, tmp: Path, **options: str) -> None:
    """Asserts that the log-in works, that bytes come back, and that two scripts at a time are answered."""
    connection = server.connection(tmp, **options)
    try:
        connection.open()
        said: list[tuple[bytes, bytes]] = []
        threads = [threading.Thread(target=lambda: said.append(connection.run(f"sleep 0.2; {BINARY}"))) for _ in "ab"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert said == [(b"\x80\x00\xff", b"here\n")] * 2
    finally:
        connection.close()


def refused(server: Server, tmp: Path, way: str = f"ssh://{USER}@web", **options: str) -> FactError:
    """Returns why there is no log-in, or none that is of use."""
    connection = server.connection(tmp, way, **options)
    try:
        with pytest.raises(FactError) as error:
            connection.open()
    finally:
        connection.close()
    assert "reboot" not in str(error.value)
    return error.value


@pytest.mark.usefixtures("_user")
@pytest.mark.parametrize(
    "setting",
    [
        "MaxSessions 1",
        "MaxSessions 2",
        "Banner /etc/issue",
        "PrintMotd yes",
        "AllowTcpForwarding no",
        "DisableForwarding yes",
        "PermitTTY no",
        'ForceCommand exec sh -c "$SSH_ORIGINAL_COMMAND"',
        "SetEnv LC_ALL=C POSIXLY_CORRECT=1",
        "ClientAliveInterval 1",
        "Compression yes",
    ],
)
def test_a_server_that_is_set_so_is_asked_all_the_same(setting: str, tmp_path: Path) -> None:
    """One session is enough, and nothing that a server says or adds is taken for an answer."""
    with sshd(tmp_path, setting) as server:
        works(server, tmp_path)


@pytest.mark.usefixtures("_user")
@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("MaxSessions 0", "logged in, but commands do not work"),
        ("ForceCommand echo only this", "it printed: only this"),
        ("ForceCommand internal-sftp", "expected a login shell that runs commands"),
        ("ForceCommand /bin/false", "ended with status 1; it printed nothing"),
        ("ForceCommand /no/such/thing", "No such file or directory"),
        ("ForceCommand exec sleep 60", "no command answers within"),
        ("ForceCommand exec script -qc sh /dev/null", "logged in, but"),
        ("ForceCommand exec 2>&1; exec sh", "stdout and stderr do not arrive separately"),
        ("ForceCommand ulimit -u 4; exec sh", "room for more processes"),
        ("ForceCommand PATH=/nowhere; export PATH; exec /bin/sh", "logged in"),
    ],
)
def test_logged_in_but_of_no_use(setting: str, words: str, tmp_path: Path) -> None:
    """A log-in whose commands do not work is one reason, in words that name what the host lacks."""
    with sshd(tmp_path, setting) as server:
        error = refused(server, tmp_path, timeout="3")
    assert error.fact == "shell"
    assert words.lower() in str(error).lower()


@pytest.mark.parametrize("shell", ["/usr/sbin/nologin", "/bin/false", "/usr/bin/python3", "/usr/bin/true"])
def test_a_login_shell_that_runs_nothing(shell: str, tmp_path: Path) -> None:
    """It is told as that, not as a host that is gone."""
    with user(shell), sshd(tmp_path) as server:
        error = refused(server, tmp_path)
    assert error.fact == "shell"
    assert "the login shell ran no sh" in str(error)


ODD = r"""#!/bin/sh
[ "$#" = 2 ] && [ "$1" = -c ] && [ "$2" = sh ] && exec sh
echo "no such language: $*"
"""
ONE_WORD = f"printf %s {shlex.quote(ODD)} > {HOME}/odd; chmod 755 {HOME}/odd"


@pytest.mark.parametrize(
    ("shell", "setup"),
    [
        ("/bin/rbash", ""),
        ("/bin/dash", ""),
        (f"{HOME}/odd", ONE_WORD),
        ("/bin/bash", f"echo 'echo hi; echo there >&2; read -r line; umask 777; set -e' > {HOME}/.bashrc"),
        ("/bin/bash", f"echo 'seq 30000; alias printf=false; set -u' > {HOME}/.bashrc"),
        ("/bin/bash", f"echo 'stty -echo; tput clear; exec 7>&1' > {HOME}/.bashrc"),
        ("/bin/bash", f"rm -rf {HOME}/.bashrc; mkdir {HOME}/.bashrc; chmod 555 {HOME}"),
    ],
    ids=[
        "rbash",
        "dash",
        "another language",
        "noise that reads",
        "much noise",
        "terminal noise",
        "a folder for .bashrc",
    ],
)
def test_any_login_shell_will_do(shell: str, setup: str, tmp_path: Path) -> None:
    """What is sent to a log-in shell is one word that every language understands; scripts are the sh's behind it."""
    with user(shell, setup), sshd(tmp_path) as server:
        works(server, tmp_path)


def test_too_few_processes(tmp_path: Path) -> None:
    """A user who may start hardly any process is one cause."""
    limits = "/etc/security/limits.d/test-ssh.conf"
    try:
        with user("/bin/bash", f"echo '{USER} hard nproc 12' > {limits}"), sshd(tmp_path) as server:
            error = refused(server, tmp_path)
    finally:
        root(f"rm -f {limits}")
    assert error.fact == "shell"
    assert "room for more processes" in str(error)


def test_a_password_that_has_expired(tmp_path: Path) -> None:
    """The log-in wants a new password: nobody types one."""
    with user("/bin/bash", f"chage -d 0 {USER}"), sshd(tmp_path) as server:
        error = refused(server, tmp_path)
    assert error.fact == "shell"
    assert "password" in str(error).lower()


@pytest.mark.usefixtures("_user")
@pytest.mark.parametrize(
    ("settings", "client", "words"),
    [
        (("AuthenticationMethods publickey,keyboard-interactive", "KbdInteractiveAuthentication yes"), "", FACTOR),
        (("AuthenticationMethods publickey,password", "PasswordAuthentication yes"), "", FACTOR),
        (("PubkeyAuthentication no", "KbdInteractiveAuthentication yes"), "", FACTOR),
        ((), "UserKnownHostsFile /dev/null", "is not known here"),
        ((), "UserKnownHostsFile KNOWN", "another key than the one in known_hosts"),
        ((), "IdentityFile none\n  IdentityAgent none", "expected a key"),
        ((), "IdentityFile LOCKED\n  IdentityAgent none", "has a passphrase"),
        ((), "IdentityFile OTHER\n  IdentityAgent /no/agent", "expected a key"),
        (("DenyUsers test-ssh", "Banner /etc/issue"), "", "refuses the log-in"),
        (("KexAlgorithms curve25519-sha256",), "KexAlgorithms ecdh-sha2-nistp256", "no algorithm in common"),
        ((), "PermitNoSuchThing yes", "Bad configuration option"),
    ],
    ids=[
        "second factor", "password too", "password only", "unknown key", "changed key", "no key", "passphrase",
        "agent away", "user denied", "no algorithm", "bad configuration",
    ],
)  # fmt: skip
def test_the_log_in_is_refused(
    settings: tuple[str, ...], client: str, words: str, tmp_path: Path, keys: dict[str, Path]
) -> None:
    """Whoever is not let in is told so, and what would help; the host is not called dead."""
    for name, path in keys.items():
        client = client.replace(name, str(path))
    with sshd(tmp_path, *settings, client=f"  {client}", key="IdentityFile" not in client) as server:
        error = refused(server, tmp_path)
    assert error.fact == "login"
    assert words in str(error)


@pytest.mark.usefixtures("_user")
def test_too_many_keys(tmp_path: Path, keys: dict[str, Path]) -> None:
    """A host that listens to one key only is offered a wrong one first."""
    client = f"  IdentityFile {keys['OTHER']}\n"
    with sshd(tmp_path, "MaxAuthTries 1", client=client) as server:
        error = refused(server, tmp_path)
    assert error.fact == "login"
    assert "more keys than the host accepts" in str(error)


def test_max_startups_is_met_with_another_try(tmp_path: Path) -> None:
    """A server that turns log-ins away because there are too many is asked again."""
    with user(), sshd(tmp_path, "MaxStartups 1:100:1") as server:
        others = socket.create_connection((spec(HOST).address, server.port))
        threading.Timer(1, others.close).start()
        works(server, tmp_path)


def test_a_server_that_turns_everybody_away(tmp_path: Path) -> None:
    """It is there and lets nobody in: that is the log-in's matter."""
    with user(), sshd(tmp_path, "MaxStartups 1:100:1") as server:
        other = socket.create_connection((spec(HOST).address, server.port))
        error = refused(server, tmp_path, timeout="2")
        other.close()
    assert error.fact == "login"
    assert "MaxStartups" in str(error)
