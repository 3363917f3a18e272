"""Many gates at once on one host: `python -m tests.crowd [GATES [OPTION …]]` says how many were green, and why not.

As many log-ins at the same time as a team makes on a bad day; sshd turns some away (MaxStartups), and the host is busy.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import yaml

from tests.conftest import ROOT, Result, run_gate
from tests.lab_gate import inventory

HOST, GATES = "santas-1", 20
PATIENCE = {"deadline_s": 300, "connect_timeout_s": 60}


def crowd(gates: int, *arguments: str) -> list[Result]:
    """Runs as many gates at the same time, each as an environment of its own; returns their results."""
    # The machine of all of them is as busy as they make it: that is no fault of the host's.
    environment = {**inventory(), "hosts": {HOST: inventory()["hosts"][HOST]}, **PATIENCE}
    written = []
    for number in range(gates):
        path = ROOT / "inventory" / f"lab-crowd-{number}.yml"
        path.write_text(yaml.safe_dump(environment), encoding="utf-8")
        written.append(path)
    try:
        with ThreadPoolExecutor(gates) as pool:
            return list(pool.map(lambda path: run_gate(ROOT, f"--hosts={path.stem}", *arguments, timeout=600), written))
    finally:
        for path in written:
            path.unlink()


def told(result: Result) -> str:
    """The causes of a gate that was not green, with what was found; the end of what it printed when it names none."""
    found = re.findall(r"^\s*\d+\. (\S+) on .*\n(?:.*\n)*?\s+found +(.*)$", result.text, re.MULTILINE)
    return "; ".join(f"{check}: {text}" for check, text in found) or result.text[-500:]


def main(arguments: list[str]) -> int:
    """Prints what came of it; 1 when a gate was not green."""
    gates = int(arguments[0]) if arguments else GATES
    started = time.monotonic()
    results = crowd(gates, *arguments[1:])
    green = sum(result.code == 0 for result in results)
    print(f"{green} of {gates} gates at once on {HOST} are green, after {time.monotonic() - started:.0f} s")
    for words, times in Counter(told(result) for result in results if result.code).most_common():
        print(f"{times} times: {words}")
    return 0 if green == gates else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
