"""What the gate must say of each fault of the lab: read from tests/expected/, held against a real run."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import yaml
from markupsafe import escape

from lab.fault import faults
from reports.html import words
from tests.conftest import ROOT, Result, run_gate

OUT = ROOT / "reports" / "out"
LAB = ROOT / "inventory" / "lab.yml"
SEEN = OUT / "matrix.jsonl"
SETTLED_S = 2
# What the gate needs, at most as a rule, from its start until it reads a log.
START_S = 4


@dataclass(frozen=True)
class Expected:
    """What a fault must look like: the cause that stands first, what else may be red or blocked, who repairs it.

    `limits` go over those of the lab's inventory while the fault is judged, where the lab had to be generous.
    """

    fault: str
    cause: str
    red: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    limits: dict[str, float] = field(default_factory=dict)
    section: str = ""
    repair: str = "lab"
    telling: bool = False


def expectations() -> list[Expected]:
    """Returns every expectation of tests/expected/, in order."""
    found = []
    for path in sorted((ROOT / "tests" / "expected").glob("*.yml")):
        entries: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        for fault, entry in entries.items():
            found.append(_expected(fault, entry))
    return found


def _expected(fault: str, entry: dict[str, Any]) -> Expected:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return Expected(fault, **values)


def lab(*arguments: str, check: bool = True) -> str:
    """Runs `python -m lab ARGUMENTS`; returns what it printed, and raises when it failed and `check` is set."""
    command = [sys.executable, "-m", "lab", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert not check or done.returncode == 0, f"{' '.join(arguments)}: {done.stdout}{done.stderr}"
    return done.stdout


@dataclass(frozen=True)
class Gate:
    """A finished gate run on the lab: its result and its findings, as every user gets them."""

    result: Result
    findings: list[dict[str, Any]]
    html: str

    def named(self, *outcomes: str) -> set[str]:
        """Returns the names of the checks with one of these outcomes."""
        return {f["check"] for f in self.findings if f["outcome"] in outcomes}

    @property
    def first(self) -> str:
        """The check of the cause that stands first on the terminal."""
        match = re.search(r"^\s*1\. ([^\s[]+)\S* on ", self.result.text, re.MULTILINE)
        return match[1] if match else ""

    def of(self, check: str) -> dict[str, Any]:
        """Returns the first unhealthy finding of a check."""
        return next(f for f in self.findings if f["check"] == check and f["outcome"] in ("failed", "blocked"))


@cache
def _systems() -> dict[str, str]:
    listed: dict[str, Any] = yaml.safe_load(LAB.read_text(encoding="utf-8"))["hosts"]
    return {
        each.name: next(
            system for host in (*each.hosts, each.watch) if host in listed for system in listed[host]["systems"]
        )
        for each in faults().values()
    }


def system_of(fault: str) -> str:
    """Returns the system that a fault of the lab is about."""
    return _systems()[fault]


def gate(*arguments: str, system: str = "", limits: dict[str, float] | None = None) -> Gate:
    """Runs the gate against the lab; with `system` against an environment of its hosts alone, `limits` over the lab's.

    Every system has an environment of its own, so that the faults of two systems can be proven at the same time.
    """
    name = "lab"
    if system:
        name = f"lab-{system}"
        inventory = yaml.safe_load(LAB.read_text(encoding="utf-8"))
        inventory["hosts"] = {host: each for host, each in inventory["hosts"].items() if system in each["systems"]}
        inventory["limits"] = {**inventory["limits"], **(limits or {})}
        LAB.with_stem(name).write_text(yaml.safe_dump(inventory), encoding="utf-8")
    try:
        result = run_gate(ROOT, f"--hosts={name}", *arguments)
    finally:
        if system:
            LAB.with_stem(name).unlink()
    document = json.loads((OUT / name / "findings.json").read_text(encoding="utf-8"))
    return Gate(result, document["findings"], (OUT / name / "report.html").read_text(encoding="utf-8"))


def green(system: str = "", limit_s: float = 60) -> Gate:
    """Returns a gate run that is green, on all hosts or on those of a system.

    A service that was just repaired gets some seconds to settle; in a system's run, what it logged before is history.
    """
    deadline = time.monotonic() + limit_s
    while True:
        run = gate(system=system, limits={"log_quiet_s": SETTLED_S})
        if run.result.code == 0 or time.monotonic() > deadline:
            assert run.result.code == 0, run.result.text
            return run
        time.sleep(1)


@cache
def begin(system: str) -> None:
    """Sees once that a system's hosts are well: what was broken before must not be laid at the first fault's door."""
    green(system, limit_s=120)


def apply_resolution(finding: dict[str, Any]) -> list[str]:
    """Runs the resolution's commands on the host as a person would, dangerous for data ones excepted; returns them."""
    commands = [s["command"] for s in finding["remediation"] if s["command"] and s["danger"] != "data-loss"]
    for command in commands:
        lab("run", finding["host"], "--", "sh", "-c", f"timeout 60 sh -c {_quoted(command)} </dev/null", check=False)
    return commands


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def prove(expected: Expected) -> None:
    """Breaks the host, and asserts what the report says; repairs it, and asserts that the gate is green again.

    What was seen is kept for docs/faults.md. After a repair by the runbook the fault's own runs too, in case the former
    failed; that it changes nothing more shows in the next fault's run, where nothing unexpected may be red.
    """
    system = system_of(expected.fault)
    begin(system)
    began = time.monotonic()
    try:
        lab("break", expected.fault)
        broken, looks = look(expected, began)
        if expected.repair == "runbook":
            commands = apply_resolution(broken.of(expected.cause))
            assert commands, f"the section '{expected.section}' has no command to run"
            green(system)
    finally:
        lab("repair", expected.fault)
    if expected.repair == "runbook":
        # What the fault's own repair restarts says so in logs, which the next fault must not be charged with.
        time.sleep(START_S)
    else:
        green(system)
    seen = {"fault": expected.fault, "cause": broken.first, "repair": expected.repair, "looks": looks}
    outcomes = {outcome: sorted(broken.named(outcome)) for outcome in ("failed", "blocked")}
    SEEN.parent.mkdir(parents=True, exist_ok=True)
    with SEEN.open("a", encoding="utf-8") as file:
        file.write(json.dumps({**seen, **outcomes}) + "\n")


