"""What the matrix found in each fault, kept so that causes can be worked out again without the lab.

`python -m tests.judge.recorded` takes over what the last matrix runs found (reports/out/matrix-findings.jsonl) into
recorded.jsonl.xz: one line a fault, only what differs from run to run. Marks, places in files, owners and components
are read from the checks and systems as they are now, so that a recording stays true when those change.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from engine.config.inventory import Inventory
from engine.judge.finding import Finding, Guidance, Remediation
from engine.run.checks import Check, read_checks
from engine.run.run import Run, all_systems
from engine.text import one_line
from tests.conftest import ROOT
from tests.content import CHECKOUT
from tests.ours import CATALOGUE

KEPT = Path(__file__).with_name("recorded.jsonl.xz")
SEEN = CHECKOUT / "reports" / "out" / "matrix-findings.jsonl"
KEYS = ("nodeid", "check", "host", "system", "item", "outcome", "severity", "message", "missing", "only", "ended")


def record(fault: str, findings: Iterable[dict[str, Any]]) -> None:
    """Appends what a gate run found in a fault to SEEN; `findings` are the lines of its findings.jsonl."""
    SEEN.parent.mkdir(parents=True, exist_ok=True)
    with SEEN.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"fault": fault, "findings": [_compact(f) for f in findings]}) + "\n")


def _compact(finding: dict[str, Any]) -> dict[str, Any]:
    kept = {key: finding[key] for key in KEYS if finding[key]}
    if finding["outcome"] != "passed":
        # Of the steps only whether they are the same.
        kept["section"] = finding["guidance"]["section"]
        kept["steps"] = [one_line(step["command"] or step["text"], 60) for step in finding["guidance"]["remediation"]]
        kept["message"] = one_line(finding["message"], 300)
    return kept


def take_over() -> int:
    """Adds what the matrix found to what is kept; returns how many faults are kept then."""
    kept = dict(_lines(KEPT.read_bytes())) if KEPT.exists() else {}
    if SEEN.exists():
        kept |= dict(_lines(lzma.compress(SEEN.read_bytes())))
    text = "".join(json.dumps({"fault": name, "findings": kept[name]}, sort_keys=True) + "\n" for name in sorted(kept))
    KEPT.write_bytes(lzma.compress(text.encode(), preset=9))
    SEEN.unlink(missing_ok=True)
    return len(kept)


def _lines(packed: bytes) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for line in lzma.decompress(packed).decode().splitlines():
        entry = json.loads(line)
        yield entry["fault"], entry["findings"]


@cache
def faults() -> dict[str, list[Finding]]:
    """Returns the findings of each recorded fault, as a run has them before their causes are known.

    Of what passed only that which has a part in causes: vital states, owners of facts, and that a component is there.
    """
    return {fault: list(_needed(map(made, entries))) for fault, entries in _lines(KEPT.read_bytes())}


def _needed(findings: Iterable[Finding]) -> Iterator[Finding]:
    found = list(findings)
    owners = {owner for finding in found for owner in finding.owners}
    there: set[tuple[str, str, str]] = set()
    for finding in found:
        component = (finding.host, finding.system, finding.component)
        if finding.outcome != "passed" or finding.vital or finding.check in owners or component not in there:
            yield finding
        there.add(component)


@cache
def _checks() -> dict[str, Check]:
    return read_checks(ROOT / "checks")


@cache
def _beneath() -> dict[tuple[str, str], tuple[str, ...]]:
    return {(system.id, name): system.rests_on(name) for system in all_systems(ROOT) for name in system.components}


@cache
def _run() -> Run:
    return Run(ROOT, Inventory("recorded", ()), [], _checks())


def made(entry: dict[str, Any]) -> Finding:
    """Returns the finding of an entry, with what the checks and systems say of it now."""
    check = _checks()[entry["check"]]
    component = check.name.partition(".")[0]
    steps = tuple(Remediation(step, "none", "") for step in entry.get("steps", ()))
    missing = entry.get("missing")
    return Finding(
        nodeid=entry["nodeid"],
        check=check.name,
        host=entry["host"],
        system=entry["system"],
        component=component,
        item=entry.get("item", ""),
        outcome=entry["outcome"],
        severity=entry["severity"],
        expected=check.expected,
        message=entry.get("message", ""),
        missing=missing,
        owners=_run().owners(missing, CATALOGUE) if missing else (),
        symptom=check.symptom,
        vital=check.vital,
        shared=check.shared,
        of=check.of,
        brings=check.brings,
        rank=check.rank,
        only=tuple(entry.get("only", ())),
        depends_on=_beneath()[entry["system"], component],
        ended=entry.get("ended", ""),
        guidance=Guidance(section=entry.get("section", ""), remediation=steps),
    )


if __name__ == "__main__":
    print(f"{take_over()} faults are recorded")
