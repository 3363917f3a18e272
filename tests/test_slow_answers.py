"""What a runbook asks of its own takes no time of what the suite asks."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import ROOT, reports, run_gate
from tests.shop import shop

RUNBOOK = """# The shop

### Shop slow (P1)

**Diagnostics:**
```bash
# check: os.cpu_busy
top

# expect: exit 0
# name: slow   timeout: 60
sleep 58
```
"""


def test_a_slow_answer_comes_last(tmp_path: Path) -> None:
    """It has the whole of the host's time, and what samples the host was asked before."""
    folder = shop(tmp_path)
    (folder / "runbooks/shop/runbook.md").write_text(RUNBOOK, encoding="utf-8")
    (folder / "runbooks/shop/system.yml").write_text(
        "name: The shop\nchapters: [runbook.md]\ncomponents: {os: {}}\n", encoding="utf-8"
    )
    (folder / "inventory/here.yml").write_text(
        "deadline_s: 6\nlimits: {cpu_busy_percent: 100}\n"
        "hosts: {here: {connection: 'local://', systems: {shop: []}}}\n",
        encoding="utf-8",
    )
    run_gate(ROOT, f"--content={folder}", "--hosts=here", "-k", "os.cpu_busy or runbook.slow")
    found = json.loads((reports(folder, "here") / "findings.json").read_text(encoding="utf-8"))["findings"]
    assert {each["check"]: each["outcome"] for each in found} == {"os.cpu_busy": "passed", "runbook.slow": "failed"}
