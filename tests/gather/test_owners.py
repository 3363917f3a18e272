"""What is missing beneath many facts is missing once: for its owner, in words that name all of it."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from engine.config.host import Host
from engine.gather.catalogue import Catalogue
from engine.gather.define import FactFixture, command, fact
from engine.gather.fact import Fact, FactError
from engine.gather.gather import Facts, Wanted, gather
from engine.gather.transport import Connection, connect
from engine.gather.ways import shell, tunnel
from engine.mask.secrets import Secrets
from engine.run.system import System
from engine.run.target import Target
from fixtures.os.clock import clock_offset
from tests.ours import Limits


def gathered(way: str, folder: Path, **facts: Fact | FactFixture) -> Facts:
    """Returns these facts of this machine, gathered as in a run."""
    target = Target("here", Host("here", way, {}), cast(System, None), (), Limits())
    catalogue = Catalogue([SimpleNamespace(**facts)])
    return gather([Wanted(target, tuple(facts))], catalogue, Secrets(), folder)["here"]


def test_the_tools_that_a_host_lacks(tmp_path: Path) -> None:
    """Each fact that wanted one is blocked by the shell, which names them all; other facts are there."""
    facts = gathered(
        "local://",
        tmp_path,
        shell=shell,
        processes=command("echo 'sh: 1: ps: not found' >&2; exit 127"),
        piped=command("{ echo 'sh: 1: ss: not found' >&2; } | cat"),
        forked=command("echo 'sh: 1: Cannot fork' >&2; exit 2"),
        own=command("echo 'sh: 1: redis-cli: not found' >&2; exit 127"),
        other=command("echo fine"),
    )
    for name in ("processes", "piped", "forked"):
        assert facts.get(name).fact == "shell"
    assert facts.get("own").fact == "own"
    assert facts.get("other") == "fine\n"
    told = facts.get("shell").reason
    assert "the host lacks ps, " in told
    assert "room for more processes" in told
    assert told.endswith(", ss")


def test_a_tunnel_that_is_shut(tmp_path: Path) -> None:
    """What clients say of the way is its owner's, with the fullest reason; what needs no tunnel is there."""

    @fact("PING")
    def redis(host: Connection) -> str:
        """A client."""
        raise FactError("no tunnel to localhost:6379", "tunnel")

    @fact("SELECT 1")
    def postgres(host: Connection) -> str:
        """Another client."""
        raise FactError("no tunnel to localhost:5432, localhost:6379", "tunnel")

    facts = gathered("local://", tmp_path, tunnel=tunnel, redis=redis, postgres=postgres, other=command("echo fine"))
    assert facts.get("tunnel").reason == "no tunnel to localhost:5432, localhost:6379"
    assert facts.get("redis").fact == facts.get("postgres").fact == "tunnel"
    assert facts.get("other") == "fine\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can change the root")
def test_a_backend_without_tunnels(tmp_path: Path) -> None:
    """It is one reason, whatever was asked, that nobody on the host is blamed for; commands work."""

    @fact("PING")
    def redis(host: Connection) -> object:
        """A client of a port."""
        return host.forward(6379)

    @fact("SELECT 1")
    def postgres(host: Connection) -> object:
        """A client of a socket."""
        return host.forward_socket("/run/postgresql")

    facts = gathered("chroot:///", tmp_path, tunnel=tunnel, redis=redis, postgres=postgres, other=command("echo fine"))
    assert facts.get("redis") == facts.get("postgres") == facts.get("tunnel")
    assert facts.get("redis").fact == "backend"
    assert facts.get("redis").reason.startswith(
        "chroot:// runs commands and has no tunnel to a port or a socket of the"
    )
    assert facts.get("other") == "fine\n"
    assert gathered("chroot:///", tmp_path, tunnel=tunnel).get("tunnel") == "no tunnel was prohibited"


def test_a_host_that_is_of_no_use_is_one_reason(tmp_path: Path) -> None:
    """Everything of it is blocked by what is really missing."""
    facts = gathered("chroot:///srv", tmp_path, shell=shell, other=command("echo fine"))
    assert facts.get("shell") == facts.get("other")
    assert facts.get("other").fact in ("host", "shell")


def test_the_clock_is_read_between_question_and_answer(tmp_path: Path) -> None:
    """This machine's clock agrees with itself, whatever runs beside it."""
    connection = connect(Host("here", "local://", {}), tmp_path)
    connection.open()
    offset = clock_offset.fact.make(host=connection)
    connection.close()
    assert abs(offset.seconds) <= offset.margin + 0.01
