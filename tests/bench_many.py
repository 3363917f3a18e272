"""What a host costs the controller: 100 names for the lab's hosts, `python -m tests.bench_many [CHECKOUT …]`.

It also says what part of it the HTML page takes, with some 11,000 findings.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from lab.hold import held
from tests.conftest import ROOT
from tests.lab_gate import inventory

MANY = 100
NAME = "lab-many"
# Says at the end how much processor time the process itself took, without the ssh that it started.
PLUGIN = """import time

def pytest_unconfigure():
    print(f"took {time.process_time():.2f} s of processor time", flush=True)
"""
# The lab's machine is this one: a hundred log-ins at once are its load, and not what is measured.
PATIENCE = {"deadline_s": 600, "connect_timeout_s": 120}


def hosts(number: int) -> dict[str, Any]:
    """Returns an environment of so many hosts, names for the lab's in turns."""
    lab = inventory()
    entries = list(lab["hosts"].items())
    named = {f"{entries[i % len(entries)][0]}-{i}": entries[i % len(entries)][1] for i in range(number)}
    return {**lab, "hosts": named, **PATIENCE}


def seconds(root: Path, number: int, *options: str) -> float:
    """Returns the controller's processor time for a gate on so many hosts, whatever it says of them."""
    path = root / "inventory" / f"{NAME}.yml"
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "took.py").write_text(PLUGIN, encoding="utf-8")
        path.write_text(yaml.safe_dump(hosts(number)), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", f"--hosts={NAME}", "-q", "-p", "took", "--no-evidence", *options]
        try:
            done = subprocess.run(
                ["env", f"PYTHONPATH={folder}", *command], cwd=root, capture_output=True, text=True, check=False
            )
        finally:
            path.unlink()
    took = re.search(r"^took ([\d.]+) s", done.stdout, re.MULTILINE)
    assert took, done.stdout[-2000:]
    return float(took[1])


def main(roots: list[Path]) -> None:
    """Prints the processor time a host: what 100 take more than 5, by the 95 that are more."""
    for root in roots:
        few, many = seconds(root, 5), seconds(root, MANY)
        print(
            f"{root.name}: {MANY} hosts take {many:.1f} s of the controller's processor time, 5 take {few:.1f} s: "
            f"{many / MANY:.3f} s a host (bar: 0.25), {(many - few) / (MANY - 5):.3f} s for each one more"
        )
        bare = seconds(root, MANY, "-p", "no:html")
        print(f"{root.name}: without the page {bare:.1f} s, so the page takes {many / bare - 1:.0%} more (bar: 15%)")


if __name__ == "__main__":
    with held("tests.bench_many"):
        main([Path(each).resolve() for each in sys.argv[1:]] or [ROOT])
