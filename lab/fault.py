"""Faults: deliberate breaks of a host, each with its way back, and a note of which are in force."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import yaml

from lab import host as hosts
from lab.specs import Spec, spec
from lab.state import LabError, folder, say


@dataclass(frozen=True)
class Fault:
    """A break: what it does, the commands that break and repair, and the conditions that say each is done."""

    name: str
    host: str
    breaks: str
    break_: str
    repair: str
    broken: str = "true"
    repaired: str = ""


def faults() -> dict[str, Fault]:
    """Returns every fault of lab/faults/*.yml, by name; raises LabError when a name stands twice."""
    found: dict[str, Fault] = {}
    for path in sorted((Path(__file__).parent / "faults").glob("*.yml")):
        for name, entry in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            if name in found:
                raise LabError(f"{path.name}: the fault '{name}' is a duplicate")
            found[name] = Fault(name=name, break_=entry.pop("break"), **entry)
    return found


def fault(name: str) -> Fault:
    """Returns the fault `name`; raises LabError for an unknown one."""
    known = faults()
    if name not in known:
        raise LabError(f"no fault '{name}'; known: {', '.join(known)}")
    return known[name]


def active() -> list[str]:
    """Returns the names of the faults that were broken and not repaired since."""
    return sorted(path.name for path in _notes().iterdir())


def _notes() -> Path:
    path = folder() / "broken"
    path.mkdir(parents=True, exist_ok=True)
    return path


def break_(name: str) -> None:
    """Breaks the host, and waits until it shows."""
    each = fault(name)
    (_notes() / name).touch()
    _apply(each, each.break_, "break")
    _until(each, each.broken, "broken")
    say(f"{each.host}: {each.breaks}")


def repair(name: str) -> None:
    """Repairs the host, and waits until it is healthy again; repairing twice is fine."""
    each = fault(name)
    _apply(each, each.repair, "repair")
    _until(each, each.repaired or spec(each.host).ready, "repaired")
    (_notes() / name).unlink(missing_ok=True)
    say(f"{each.host}: {name} is repaired")


def forget(host: Spec) -> None:
    """Forgets the faults of a host that was made anew."""
    for name in active():
        if name in faults() and faults()[name].host == host.name:
            (_notes() / name).unlink(missing_ok=True)


def _apply(each: Fault, script: str, what: str) -> None:
    done = hosts.enter(spec(each.host), *hosts.SHELL, script)
    if done.returncode:
        words = " ".join((done.stdout + done.stderr).split())[-300:]
        raise LabError(f"cannot {what} '{each.name}' on {each.host}: exit status {done.returncode}: {words}")


def _until(each: Fault, condition: str, what: str, timeout: float = 60) -> None:
    deadline = time.monotonic() + timeout
    while hosts.enter(spec(each.host), *hosts.SHELL, condition).returncode:
        if time.monotonic() > deadline:
            raise LabError(f"'{each.name}' is not {what} on {each.host} after {timeout:g} s: {condition.strip()}")
        time.sleep(0.3)
