"""Processes: whose they are, and that all of them are seen."""

from __future__ import annotations

import shlex
import subprocess

import pytest

from engine.gather.fact import FactError
from engine.gather.probe import probe
from fixtures.app.venv import PROBES
from fixtures.os.processes import COMMAND, LONGEST, parse_ps

INIT = "1 0 Ss 9216 600 0::/init.scope root /sbin/init\n"


def test_another_runs_probe_is_not_the_application() -> None:
    """What a run of this suite starts in the application's environment is known again by any other run."""
    command = " ".join(shlex.split(probe(PROBES / "packages.py", "/opt/shop/venv/bin/python"))[:6])
    started = f"{INIT}7 1 R 9 0 0::/user.slice deploy "
    assert parse_ps(f"{started}{command} -c text\n")[1].is_ours
    assert not parse_ps(f"{started}/opt/shop/venv/bin/python -m shop\n")[1].is_ours


def test_a_process_without_arguments() -> None:
    """One that has no command line is one all the same."""
    assert parse_ps(f"{INIT}7 1 R 9 0 - deploy\n")[1].command == ""


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("", "ps lists no process"),
        (INIT.replace("1 0", "7 1"), r"hidepid"),
        (f"{INIT}7 1 R\n", "not understood"),
        (f"{INIT}PID PPID STAT RSS ELAPSED CGROUP USER COMMAND\n", "not understood"),
    ],
)
def test_what_does_not_show_all_of_them(answer: str, words: str) -> None:
    """Nothing, other users' processes hidden, a line cut short, a head: none of it is taken for healthy."""
    with pytest.raises(FactError, match=words):
        parse_ps(answer)


def test_an_argument_of_any_length() -> None:
    """Who starts a program with an argument of 100 KB costs a line of the usual length; the biggest come first."""
    sleeping = subprocess.Popen(["sleep", "30", *["0" * 100_000]])
    try:
        lines = subprocess.run(["sh", "-c", COMMAND], capture_output=True, check=True).stdout.splitlines()
    finally:
        sleeping.kill()
        sleeping.wait()
    assert max(map(len, lines)) <= LONGEST
    assert any(line.split()[0] == str(sleeping.pid).encode() for line in lines)
    sizes = [int(line.split()[3]) for line in lines]
    assert sizes == sorted(sizes, reverse=True)