def look(expected: Expected, began: float) -> tuple[Gate, int]:
    """Returns the gate run that says what is expected, and whether it was the first or the second.

    What was logged before the fault `began` is the last one's, and history. A fault takes hold in its own time: a look
    may come between a restart and its end. How many needed a second look is kept, and bounded (tests/faults_page.py).
    """
    system = system_of(expected.fault)
    # What a section wants handed over is a second login: the telling faults show that too, the others need not wait.
    options = () if expected.telling else ("--no-evidence",)
    broken = gate(*options, system=system, limits=limits(expected, began))
    try:
        judge(expected, broken)
    except AssertionError as error:
        print(error)
    else:
        return broken, 1
    broken = gate(*options, system=system, limits=limits(expected, began))
    judge(expected, broken)
    return broken, 2


def limits(expected: Expected, began: float) -> dict[str, float]:
    """Returns what goes over the lab's limits while a fault is judged that began at this time (seconds, monotonic).

    What was logged START_S before that may be counted too: a fault begins so long after the last one's repair.
    """
    return {"log_quiet_s": time.monotonic() - began + START_S, **expected.limits}


def judge(expected: Expected, broken: Gate) -> None:
    """Asserts that the right cause stands first, nothing unexpected is red, and the right resolution is shown."""
    assert broken.result.code == 1, broken.result.text
    assert broken.first == expected.cause, broken.result.text
    unexpected = broken.named("failed") - {expected.cause, *expected.red}
    assert not unexpected, f"unexpected red: {sorted(unexpected)}\n{broken.result.text}"
    unexpected = {name for name in broken.named("blocked") if not any(fnmatchcase(name, p) for p in expected.blocked)}
    assert not unexpected, f"unexpected blocked: {sorted(unexpected)}\n{broken.result.text}"
    cause = broken.of(expected.cause)
    assert cause["cause"] is None
    for finding in broken.findings:
        if finding["outcome"] == "blocked":
            assert finding["cause"], f"{finding['check']} is blocked and names no cause"
    assert cause["section"].endswith(expected.section), f"the section shown is '{cause['section']}'"
    for step in cause["remediation"]:
        head = str(escape(step["command"].splitlines()[0])) if step["command"] else words(step["text"].splitlines()[0])
        assert head in broken.html, f"the HTML report lacks: {head}"
