"""What the gate must say of each fault of the lab: read from tests/expected/, held against a real run."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import yaml
from markupsafe import escape

from lab.fault import faults
from reports.page.prose import words
from tests.content import CHECKOUT
from tests.judge import recorded
from tests.lab_gate import TIMED_OUT, Gate, Part, gate, green, inventory, lab, part, pasted

SEEN = CHECKOUT / "reports" / "out" / "matrix.jsonl"
# What the gate needs, at most as a rule, from its start until it reads a log, on a busy machine too. What the last
# fault left in a log is older: after its repair the gate was green, which takes `log_quiet_s` of inventory/lab.yml.
START_S = 8
# The component whose members know of one another: its faults may show on any of their hosts.
CLUSTER = "mongodb."
# Whose hosts were seen well.
BEGUN: set[str] = set()
# What users get may break with what the health page looks at, and is not listed beside it.
HEALTH = "http.status_healthy"
FOLLOWS = {"app.status_healthy", "http.public_answers", "logs.errors", "logs.repeated_errors", "logs.slow_requests"}
SEEN_OUTSIDE = {HEALTH, "http.answers", "http.latency", "nginx.reachable"}
WITH_HEALTH = {
    "app.status_healthy",
    "http.page_served",
    "http.page_in_time",
    "http.login_works",
    "http.login_lasts",
    "http.member_page_served",
    "http.member_page_complete",
    "http.member_page_in_time",
    "nginx.upstream_errors",
}
# What is asked with a URL of the application's is not known where that is refused.
ASKED_WITH = {"redis.app_url": "redis.app_may_write"}


@dataclass(frozen=True)
class Expected:
    """What a fault must look like: the cause that stands first, what else must or may be red, who repairs it.

    What is in `red` must be red, what is in `may` or `blocked` may be: it depends on when one looks.

    `limits` go over those of the lab's inventory while the fault is judged, where the lab had to be generous. After the
    runbook's `repair` the lab's runs too where it is to `restore` what that made anew, and other faults need as it was.
    The resolution is pasted on the first host of the cause, or on `each` host where it is red. The section that is
    offered first when the resolution does not help is what the fault `offers`.
    """

    fault: str
    cause: str
    red: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    limits: dict[str, float] = field(default_factory=dict)
    section: str = ""
    offers: str = ""
    repair: str = "lab"
    each: bool = False
    restore: bool = False
    telling: bool = False

    @property
    def told(self) -> set[str]:
        """The checks that may be red."""
        listed = {self.cause, *self.red, *self.may}
        outside = FOLLOWS if listed & SEEN_OUTSIDE else set()
        return listed | outside | (WITH_HEALTH if HEALTH in listed else set())


def expectations() -> list[Expected]:
    """Returns every expectation of tests/expected/, in order."""
    found = []
    for path in sorted((CHECKOUT / "tests" / "expected").glob("*.yml")):
        entries: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        for fault, entry in entries.items():
            found.append(_expected(fault, entry))
    return found


def _expected(fault: str, entry: dict[str, Any]) -> Expected:
    values: dict[str, Any] = {
        key: tuple(_names(value)) if isinstance(value, list) else value for key, value in entry.items()
    }
    return Expected(fault, **values)


def _names(listed: list[Any]) -> Iterator[str]:
    """The names of a list, of which one may be another fault's list (a YAML alias) in their place."""
    for each in listed:
        yield from each if isinstance(each, list) else [each]


@cache
def _systems() -> dict[str, str]:
    listed = inventory()["hosts"]
    return {
        each.name: next(
            system for host in (*each.hosts, each.watch) if host in listed for system in listed[host]["systems"]
        )
        for each in faults().values()
    }


def system_of(fault: str) -> str:
    """Returns the system that a fault of the lab is about."""
    return _systems()[fault]


def part_of(expected: Expected) -> Part:
    """Returns the hosts that a fault can touch: its own, and all of its system's when it is about the cluster."""
    system = system_of(expected.fault)
    if any(name.startswith(CLUSTER) for name in (expected.cause, *expected.red, *expected.may, *expected.blocked)):
        return part(system)
    each = faults()[expected.fault]
    return part(system, {*each.hosts, each.watched.name})


@cache
def begin(system: str) -> None:
    """Sees once that a system's hosts are well: what was broken before must not be laid at the first fault's door."""
    recorded.record(f"none of {system}", green(part(system), limit_s=120).lines)
    BEGUN.add(system)


def apply_resolution(finding: dict[str, Any]) -> str:
    """Pastes the resolution on the host as a person would, without the steps that can lose data; returns the paste."""
    text: str = finding["paste"]
    if text:
        assert pasted(finding["host"], text).returncode != TIMED_OUT, f"the paste hangs:\n{text}"
    return text


def prove(expected: Expected, *, spread: bool = False) -> None:
    """Breaks the host, and asserts what the report says; repairs it, and asserts that all that was unhealthy is well.

    What was well is not asked again: the next fault's run asks for everything, and nothing unexpected may be red there.
    What is red there may still be the last fault's: what fails is tried once more, on hosts that were seen wholly well.
    What was seen is kept for docs/faults.md, and what it took besides the first look is bounded (tests/faults_page.py).
    A telling fault, or each with `spread`, is asked once more under xdist.
    """
    system = system_of(expected.fault)
    begin(system)
    late: list[str] = []
    try:
        broken = _try(expected, late, spread=spread)
    except AssertionError as error:
        late.append(str(error).partition("\n")[0])
        green(part(system), limit_s=120)
        broken = _try(expected, late, spread=spread)
    seen = {"fault": expected.fault, "cause": broken.first, "repair": expected.repair, "late": late}
    recorded.record(expected.fault, broken.lines)
    outcomes = {outcome: sorted(broken.named(outcome)) for outcome in ("failed", "blocked")}
    SEEN.parent.mkdir(parents=True, exist_ok=True)
    with SEEN.open("a", encoding="utf-8") as file:
        file.write(json.dumps({**seen, **outcomes}) + "\n")


