"""docs/faults.md: which fault turned which check red, as the matrix saw it.

`python -m tests.faults_page` takes over what the last matrix runs saw (reports/out/matrix.jsonl) into
tests/expected/seen.json, and writes the page from that.
"""

from __future__ import annotations

import ast
import json
import sys
from typing import Any

from engine.run.checks import read_checks
from lab.fault import faults
from tests.content import CHECKOUT, ROOT
from tests.faults import SEEN, expectations
from tests.judge import recorded as recorded_findings

KEPT = CHECKOUT / "tests" / "expected" / "seen.json"
PAGE = CHECKOUT / "docs" / "faults.md"
# Of all faults: the gate is to name the right cause at once in 95 % of them.
LATE_AT_MOST = 0.05
HEAD = """# Faults

A check counts when it was seen to fail: `./tox.sh run -e matrix` breaks the lab's real hosts in each of these ways,
holds the report against what it must say, and repairs the host, by the runbook's own resolution wherever its commands
can run. This page is written from what those runs saw (`python -m tests.faults_page`); a fault that none of them has
seen yet is told as such.
"""
FAULTS = """
## Faults

*Repaired by* is `runbook` when the resolution that the report showed was run on the host as it stands, and nothing
else, and all that had been red or blocked was green after it; `lab` when the resolution is a person's to decide (a
restore, a deletion, a console).

| fault | what it does | cause named first | repaired by |
| --- | --- | --- | --- |
"""
CHECKS = """
## Checks

*First in* are the faults whose one cause the check was; *red in* counts those where it was red as a consequence. A
check without a fault is proven on recorded output of the real tool, because no host can be broken that way at will, or
by a test of its own that makes on the lab's hosts what they do not have.

| check | first in | red in |
| --- | --- | --- |
"""


def seen() -> dict[str, dict[str, Any]]:
    """Returns what was seen of each fault, by its name."""
    found: dict[str, dict[str, Any]] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    return found


def recorded() -> dict[str, str]:
    """Returns the checks that a test marked `recorded` proves without a fault, each with that test's file."""
    found = {}
    for path in sorted((CHECKOUT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.recorded":
                names = [ast.literal_eval(argument) for argument in node.args]
                found.update(dict.fromkeys(names, str(path.relative_to(CHECKOUT))))
    return found


def page() -> str:
    """Returns the page, as Markdown."""
    known, was = faults(), seen()
    rows = [f"| `{name}` | {known[name].breaks} | {_told(was.get(name))} |\n" for name in sorted(known)]
    checks = []
    proven = recorded()
    for check in read_checks(ROOT / "checks"):
        first = [f"`{name}`" for name in sorted(was) if was[name]["cause"] == check]
        others = sum(check in was[name]["failed"] and was[name]["cause"] != check for name in was)
        told = ", ".join(first) or (_proven(proven[check]) if check in proven else "")
        checks.append(f"| `{check}` | {told} | {others or ''} |\n")
    return f"{HEAD}{FAULTS}{''.join(rows)}{CHECKS}{''.join(checks)}"


def _told(was: dict[str, Any] | None) -> str:
    return f"`{was['cause']}` | {was['repair']}" if was else "not seen yet |"


def _proven(file: str) -> str:
    return f"{'on the lab' if file.endswith('_lab.py') else 'recorded output'}: `{file}`"


def last_run() -> dict[str, dict[str, Any]]:
    """Returns what the matrix saw of each fault since the last time; of a fault that it saw twice, the last."""
    lines = SEEN.read_text(encoding="utf-8").splitlines() if SEEN.exists() else []
    return {entry.pop("fault"): entry for entry in map(json.loads, lines)}


def never_red(run: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Returns, by check, the faults that list it as one that may be red, and in which a whole run did not see it so.

    Of a run that left faults out nothing is said.
    """
    found: dict[str, list[str]] = {}
    if set(run) >= {each.fault for each in expectations()}:
        for each in expectations():
            for check in each.may:
                if check not in run[each.fault]["failed"]:
                    found.setdefault(check, []).append(each.fault)
    return found


def take_over(run: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Adds what a run of the matrix saw, and forgets what is not expected any more.

    Returns which faults it did not see right at the first look, and why.
    """
    late = {fault: reasons for fault, entry in run.items() if (reasons := entry.pop("late"))}
    was, expected = seen() | run, {each.fault: each.cause for each in expectations()}
    kept = {name: was[name] for name in sorted(was) if expected.get(name) == was[name]["cause"]}
    KEPT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    SEEN.unlink(missing_ok=True)
    return late


if __name__ == "__main__":
    last = last_run()
    seen_late = take_over(last)
    recorded_findings.take_over()
    PAGE.write_text(page(), encoding="utf-8")
    for check, unseen in sorted(never_red(last).items()):
        print(f"may be red, and was not: {check} in {', '.join(unseen)}")
    print(f"{len(seen_late)} of {len(expectations())} faults needed more than one look")
    for fault, reasons in seen_late.items():
        print(f"{fault}: {'; then '.join(reasons)}")
    if len(seen_late) > LATE_AT_MOST * len(expectations()):
        sys.exit("that is more than 5 %: the gate does not name the right cause often enough at once")
