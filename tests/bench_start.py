"""How long a run takes until its first log-in begins: `python -m tests.bench_start [CHECKOUT …]`.

It is told beside the least that any such run needs, a Python that imports pytest and testinfra, because machines
differ; several checkouts are measured in turns.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lab.hold import held
from tests.conftest import ROOT

RUNS = 9
# The first on the PATH: says when it was called and how much processor time its caller had taken, in ticks.
WRAPPER = """#!/bin/sh
[ -e "$MARK" ] || {{ date +%s.%N; cut -d' ' -f14,15 /proc/$PPID/stat; }} >"$MARK" 2>/dev/null
exec {ssh} "$@"
"""
LEAST = "import pytest, testinfra"


def until_log_in(root: Path, ssh: str) -> tuple[float, float]:
    """Returns the seconds until ssh is called for the first time, by the clock and of processor time."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wrapper, mark = folder / "ssh", folder / "mark"
        wrapper.write_text(WRAPPER.format(ssh=ssh), encoding="utf-8")
        wrapper.chmod(0o755)
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        environment |= {"PATH": f"{folder}:{os.environ['PATH']}", "MARK": str(mark)}
        command = [sys.executable, "-m", "pytest", "--hosts=lab", "-q"]
        started = time.time()
        subprocess.run(command, cwd=root, env=environment, capture_output=True, check=False)
        when, ticks = mark.read_text(encoding="utf-8").splitlines()
    return float(when) - started, sum(map(int, ticks.split())) / os.sysconf("SC_CLK_TCK")


def least() -> float:
    """Returns the seconds of a Python that imports pytest and testinfra."""
    started = time.time()
    subprocess.run([sys.executable, "-c", LEAST], check=True)
    return time.time() - started


def main(roots: list[Path]) -> None:
    """Prints the medians."""
    ssh = subprocess.run(["sh", "-c", "command -v ssh"], capture_output=True, text=True, check=True).stdout.strip()
    for root in roots:
        until_log_in(root, ssh)
    rounds = [(least(), [until_log_in(root, ssh) for root in roots]) for _ in range(RUNS)]
    base = statistics.median(base for base, _ in rounds)
    print(f"a Python that imports pytest and testinfra: {base:.2f} s (median of {RUNS})")
    for number, root in enumerate(roots, 1):
        wall, cpu = (statistics.median(each[number - 1][part] for _, each in rounds) for part in (0, 1))
        ratio = statistics.median(each[number - 1][0] / least for least, each in rounds)
        print(f"{root.name}: log-in begins after {wall:.2f} s, {cpu:.2f} s of processor time; {ratio:.2f} x the least")


if __name__ == "__main__":
    with held("tests.bench_start"):
        main([Path(each).resolve() for each in sys.argv[1:]] or [ROOT])