def _try(expected: Expected, late: list[str], *, spread: bool) -> Gate:
    """Breaks, looks and repairs; returns the gate run that saw it. What fails is repaired by the lab."""
    began = time.monotonic()
    try:
        lab("break", expected.fault)
        broken = look(expected, began, late)
        if expected.telling or spread:
            same_when_spread(expected, broken, began)
        repair(expected, broken)
    except BaseException:
        lab("repair", expected.fault)
        raise
    return broken


def repair(expected: Expected, broken: Gate) -> None:
    """Repairs what a gate run found broken, and asserts that all that was unhealthy is well."""
    asked, unhealthy = part_of(expected), broken.named("failed", "blocked")
    if expected.repair == "runbook":
        for finding in _to_repair(expected, broken):
            assert apply_resolution(finding), f"the section '{expected.section}' has no command to run"
        # A cause that is gone may have left another one, such as the errors that were counted: the report says so.
        green(asked, unhealthy, follow=apply_resolution)
        lab("repaired", expected.fault)
    if expected.repair == "lab" or expected.restore:
        lab("repair", expected.fault)
        green(asked, unhealthy)


def _to_repair(expected: Expected, broken: Gate) -> list[dict[str, Any]]:
    """The findings of the cause of which each shows what to paste: that of the first host, or of each."""
    by_host = {finding["host"]: finding for finding in reversed(broken.findings) if finding["check"] == expected.cause}
    red = [finding for finding in by_host.values() if finding["outcome"] == "failed"]
    return red if expected.each else [broken.of(expected.cause)]


def look(expected: Expected, began: float, late: list[str]) -> Gate:
    """Returns the gate run that says what is expected, the first or the second; why not the first goes to `late`.

    A fault takes hold in its own time: a look may come between a restart and its end. What was logged before the fault
    `began` is the last one's, and history.
    """
    # What a section wants handed over is a second login: the telling faults show that too, the others need not wait.
    options = () if expected.telling else ("--no-evidence",)
    broken = gate(*options, of=part_of(expected), limits=limits(expected, began))
    try:
        judge(expected, broken)
    except AssertionError as error:
        late.append(str(error).partition("\n")[0])
    else:
        return broken
    broken = gate(*options, of=part_of(expected), limits=limits(expected, began))
    judge(expected, broken)
    return broken


def same_when_spread(expected: Expected, broken: Gate, began: float) -> None:
    """Asserts that two workers, whose findings come in another order each time, name the same causes in the same order.

    What `may` be red comes and goes between two looks: such causes are left out.
    """
    again = gate("-n", "2", "--no-evidence", of=part_of(expected), limits=limits(expected, began))
    judge(expected, again)
    alone, spread = ([each for each in run.causes if each not in expected.may] for run in (broken, again))
    assert spread == alone, f"with -n 2 the causes are {spread}, without it {alone}\n{again.result.text}"


def limits(expected: Expected, began: float) -> dict[str, float]:
    """Returns what goes over the lab's limits while a fault is judged that began at this time (seconds, monotonic).

    What was logged START_S before that may be counted too: a fault begins so long after the last one's repair.
    """
    return {"log_quiet_s": time.monotonic() - began + START_S, **expected.limits}


def judge(expected: Expected, broken: Gate) -> None:
    """Asserts that the right cause stands first, nothing unexpected is red, and the right resolution is shown."""
    assert broken.result.code == 1, f"exit code {broken.result.code}\n{broken.result.text}"
    assert broken.first == expected.cause, f"first: {broken.first or 'no cause'}\n{broken.result.text}"
    told = expected.told
    unexpected = broken.named("failed") - told
    assert not unexpected, f"unexpected red: {sorted(unexpected)}\n{broken.result.text}"
    missed = set(expected.red) - broken.named("failed")
    assert not missed, f"not red: {sorted(missed)}\n{broken.result.text}"
    blocked = (*expected.blocked, *(told & WITH_HEALTH), *(each for red, each in ASKED_WITH.items() if red in told))
    unexpected = {name for name in broken.named("blocked") if not any(fnmatchcase(name, p) for p in blocked)}
    assert not unexpected, f"unexpected blocked: {sorted(unexpected)}\n{broken.result.text}"
    cause = broken.of(expected.cause)
    assert cause["cause"] is None
    for finding in broken.findings:
        if finding["outcome"] == "blocked":
            assert finding["cause"], f"{finding['check']} is blocked and names no cause"
    assert cause["section"].endswith(expected.section), f"the section shown is '{cause['section']}'"
    if expected.offers:
        offered = cause["further"][0]
        assert offered["why"], f"no reason for offering '{offered['section']}' first"
        assert offered["section"].endswith(expected.offers), f"offered first is '{offered['section']}'"
    for step in cause["remediation"]:
        head = str(escape(step["command"].splitlines()[0])) if step["command"] else words(step["text"].splitlines()[0])
        assert head in broken.html, f"the HTML report lacks: {head}"
