"""A content folder whose runbook declares what it expects of its own commands."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.conftest import ROOT, Result, reports, run_gate
from tests.shop import shop

HEAD = "# The shop\n\n## Workers\n\n### Worker down (P1)\n\n**Diagnostics:**\n```bash\n"
FOOT = "```\n\n**Resolution:**\n```bash\nuptime\n```\n"


class Shop:
    """A content folder whose runbook declares what it expects."""

    def __init__(self, folder: Path) -> None:
        self.folder = shop(folder)

    def says(self, fence: str) -> None:
        """Writes the runbook."""
        (self.folder / "runbooks/shop/runbook.md").write_text(f"{HEAD}{fence}{FOOT}", encoding="utf-8")
        system = "name: The shop\nchapters: [runbook.md]\ncomponents:\n  entropy: {least: 9}\n"
        (self.folder / "runbooks/shop/system.yml").write_text(system, encoding="utf-8")
        carried = "[entropy]" if "about: entropy" in fence else "[]"
        inventory = self.folder / "inventory/here.yml"
        text = inventory.read_text(encoding="utf-8")
        inventory.write_text(re.sub(r"shop: \[.*?\]", f"shop: {carried}", text), encoding="utf-8")
        for own in (self.folder / "checks").glob("*.py"):
            own.unlink()

    def gate(self, fence: str, *arguments: str) -> Result:
        """Runs the gate on a runbook with these lines."""
        self.says(fence)
        return run_gate(ROOT, f"--content={self.folder}", "--hosts=here", *arguments)

    def findings(self) -> dict[str, dict[str, Any]]:
        """Returns the findings of the last run, by check."""
        document = json.loads((reports(self.folder, "here") / "findings.json").read_text(encoding="utf-8"))
        return {finding["check"]: finding for finding in document["findings"]}
