"""Processes: whose they are, and that all of them are seen."""

from __future__ import annotations

import shlex
import subprocess
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import test_app, test_units
from engine.gather.fact import FactError
from engine.gather.probe import probe
from fixtures.app.venv import PROBES
from fixtures.os.processes import COMMAND, LONGEST, parse_ps
from fixtures.os.units import Listener
from tests.facts.test_activity import fails
from tests.ours import Limits

INIT = "1 0 Ss 9216 600 root 1 0::/init.scope 1 /sbin/init\n"


def test_another_runs_probe_is_not_the_application() -> None:
    """What a run of this suite starts in the application's environment is known again by any other run."""
    command = " ".join(shlex.split(probe(PROBES / "packages.py", "/opt/shop/venv/bin/python"))[:6])
    started = f"{INIT}7 1 R 9 0 deploy 7 0::/user.slice 7 "
    assert parse_ps(f"{started}{command} -c text\n")[1].is_ours
    assert not parse_ps(f"{started}/opt/shop/venv/bin/python -m shop\n")[1].is_ours


def test_a_process_without_arguments() -> None:
    """One that has no command line is one all the same."""
    assert parse_ps(f"{INIT}7 1 R 9 0 deploy 7 - 7\n")[1].command == ""


def test_processes_that_nobody_waits_for() -> None:
    """A few end at any time; many are told with those that started them."""
    target: Any = SimpleNamespace(system=SimpleNamespace(components={}))
    parent = "8 1 Ss 9216 600 app 8 0::/system.slice/shop.service 8 /usr/bin/shop\n"
    lines = [f"{pid} {8 if pid < 290 else 9} Z 0 5 app {pid} - {pid} [sh] <defunct>\n" for pid in range(100, 301)]
    test_units.test_processes_stopped(parse_ps(INIT + parent + "".join(lines[1:])), target, Limits())
    told = fails(test_units.test_processes_stopped, parse_ps(INIT + parent + "".join(lines)), target, Limits())
    assert told.startswith("201 processes have ended")
    assert "190 of pid 8 of shop.service, 11 of pid 9 of no unit; the limit is 200" in told


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=40).filter(
    lambda name: name == " ".join(name.split(" ")).strip() and " 7 " not in f" {name} "
)


@given(user=NAMES, cgroup=NAMES, command=NAMES)
def test_names_may_hold_anything(user: str, cgroup: str, command: str) -> None:
    """Users of a domain have blanks, and so may control groups and arguments; wide characters are no columns."""
    [_, found] = parse_ps(f"{INIT}7 1 R 9 0 {user} 7 0::/{cgroup} 7 {command}\n")
    assert (found.user, found.cgroup, found.command) == (user, f"0::/{cgroup}", command)


def test_a_user_of_a_domain() -> None:
    """A name with a blank, as winbind and SSSD give it."""
    found = parse_ps(f"{INIT}7 1 R 9 0 EXAMPLE\\\\anna müller 7 0::/system.slice/app.service 7 node a.js\n")[1]
    assert (found.user, found.belongs_to("app"), found.command) == ("EXAMPLE\\\\anna müller", True, "node a.js")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("", "ps lists no process"),
        ("7 1 Ss 9216 600 root 7 0::/init.scope 7 /sbin/init\n", r"hidepid"),
        (f"{INIT}7 1 R\n", "not understood"),
        (f"{INIT}PID PPID STAT RSS ELAPSED USER PID CGROUP PID COMMAND\n", "not understood"),
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


APP: Any = SimpleNamespace(root="/opt/shop", venv="/opt/shop/venv", source="app.py", user="shop")
SHELL = "/user.slice/user-1000.slice/session-4.scope"
UNITS: Any = dict.fromkeys(("shop-api.service", "shop-api", "shop-backup.service", "shop-backup"))


@pytest.mark.parametrize(
    ("user", "cgroup", "command", "stray"),
    [
        (
            "shop",
            "/system.slice/shop-api.service",
            "/opt/shop/venv/bin/python /opt/shop/venv/bin/gunicorn app:app",
            False,
        ),
        ("anna", SHELL, "/opt/shop/venv/bin/python /opt/shop/venv/bin/flask run", True),
        ("shop", SHELL, "python app.py", True),
        ("root", SHELL, "python3.11 -u ./app.py --debug", True),
        ("shop", SHELL, "python -m gunicorn -b 127.0.0.1:8001 app:app", True),
        ("shop", SHELL, "python -m app", True),
        ("anna", SHELL, "python3 /opt/shop/app.py", True),
        ("shop", "/system.slice/cron.service", "/usr/bin/python3 /opt/shop/app.py", True),
        ("shop", "/system.slice/cron.service", "python app.py", True),
        ("shop", "/system.slice/crond.service", "python3 -m gunicorn app:app", True),
        ("shop", "/system.slice/run-r0a1b.service", "python app.py", True),
        ("root", "/system.slice/cron.service", "python app.py", False),
        ("shop", "/system.slice/wiki.service", "python app.py", False),
        ("shop", "/system.slice/shop-backup.service", "python app.py", False),
        ("shop", "/system.slice/cron.service", "python cleanup.py", False),
        # Another project's, of somebody who cannot read the secrets; another service's; what only names the file.
        ("anna", SHELL, "python app.py", False),
        ("root", "/system.slice/wiki.service", "/usr/bin/python3 app.py", False),
        ("root", SHELL, "vim app.py", False),
        ("anna", SHELL, "/usr/bin/vim /opt/shop/app.py", False),
        ("shop", SHELL, "python -m pip list", False),
        ("shop", SHELL, "python manage.py migrate", False),
        ("shop", "/system.slice/shop-backup.service", "/opt/shop/venv/bin/python dump.py", False),
        ("shop", SHELL, "", False),
    ],
)
def test_a_copy_by_hand(user: str, cgroup: str, command: str, stray: bool) -> None:
    """With the environment activated a second copy is plain `python`; an editor or a backup is none."""
    found = parse_ps(f"{INIT}7 1 R 9 0 {user} 7 0::{cgroup} 7 {command}\n")
    unit: Any = SimpleNamespace(name="shop-api.service")
    if stray:
        assert "run outside shop-api.service" in fails(test_app.test_stray_processes, unit, UNITS, found, [], APP)
    else:
        test_app.test_stray_processes(unit, UNITS, found, [], APP)


@pytest.mark.parametrize(
    ("user", "cgroup", "address", "open_to_others"),
    [
        ("shop", SHELL, "*", True),
        ("shop", "/system.slice/run-r0a1b.service", "*", True),
        ("shop", SHELL, "127.0.0.1", False),
        ("anna", SHELL, "*", False),
        # A service of its own, and a container, are somebody's decision.
        ("shop", "/system.slice/wiki.service", "*", False),
        ("shop", "/system.slice/docker-0a1b.scope", "*", False),
    ],
)
def test_a_server_by_hand(user: str, cgroup: str, address: str, open_to_others: bool) -> None:
    """Whoever serves a folder as the application's user shows its secrets."""
    found = parse_ps(f"{INIT}7 1 S 9 0 {user} 7 0::{cgroup} 7 python3 -m http.server 8888\n")
    unit: Any = SimpleNamespace(name="shop-api.service")
    listeners = [Listener(address, 8888, (7,), ("python3",))]
    if open_to_others:
        words = fails(test_app.test_stray_processes, unit, UNITS, found, listeners, APP)
        assert words.startswith(
            "somebody lets other hosts in as shop, who may read the application's secrets: 7 shop S"
        )
    else:
        test_app.test_stray_processes(unit, UNITS, found, listeners, APP)
