"""The gate on the lab, as every user runs it: on all its hosts, or on those that a fault can touch."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from engine.run.checks import read_checks
from tests.conftest import GUARD_LAB, Result, reports, run_gate
from tests.content import CHECKOUT, ROOT

LAB = ROOT / "inventory" / "lab.yml"
# The name of the environment of all hosts; others are written for a run, and called after their system.
WHOLE = "lab"
# How long a log has to be quiet for what it said to be history, and how long a repaired service may take to be well.
SETTLED_S, SETTLES_S = 2, 8
# A paste that takes longer hangs: each of its slow steps waits for one service, a minute at most.
PASTE_S = 180
TIMED_OUT = 124


def lab(*arguments: str, check: bool = True) -> str:
    """Runs `python -m lab ARGUMENTS`; returns what it printed, and raises when it failed and `check` is set."""
    assert os.environ.get(GUARD_LAB) != "", "a test that needs the lab is marked so"
    command = [sys.executable, "-m", "lab", *arguments]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=300, check=False)
    assert not check or done.returncode == 0, f"{' '.join(arguments)}: {done.stdout}{done.stderr}"
    return done.stdout


def pasted(host: str, text: str) -> subprocess.CompletedProcess[str]:
    """Pastes a text into a shell on a host, where nobody answers; the exit code is TIMED_OUT when it hangs."""
    command = [sys.executable, "-m", "lab", "run", host, "--", "timeout", str(PASTE_S), "bash", "-c", text]
    return subprocess.run(
        command, cwd=CHECKOUT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, errors="replace"
    )


@dataclass(frozen=True)
class Gate:
    """A finished gate run on the lab: its result and its findings, as every user gets them, and as they came in."""

    result: Result
    findings: list[dict[str, Any]]
    html: str
    lines: list[dict[str, Any]]

    def named(self, *outcomes: str) -> set[str]:
        """Returns the names of the checks with one of these outcomes."""
        return {f["check"] for f in self.findings if f["outcome"] in outcomes}

    @property
    def first(self) -> str:
        """The check of the cause that stands first on the terminal."""
        return self.causes[0] if self.causes else ""

    @property
    def causes(self) -> list[str]:
        """The checks of all causes, in the order of the terminal."""
        return re.findall(r"^\s*\d+\. ([^\s[]+)\S* on ", self.result.text, re.MULTILINE)

    def of(self, check: str) -> dict[str, Any]:
        """Returns the first unhealthy finding of a check."""
        return next(f for f in self.findings if f["check"] == check and f["outcome"] in ("failed", "blocked"))


@dataclass(frozen=True)
class Part:
    """Some hosts of one system, as an environment of its own, so that two systems can be asked at the same time."""

    system: str
    hosts: tuple[str, ...]


@cache
def inventory() -> dict[str, Any]:
    """Returns the lab's inventory, as it is written."""
    listed: dict[str, Any] = yaml.safe_load(LAB.read_text(encoding="utf-8"))
    return listed


def part(system: str, hosts: Collection[str] = ()) -> Part:
    """Returns the part of these hosts, all of the system's when none is named; another system's are left out."""
    carrying = [name for name, each in inventory()["hosts"].items() if system in each["systems"]]
    return Part(system, tuple(name for name in carrying if not hosts or name in hosts))


def gate(*arguments: str, of: Part | None = None, limits: dict[str, float] | None = None) -> Gate:
    """Runs the gate against the lab, or against a part `of` it with `limits` over the lab's."""
    name = f"lab-{of.system}" if of else WHOLE
    written = LAB.with_stem(name)
    if of:
        hosts = {host: inventory()["hosts"][host] for host in of.hosts}
        public = {system: url for system, url in inventory()["public"].items() if system == of.system}
        over = {**inventory()["limits"], **(limits or {})}
        environment = {**inventory(), "hosts": hosts, "public": public, "limits": over}
        written.write_text(yaml.safe_dump(environment), encoding="utf-8")
    try:
        result = run_gate(ROOT, f"--hosts={name}", *arguments)
    finally:
        if of:
            written.unlink()
    folder = reports(ROOT, name)
    document = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    lines = [json.loads(line) for line in (folder / "findings.jsonl").read_text(encoding="utf-8").splitlines()]
    return Gate(result, document["findings"], (folder / "report.html").read_text(encoding="utf-8"), lines)


def green(
    of: Part | None = None,
    checks: Iterable[str] = (),
    limit_s: float = 60,
    follow: Callable[[dict[str, Any]], object] | None = None,
) -> Gate:
    """Returns a gate run that is green, of these checks or of all.

    A service that was just repaired gets some seconds to settle; what it logged before is history on a part of the lab.
    What is the first cause then has a section of its own: its finding is handed to `follow`, once.
    """
    functions = [_function(check) for check in sorted(checks)]
    started = time.monotonic()
    while True:
        run = gate(*functions, of=of, limits={"log_quiet_s": SETTLED_S})
        waited = time.monotonic() - started
        if run.result.code == 0 or waited > limit_s:
            assert run.result.code == 0, f"not green after {waited:.0f} s: {run.first}\n{run.result.text}"
            return run
        if follow and waited > SETTLES_S:
            follow(run.of(run.first))
            follow = None
        time.sleep(1)


def _function(check: str) -> str:
    return f"{_files()[check]}::test_{check.partition('.')[2]}"


@cache
def _files() -> dict[str, str]:
    return {name: check.file for name, check in read_checks(ROOT / "checks").items()}
