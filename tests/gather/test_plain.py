"""Ways without a log-in of ours: this machine, and testinfra's backends through their own programs."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from engine.config.host import Host
from engine.gather.batch import BatchCommand, outputs, scripts
from engine.gather.fact import FactError
from engine.gather.transport import BrokenError, Connection, connect

# A container's program that runs the command here, and writes down how it was called.
PROGRAM = """#!/bin/sh
printf '%s\\n' "$*" | head -n 1 >> "$0.calls"
while [ "$1" != /bin/sh ]; do shift; done
exec "$@"
"""
BINARY = r"printf '\200\000\377'; echo here >&2"


def opened(way: str, tmp: Path, **options: str) -> Connection:
    """Returns an open connection."""
    connection = connect(Host("here", way, {}, options), tmp)
    connection.open()
    return connection


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The programs of the backends, first on the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("docker", "podman", "lxc", "kubectl", "oc"):
        (folder / name).write_text(PROGRAM, encoding="ascii")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder


@pytest.mark.parametrize(
    ("way", "program", "called"),
    [
        ("docker://box", "docker", "exec box /bin/sh -c"),
        ("docker://me@box", "docker", "exec -u me box /bin/sh -c"),
        ("podman://box", "podman", "exec box /bin/sh -c"),
        ("lxc://box", "lxc", "exec box --mode=non-interactive -- /bin/sh -c"),
        ("kubectl://pod?namespace=n&container=c&context=x", "kubectl", "--context=x -n n -c c exec pod -- /bin/sh -c"),
        ("openshift://pod?namespace=n&kubeconfig=/k", "oc", "--kubeconfig=/k -n n exec pod -- /bin/sh -c"),
        ("local://", "", ""),
    ],
)
def test_bytes_come_back_on_every_way(way: str, program: str, called: str, tmp_path: Path, programs: Path) -> None:
    """Whatever a host says arrives as it is; testinfra asks for no encoding there."""
    connection = opened(way, tmp_path)
    assert connection.run(BINARY) == (b"\x80\x00\xff", b"here\n")
    assert connection.run("echo ü; exit 3") == ("ü\n".encode(), b"")
    connection.close()
    if program:
        calls = (programs / f"{program}.calls").read_text(encoding="utf-8").splitlines()
        assert len(calls) == 3
        assert all(call.startswith(called) for call in calls)
        assert not any("python" in call for call in calls)


@pytest.mark.parametrize("way", ["docker://box", "local://"])
def test_what_hangs_is_ended(way: str, tmp_path: Path, programs: Path) -> None:
    """A connection is closed while a command hangs: what was said is there, and nothing is waited for."""
    connection = opened(way, tmp_path)
    threading.Timer(0.5, connection.close).start()
    started = time.monotonic()
    with pytest.raises(BrokenError) as error:
        connection.run("echo one; sleep 60")
    assert error.value.stdout == b"one\n"
    assert time.monotonic() - started < 30
    with pytest.raises(FactError):
        connection.run("echo two")


def test_a_container_that_is_away(tmp_path: Path, programs: Path) -> None:
    """Its program's own words say so."""
    (programs / "docker").write_text("#!/bin/sh\necho 'Error: No such container: box' >&2; exit 1\n", encoding="ascii")
    with pytest.raises(FactError, match="does not answer: Error: No such container: box") as error:
        opened("docker://box", tmp_path)
    assert error.value.fact == ""


def test_sudo_never_asks(tmp_path: Path, programs: Path) -> None:
    """Where a spec wants sudo, it is told not to ask for a password."""
    (programs / "sudo").write_text('#!/bin/sh\necho "$1 $2 $3" > "$0.calls"\nshift; shift; shift\nexec "$@"\n', "ascii")
    (programs / "sudo").chmod(0o755)
    for way in ("docker://box?sudo=true&sudo_user=app", "local://?sudo=true&sudo_user=app"):
        connection = opened(way, tmp_path)
        assert connection.run("echo one") == (b"one\n", b"")
        connection.close()
        assert (programs / "sudo.calls").read_text(encoding="ascii") == "-n -u app\n"


def test_a_tunnel_is_where_there_is_one(tmp_path: Path, programs: Path) -> None:
    """This machine's services are where they are; a container's have no way here, which is the backend's matter."""
    here = opened("local://", tmp_path)
    assert (here.forward(6379), here.forward_socket("/run/x")) == (("localhost", 6379), ("/run/x", 0))
    here.close()
    away = opened("docker://box", tmp_path)
    with pytest.raises(FactError) as to_port:
        away.forward(6379)
    with pytest.raises(FactError) as to_socket:
        away.forward_socket("/run/x")
    assert to_port.value.fact == to_socket.value.fact == "backend"


@pytest.mark.skipif(os.getuid() != 0, reason="only root becomes another user without a password")
def test_root_becomes_another_user_without_sudo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`$AS USER --` is sudo's for everybody else; for root there need be no sudo on the host."""
    empty = tmp_path / "sudo"
    empty.write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
    empty.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    commands = {"who": BatchCommand("$AS nobody -- find / -maxdepth 0 -user root -print; $SUDO id -un")}
    ((nonce, script),) = scripts(commands)
    answer = opened("local://", tmp_path).run(script)
    assert outputs(nonce, *answer, commands)["who"].stdout == "/\nroot\n"
