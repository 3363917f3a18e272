"""The benchmark: how long the gate takes beside one ssh with the same commands, and beside plain testinfra.

Run it with `tox run -e bench`. Every figure is the median of several runs taken in turns, because machines are noisy;
ratios within one run are what counts.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import yaml

from engine.gather.batch import BatchCommand, scripts
from engine.gather.fact import Command
from engine.run.run import Run, resolve
from lab.hold import held
from lab.state import folder
from tests import bench_plain
from tests.conftest import ROOT
from tests.lab_gate import inventory
from tests.ours import CATALOGUE

RUNS = 5
HEALTHY_RUNS = 100
SSH_CONFIG = folder() / "ssh_config"
HOST = "santas-1"


def timed(action: Callable[[], object]) -> float:
    """Returns how many seconds the action takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def gate(host: str = "", *, must_be_green: bool = True) -> bool:
    """The whole gate, as a user starts it, on all hosts or on an environment of one; returns whether it was green."""
    if host and not (ROOT / "inventory" / f"lab-{host}.yml").exists():
        lab = inventory()
        alone = yaml.safe_dump({**lab, "hosts": {host: lab["hosts"][host]}})
        (ROOT / "inventory" / f"lab-{host}.yml").write_text(alone, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", f"--hosts=lab-{host}" if host else "--hosts=lab", "-q"]
    # As on a user's machine, where Python keeps what it compiled.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode and must_be_green:
        raise SystemExit(f"the lab is not green, so there is nothing to measure:\n{done.stdout}")
    if done.returncode:
        print(done.stdout)
    return not done.returncode


def commands_of(run: Run) -> dict[str, BatchCommand]:
    """Returns every command that the gate runs on the host, in its order: samples twice, with the window between."""
    target = run.targets[0]
    names = CATALOGUE.chain(
        name
        for check in run.checks.values()
        if target.applies(check.name, check.name.partition(".")[0])
        for name in (*check.facts, "units")
        if name in CATALOGUE
    )
    facts = [fact for fact in map(CATALOGUE.__getitem__, names) if isinstance(fact, Command)]

    def lane(wanted: str, mark: str = "") -> dict[str, BatchCommand]:
        return {f"{f.name}{mark}": BatchCommand(f.asked(target), f.timeout, f.limit) for f in facts if f.lane == wanted}

    window = {"window": BatchCommand(f"sleep {target.limits.sample_s:g}", 10)}
    return {**lane("batch"), **lane("sample", ":before"), **window, **lane("sample"), **lane("heavy")}


def one_ssh(commands: dict[str, BatchCommand]) -> None:
    """The same commands as one script over one ssh, one after the other, with nobody reading the answers."""
    script = "\n".join(script for _, script in scripts(commands))
    done = subprocess.run(
        ["ssh", "-F", str(SSH_CONFIG), HOST, f"sh -c '{_quoted(script)}'"], capture_output=True, check=False
    )
    assert b"rc-" in done.stdout


def _quoted(text: str) -> str:
    return text.replace("'", "'\\''")


def hosts_apart(run: Run) -> list[tuple[float, dict[str, float]]]:
    """Returns pairs: the seconds of a gate on all hosts at once, and those of a gate on each host alone."""
    names = [target.host.name for target in run.targets]
    return [(timed(gate), {name: timed(partial(gate, name)) for name in names}) for _ in range(RUNS)]


def healthy() -> int:
    """Returns how many of HEALTHY_RUNS gates in a row on all hosts were green."""
    return sum(gate(must_be_green=False) for _ in range(HEALTHY_RUNS))


def main() -> None:
    """Prints the figures."""
    run = resolve(ROOT, "lab", None, {}, ROOT)
    commands = commands_of(run)
    gate()
    pairs = [(timed(lambda: gate(HOST)), timed(lambda: one_ssh(commands))) for _ in range(RUNS)]
    whole = statistics.median(pair[0] for pair in pairs)
    print(f"gate on {HOST}, whole process, {len(commands)} commands: {whole:.2f} s (median of {RUNS}; bar: 6 s)")
    print(f"one ssh with the same commands as one script: {statistics.median(pair[1] for pair in pairs):.2f} s")
    print(f"gate / one ssh, pair by pair: {statistics.median(a / b for a, b in pairs):.2f} (bar: 1.6)")
    rounds = hosts_apart(run)
    together = statistics.median(each[0] for each in rounds)
    print(f"gate on all {len(run.targets)} hosts, whole process: {together:.2f} s (bar: 8 s)")
    ratio = statistics.median(whole / max(alone.values()) for whole, alone in rounds)
    print(f"all hosts / the slowest host alone, round by round: {ratio:.2f} (bar: 1.5)")
    with tempfile.TemporaryDirectory() as name:
        plain = timed(lambda: bench_plain.run(Path(name), HOST, SSH_CONFIG))
        shared = timed(lambda: bench_plain.run(Path(name), HOST, bench_plain.sharing(Path(name), SSH_CONFIG)))
    many = len(bench_plain.ASSERTIONS)
    print(f"plain testinfra over SSH, {many} assertions: {plain:.1f} s, {plain / whole:.1f} x the gate (bar: 10)")
    print(f"the same over one shared connection: {shared:.1f} s, {shared / whole:.1f} x the gate")
    print(f"healthy lab: {healthy()} of {HEALTHY_RUNS} gates on all hosts green")


if __name__ == "__main__":
    # Whoever breaks a host meanwhile would be measured, too.
    with held("tests.bench"):
        main()
