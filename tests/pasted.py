"""Resolutions that are pasted on real hosts: what they do to hosts that need nothing, or something else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.judge.finding import Guidance
from engine.judge.guidance import guidance
from engine.run.run import Run, resolve
from reports.paste import STOPPED, paste
from tests.content import ROOT
from tests.lab_gate import TIMED_OUT, Part, gate, lab, part, pasted

# Those that may end by themselves are not asked for: what was pasted would not be what ended them.
PROPERTIES = "Id,ActiveState,MainPID"


@dataclass(frozen=True)
class Resolution:
    """A section's resolution as a report shows it: of a check on a host, which names it first."""

    system: str
    title: str
    host: str
    check: str
    guidance: Guidance

    @property
    def component(self) -> str:
        """The component of the check."""
        return self.check.partition(".")[0]

    @property
    def restarts(self) -> bool:
        """Whether a step says that it restarts something."""
        return any(step.danger == "restart" for step in self.guidance.remediation)


@cache
def lab_run() -> Run:
    """Returns the run of the whole lab, with its targets."""
    return resolve(ROOT, "lab", None, {}, ROOT)


@cache
def _findings(system: str) -> tuple[dict[str, Any], ...]:
    """The findings of one gate run on a system's healthy hosts: which check is about what, and where."""
    run = gate("--no-evidence", of=part(system))
    assert run.result.code == 0, run.result.text
    return tuple(run.findings)


def titles() -> Iterator[tuple[str, str]]:
    """Yields each system with the title of each of its sections that a report of the lab may show."""
    for system in {target.system.id: target.system for target in lab_run().targets}.values():
        targets = [target for target in lab_run().targets if target.system is system]
        for section in system.runbook.sections:
            shown = [check for check in section.checks if system.runbook.sections_of(check)[0] is section]
            if section.resolution and any(
                target.applies(check, check.partition(".")[0]) for target in targets for check in shown
            ):
                yield system.id, section.title


def resolution(system: str, title: str) -> Resolution | None:
    """Returns the resolution of a section for the first host on which a check shows it; None where none does."""
    for finding in _findings(system):
        if finding["section"] == title:
            target = lab_run().target_of(finding["host"], system, finding["component"])
            told = guidance(lab_run(), target, finding["check"], finding["item"])
            return Resolution(system, title, finding["host"], finding["check"], told)
    return None


def units(of: Part) -> dict[tuple[str, str], int]:
    """Returns the main process of each service that runs, by host and name: those that systems have, and sshd."""
    components = next(t.system for t in lab_run().targets if t.system.id == of.system).components.values()
    named = {unit for each in components if (unit := getattr(each, "unit", None))}
    names = [f"{unit.removesuffix('.service')}.service" for unit in sorted({*named, "ssh", "systemd-journald"})]
    found = {}
    for host in of.hosts:
        blocks = lab("run", host, "--", "systemctl", "show", "-p", PROPERTIES, "--", *names).strip().split("\n\n")
        for block in blocks:
            values = dict(line.partition("=")[::2] for line in block.splitlines())
            if values["ActiveState"] == "active" and values["MainPID"] != "0":
                found[host, values["Id"]] = int(values["MainPID"])
    return found


def harmless(told: Resolution, of: Part, *, to_its_end: bool = False) -> str:
    """Pastes a whole resolution; returns what it printed.

    Asserts that it ends, that whatever ran still runs, and that nothing was restarted unless a step says so. With
    `to_its_end`, no step may fail and leave out the next ones.
    """
    before = units(of)
    text = paste(told.guidance.remediation)
    done = pasted(told.host, text)
    said = f"{told.title} on {told.host}:\n{text}\n--\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    assert done.returncode != TIMED_OUT, f"it hangs: {said}"
    assert not (to_its_end and STOPPED in done.stderr), f"a step ended it: {said}"
    after = units(of)
    gone = {name for name in before if name not in after}
    assert not gone, f"not running any more: {sorted(gone)}; {said}"
    other = {name for name, pid in before.items() if after[name] != pid}
    assert told.restarts or not other, f"restarted, and no step says so: {sorted(other)}; {said}"
    return said
