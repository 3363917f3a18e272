"""What runbooks say, before and after: `python -m tests.compare_guidance OLD [NEW]`, both checkouts of the project.

For every check of every system it compares severity, symptoms, steps, evidence and escalation as reports show them, and
prints what differs. It exits with 1 when something does.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Any

from engine.config.host import Host
from engine.gather.catalogue import catalogue
from engine.run.checks import read_checks
from engine.run.run import all_systems
from engine.run.target import Target
from engine.runbook.fill import fill
from tests.content import CHECKOUT

CATALOGUE = catalogue()
CHECKS = read_checks(CHECKOUT / "checks")


def said(root: Path) -> dict[str, dict[str, list[str]]]:
    """Returns the lines of what the runbooks in `root` say, by system and check."""
    host = Host("HOST", "ssh://HOST", {})
    targets = {s.id: Target("HOST", host, s, tuple(s.components), s.limits) for s in all_systems(root)}
    return {
        name: {check: list(_lines(target, check)) for check in sorted(target.system.runbook.by_check)}
        for name, target in targets.items()
    }


def _lines(target: Target, check: str) -> Iterator[str]:
    section: Any = target.system.runbook.sections_of(check)[0]
    yield f"{section.severity} {section.title}"
    yield from (fill(f"symptom: {words}", target.values(""), "") for words in section.symptoms)
    for step in section.resolution:
        text = fill(f"{step.text}\n{target.system.runbook.pasteable(step.command)}", target.values(""), "")
        yield from (f"{step.danger}: {line}" for line in text.splitlines() if line)
    # What a section's checks read is handed over without being listed.
    named = {name for check in section.checks for name in CHECKS[check].facts}
    read = {fact for fact in ("units" if name == "unit" else name for name in named) if fact in CATALOGUE}
    asked = {fact for item in section.evidence for fact in item.facts}
    yield from (f"evidence: {fact}" for fact in sorted(read | asked))
    yield from (f"evidence: {item.text}" for item in section.evidence if not item.facts)
    yield from (f"escalation: {words}" for words in section.escalation)


def _asked(root: Path) -> dict[str, dict[str, list[str]]]:
    """The same of another checkout, by its own code."""
    program = f"import json, runpy; m = runpy.run_path({__file__!r}); from pathlib import Path; "
    program += "print(json.dumps(m['said'](Path.cwd())))"
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    found: dict[str, dict[str, list[str]]] = json.loads(done.stdout)
    return found


def main(old: Path, new: Path) -> int:
    """Prints what differs. Returns the exit code."""
    before, after = _asked(old), _asked(new)
    differ = 0
    for system in sorted({*before, *after}):
        checks = {**before.get(system, {}), **after.get(system, {})}
        for check in checks:
            one, other = (said.get(system, {}).get(check, []) for said in (before, after))
            differ += one != other
            for line in unified_diff(one, other, "", "", lineterm="", n=0):
                if not line.startswith(("---", "+++", "@@")):
                    print(f"{system} {check}: {line}")
    print(f"{differ} checks differ")
    return 1 if differ else 0


if __name__ == "__main__":
    folders = [Path(each).resolve() for each in sys.argv[1:]]
    sys.exit(main(folders[0], folders[1] if len(folders) > 1 else CHECKOUT))
