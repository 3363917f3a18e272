"""Tunnels over SSH: what a server forbids is told as that, and never as a service that is down."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.gather.fact import FactError
from engine.gather.transport import Connection
from tests.gather.sshd import HOME, USER, root, sshd, user

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("_user")]
REDIS, NOBODY = 6379, 6666


@pytest.fixture(autouse=True)
def _user() -> Iterator[None]:
    with user():
        yield


@pytest.fixture
def opened() -> Iterator[list[Connection]]:
    """Connections that are closed in the end."""
    connections: list[Connection] = []
    yield connections
    for connection in connections:
        connection.close()


def talk(address: str, port: int, said: bytes) -> bytes:
    """Says something to whoever is there; returns what comes back, b"" when the connection is shut."""
    with socket.create_connection((address, port), 5) as client:
        try:
            client.sendall(said)
            return client.recv(64)
        except ConnectionError:
            return b""


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "::1"])
def test_a_service_is_reached(address: str, tmp_path: Path, opened: list[Connection]) -> None:
    """By a name, and by an address of either kind."""
    with sshd(tmp_path) as server:
        connection = server.connection(tmp_path)
        opened.append(connection)
        connection.open()
        assert talk(*connection.forward(server.port, address), b"").startswith(b"SSH-2.0")


def test_a_socket_is_reached(tmp_path: Path, opened: list[Connection]) -> None:
    """A Unix socket of the host has a port here: PostgreSQL says there whether it speaks TLS."""
    with sshd(tmp_path) as server:
        connection = server.connection(tmp_path)
        opened.append(connection)
        connection.open()
        way = connection.forward_socket("/run/postgresql/.s.PGSQL.5432")
        assert talk(*way, b"\0\0\0\x08\x04\xd2\x16\x2f") in (b"S", b"N")


def test_a_service_that_is_down_is_no_shut_tunnel(tmp_path: Path, opened: list[Connection]) -> None:
    """Where tunnels are allowed, a port where nobody listens is the client's to find."""
    with sshd(tmp_path) as server:
        connection = server.connection(tmp_path)
        opened.append(connection)
        connection.open()
        assert talk(*connection.forward(NOBODY), b"PING\r\n") == b""


@pytest.mark.parametrize(
    "setting",
    [
        "AllowTcpForwarding no",
        "AllowTcpForwarding remote",
        "DisableForwarding yes",
        "PermitOpen none",
        "PermitOpen 127.0.0.1:9",
        "restrict",
        "no-port-forwarding",
    ],
)
def test_a_shut_tunnel_is_told(setting: str, tmp_path: Path, opened: list[Connection]) -> None:
    """One fact, in words that name the setting and leave the services alone; the commands work all the same."""
    if setting.islower():
        root(f"sed -i 's/^/{setting} /' {HOME}/.ssh/authorized_keys")
    with sshd(tmp_path, *([] if setting.islower() else [setting])) as server:
        connection = server.connection(tmp_path)
        opened.append(connection)
        connection.open()
        for port in (server.port, NOBODY):
            with pytest.raises(FactError) as error:
                connection.forward(port)
            assert error.value.fact == "tunnel"
            assert "AllowTcpForwarding" in str(error.value)
            assert f"localhost:{port}" in str(error.value)
            assert "restart" not in str(error.value)
        assert f"localhost:{server.port}" in str(error.value), "all that is shut is named"
        assert connection.run("id -un") == (f"{USER}\n".encode(), b"")


def test_what_a_server_permits_is_open(tmp_path: Path, opened: list[Connection]) -> None:
    """Where a server lists what it opens, that is asked, and the rest is told."""
    with sshd(tmp_path, "PermitOpen localhost:22") as server:
        connection = server.connection(tmp_path)
        opened.append(connection)
        connection.open()
        assert talk(*connection.forward(22), b"").startswith(b"SSH-2.0")
        with pytest.raises(FactError) as error:
            connection.forward(REDIS)
        assert error.value.fact == "tunnel"
