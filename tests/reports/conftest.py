"""A small system on this machine, whose reports a test may spoil."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Project, reports

CHECKS = "checks/test_os.py"
RUNBOOK = "runbooks/try/runbook.md"
SECTION = "### {}\n\n**Severity:** {}\n\n**Diagnostics:**\n\n```bash\n# check: {}\ntrue\n```\n\n"
RESOLUTION = """**Resolution:**

```bash
# Mind the <gap>.
# danger: data-loss
rm -rf '{{ host }}' && echo "<done>"
```
"""


@pytest.fixture
def suite(project: Project) -> Project:
    """A copy with a system of two checks, of which a test may spoil the second, on this machine."""
    (project.root / "runbooks/try").mkdir()
    project.write("runbooks/try/system.yml", "name: Try\ncomponents:\n  os: {}\n")
    away, wrong = SECTION.format("Away", "P1", "os.reachable"), SECTION.format("Wrong <b>", "P2", "os.tried")
    project.write(RUNBOOK, f"# Try\n\n## Host\n\n{away}{wrong}{RESOLUTION}")
    project.write("inventory/try.yml", "hosts:\n  here:\n    connection: local://\n    systems: {try: []}\n")
    return project


def check(suite: Project, body: str) -> None:
    """Gives `os.tried` a body."""
    text = (suite.root / CHECKS).read_text(encoding="utf-8")
    suite.write(CHECKS, f'{text}\n\ndef test_tried(identity):\n    """It is well."""\n    {body}\n')


def document(suite: Project) -> dict[str, Any]:
    """The JSON of the last run."""
    found: dict[str, Any] = json.loads((reports(suite.root, "try") / "findings.json").read_text(encoding="utf-8"))
    return found


def html(suite: Project) -> str:
    """The HTML of the last run."""
    return (reports(suite.root, "try") / "report.html").read_text(encoding="utf-8")
