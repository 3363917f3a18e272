"""Records runs of the lab for the tests of the page: `python -m tests.browser.record` writes runs/NAME.json.xz anew."""

from __future__ import annotations

import json
import lzma
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from lab import fault
from lab.hold import held
from tests.bench_many import MANY, hosts
from tests.conftest import ROOT, reports

RUNS = Path(__file__).with_name("runs")
ONE = ("redis-stopped",)
# One cause each, on five hosts, of all severities.
ELEVEN = (
    "redis-stopped", "app-disabled", "backup-old", "nginx-disabled", "postgres-dead-rows",
    "family-smtp-stopped", "family-index-missing", "family-tls-ending", "family-cleanup-timer-static",
    "haproxy-server-down", "alertmanager-stopped",
)  # fmt: skip


@contextmanager
def broken(names: tuple[str, ...]) -> Iterator[None]:
    """Holds these faults."""
    try:
        for name in names:
            fault.break_(name)
        yield
    finally:
        for name in reversed(fault.active()):
            fault.repair(name)


def gate(environment: str) -> Path:
    """Runs the gate; returns the folder of the run."""
    subprocess.run([sys.executable, "-m", "pytest", f"--hosts={environment}", "-q"], cwd=ROOT, check=False)
    return reports(ROOT, environment)


def hundred() -> Path:
    """Runs the gate on a hundred names for the lab's hosts, one of them with Redis stopped."""
    path = ROOT / "inventory" / "lab-hundred.yml"
    path.write_text(yaml.safe_dump(hosts(MANY)), encoding="utf-8")
    try:
        with broken(ONE):
            return gate(path.stem)
    finally:
        path.unlink()


def killed() -> Path:
    """Ends a run by TERM while its checks are made."""
    process = subprocess.Popen([sys.executable, "-m", "pytest", "--hosts=lab", "-q", "-n", "2"], cwd=ROOT)
    lines = ROOT / "reports/out/lab/latest/findings.jsonl"
    before = lines.resolve()
    while lines.resolve() == before or not lines.exists() or len(lines.read_bytes().splitlines()) < 100:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    process.wait()
    return reports(ROOT, "lab")


def of_faults(*names: str) -> Callable[[], Path]:
    """Returns a function that runs the gate while the faults hold."""

    def run() -> Path:
        with broken(names):
            return gate("lab")

    return run


NAMES: dict[str, Callable[[], Path]] = {
    "healthy": lambda: gate("lab"),
    "one": of_faults(*ONE),
    "eleven": of_faults(*ELEVEN),
    "hundred": hundred,
    "killed": killed,
}


def main(chosen: list[str]) -> None:
    """Writes the chosen runs, or all of them."""
    RUNS.mkdir(exist_ok=True)
    for name in chosen or NAMES:
        text = (NAMES[name]() / "findings.json").read_bytes()
        (RUNS / f"{name}.json.xz").write_bytes(lzma.compress(text, preset=9))
        print(f"{name}: {json.loads(text)['counts']}")


if __name__ == "__main__":
    with held("tests.browser.record"):
        main(sys.argv[1:])
