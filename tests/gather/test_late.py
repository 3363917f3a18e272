"""Slow is not gone: what was answered stays, what was not is told by name, and a host costs its own deadline."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from engine.config.host import Host
from engine.gather import host as host_module
from engine.gather.batch import MARGIN_S, TIMED_OUT, BatchCommand
from engine.gather.catalogue import Catalogue
from engine.gather.define import FactFixture, command, fact
from engine.gather.fact import LATE, Fact, Unavailable
from engine.gather.facts import Facts
from engine.gather.gather import Wanted, gather
from engine.gather.transport import BrokenError
from engine.mask.secrets import Secrets
from engine.run.system import System
from engine.run.target import Target
from tests.conftest import ROOT
from tests.gather.test_batch import run
from tests.ours import Limits

DEADLINE_S = 4
EARLY = command("echo here")


def within(folder: Path, deadline_s: int = DEADLINE_S, **facts: Fact | FactFixture) -> Facts:
    """Returns these facts of this machine, whose host has so many seconds."""
    host = Host("here", "local://", {}, deadline_s=deadline_s)
    target = Target("here", host, cast(System, None), (), Limits(sample_s=0.1))
    return gather([Wanted(target, tuple(facts))], Catalogue([SimpleNamespace(**facts)]), Secrets(), folder)["here"]


def test_a_client_that_stalls(tmp_path: Path) -> None:
    """A service that says nothing until the deadline costs its own facts; the rest is known, and it ends in time."""
    gone = threading.Event()

    @fact("PING")
    def stalls() -> str:
        """Waits for a service that never answers."""
        gone.wait(60)
        return "late"

    @fact()
    def rests(stalls: str) -> str:
        """What rests on it."""
        return stalls

    @fact()
    def other(early: str) -> str:
        """What does not."""
        return early

    facts = within(tmp_path, stalls=stalls, rests=rests, early=EARLY, other=other)
    gone.set()
    assert (facts.get("early"), facts.get("other")) == ("here\n", "here\n")
    words = f"'stalls' was not answered within the {DEADLINE_S} s that its host has"
    assert facts.get("stalls") == Unavailable("stalls", words)
    assert facts.get("rests").fact in ("stalls", "rests")


def test_commands_that_take_the_whole_time(tmp_path: Path) -> None:
    """What comes behind them is not begun: one fact says so for all; what came before them stays."""
    slow = {f"slow{n}": command("sleep 3", timeout=3) for n in range(4)}
    last = {"behind": command("echo here"), "in_time": fact()(lambda early: early)}
    facts = within(tmp_path, DEADLINE_S, early=EARLY, **slow, **last)
    assert facts.get("early") == "here\n"
    assert (
        "of 6 commands were not asked, because those before them took the host's whole time"
        in facts.get("behind").reason
    )
    assert facts.get("behind").fact == facts.get("in_time").fact == "in_time"


def test_what_hangs_explains_what_did_not_end(tmp_path: Path) -> None:
    """A fact that knows what hangs on the host is why other commands gave no answer."""
    facts = within(
        tmp_path,
        10,
        hanging=command("echo /mnt/nas", parse=str.strip, hangs=lambda mount: f"{mount} hangs"),
        touches=command("sleep 9", timeout=1),
        fine=command("echo fine"),
    )
    assert facts.get("touches") == Unavailable("hanging", "'touches' did not end within 1 s: /mnt/nas hangs")
    assert facts.get("fine") == "fine\n"


def test_a_connection_that_breaks_keeps_what_came(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands that had answered before the connection ended did answer."""

    def half(script: str) -> tuple[bytes, bytes]:
        done = subprocess.run(["sh", "-c", script], capture_output=True, check=False)
        raise BrokenError("the connection broke", done.stdout[: done.stdout.index(b"second")], done.stderr)

    connection = SimpleNamespace(open=lambda: None, close=lambda: None, run=half)
    monkeypatch.setattr(host_module, "connect", lambda *_: connection)
    facts = within(tmp_path, early=EARLY, cut=command("echo second"))
    assert facts.get("early") == "here\n"
    assert facts.get("cut") == Unavailable("cut", "the connection broke")


def test_what_never_returns_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fact that computes for ever, and a connection that does not even close, cost their host's time and no more."""
    gone = threading.Event()
    connection = SimpleNamespace(open=lambda: None, close=lambda: None, run=lambda _: gone.wait(60))
    monkeypatch.setattr(host_module, "connect", lambda *_: connection)
    facts = within(tmp_path, 1, computes=Fact(name="computes", make=lambda: gone.wait(60), needs=()), early=EARLY)
    gone.set()
    assert "was not answered within the 1 s that its host has" in facts.get("computes").reason
    assert isinstance(facts.get("early"), Unavailable)


def test_a_batch_has_an_end() -> None:
    """The commands of a batch that is out of time are not begun; one that runs is ended with it."""
    seconds = MARGIN_S + 2
    found = run({"slow": BatchCommand("sleep 30", timeout=30), "late": BatchCommand("echo here")}, seconds)
    assert found["slow"].rc in TIMED_OUT
    assert found["late"].rc == LATE


@pytest.mark.parametrize(
    "text",
    ["trap '' TERM; sleep 41", "setsid -w sleep 42", "sleep 43 | cat"],
    ids=["passes over TERM", "out of reach", "a pipe"],
)
def test_nothing_waits_for_what_cannot_be_ended(text: str) -> None:
    """What holds the pipes open after its time (a disk that is dead, a program of root's) is not waited for."""
    started = time.monotonic()
    found = run({"stays": BatchCommand(text, timeout=1), "next": BatchCommand("echo here")})
    assert found["stays"].rc in TIMED_OUT
    assert found["next"].stdout == "here\n"
    assert time.monotonic() - started < 30
    subprocess.run(["pkill", "-xf", "sleep 42"], check=False)


INTERRUPTED = """
import sys, threading, time
from pathlib import Path
from types import SimpleNamespace
from engine.config.host import Host
from engine.gather.catalogue import Catalogue
from engine.gather.define import FactFixture, command
from engine.gather.gather import Wanted, gather
from engine.mask.secrets import Secrets

host = Host("here", "local://", {}, deadline_s=60)
target = SimpleNamespace(id="here", host=host, system=None, components=(), limits=SimpleNamespace(sample_s=0.1))
facts = {"slow": command("echo begun >&2; sleep 40", timeout=40)}
print("ready", flush=True)
try:
    gather([Wanted(target, tuple(facts))], Catalogue([SimpleNamespace(**facts)]), Secrets(), Path(sys.argv[1]))
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def test_ctrl_c_ends_it(tmp_path: Path) -> None:
    """An interrupt while hosts are asked ends the run at once, not at their deadline."""
    script: Any = [sys.executable, "-c", INTERRUPTED, str(tmp_path)]
    process = subprocess.Popen(script, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=20)[0] == "interrupted\n"
    assert process.returncode == 0
