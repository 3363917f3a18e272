"""Faults: deliberate breaks of hosts, each with its way back, and a note of which are in force."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab import host as machines
from lab.specs import Spec, spec
from lab.state import LabError, folder, read, say


@dataclass(frozen=True)
class Fault:
    """A break: on which hosts, what it does, the commands that break and repair, and when each of them is done.

    The conditions are asked on the host `watch`, by default the first; `clean` then takes away what it left in logs.
    """

    name: str
    hosts: tuple[str, ...]
    breaks: str
    break_: str
    repair: str
    broken: str = "true"
    repaired: str = ""
    watch: str = ""
    clean: str = ""

    @property
    def watched(self) -> Spec:
        """The host on which the fault shows."""
        return spec(self.watch or self.hosts[0])


def faults() -> dict[str, Fault]:
    """Returns every fault of lab/faults/*.yml, by name; raises LabError when a name stands twice."""
    found: dict[str, Fault] = {}
    for path in sorted((Path(__file__).parent / "faults").glob("*.yml")):
        for name, entry in read(path).items():
            if name in found:
                raise LabError(f"{path.name}: the fault '{name}' is a duplicate")
            try:
                found[name] = _fault(name, entry)
            except (TypeError, ValueError, KeyError) as error:
                raise LabError(f"{path}: the fault '{name}': {str(error).removeprefix('Fault.__init__() ')}") from None
    return found


def _fault(name: str, entry: Mapping[str, Any]) -> Fault:
    values = dict(entry)
    hosts, break_ = values.pop("host"), values.pop("break")
    return Fault(name=name, hosts=tuple(hosts) if isinstance(hosts, list) else (hosts,), break_=break_, **values)


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
    """Breaks the hosts, and waits until it shows."""
    each = fault(name)
    (_notes() / name).touch()
    for host in each.hosts:
        _apply(each, host, each.break_, "break")
    _until(each, each.broken, "broken")
    say(f"{', '.join(each.hosts)}: {each.breaks}")


def repair(name: str) -> None:
    """Repairs the hosts, and waits until they are healthy again; repairing twice is fine."""
    each = fault(name)
    for host in each.hosts:
        _apply(each, host, each.repair, "repair")
    _until(each, each.repaired or each.watched.ready, "repaired")
    repaired(name)


def repaired(name: str) -> None:
    """Takes note that a fault is undone, by whomever; ends what it ran by, and takes away what it left in logs."""
    each = fault(name)
    for host in each.hosts:
        _apply(each, host, "systemctl stop 'fault-*.service'", "end the units of")
    if each.clean:
        _apply(each, each.watched.name, each.clean, "clean up after")
    (_notes() / name).unlink(missing_ok=True)
    say(f"{', '.join(each.hosts)}: {name} is repaired")


def forget(host: Spec) -> None:
    """Forgets the faults of a host that was made anew."""
    for name in active():
        if name in faults() and host.name in faults()[name].hosts:
            (_notes() / name).unlink(missing_ok=True)


def _apply(each: Fault, host: str, script: str, what: str) -> None:
    done = machines.enter(spec(host), *machines.SHELL, script)
    if done.returncode:
        words = " ".join((done.stdout + done.stderr).split())[-300:]
        raise LabError(f"cannot {what} '{each.name}' on {host}: exit status {done.returncode}: {words}")


def _until(each: Fault, condition: str, what: str, timeout: float = 60) -> None:
    deadline = time.monotonic() + timeout
    while machines.enter(each.watched, *machines.SHELL, condition).returncode:
        if time.monotonic() > deadline:
            where = each.watched.name
            raise LabError(f"'{each.name}' is not {what} on {where} after {timeout:g} s: {condition.strip()}")
        time.sleep(0.3)
