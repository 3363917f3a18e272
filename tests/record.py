"""Records what the lab's healthy hosts answer, for tests that need no host: `python -m tests.record`.

tests/answers/HOST.json has what every command said, but those that hold secrets. It only asks what a gate asks.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from engine.gather import host
from engine.gather.asking import BEFORE, Asking
from engine.gather.fact import Command, FactError, Sample, Wanted
from engine.gather.host import HostGathering
from engine.mask.secrets import Secrets
from engine.run.run import resolve
from engine.run.target import Target
from tests.conftest import ROOT
from tests.ours import CATALOGUE

ANSWERS = Path(__file__).parent / "answers"
# Those whose commands are all that there are; the others carry no more.
HOSTS = ("santas-1", "family-1", "balancer-1")
# What is only handed over is not taken apart.
EVIDENCE = {name for name in CATALOGUE if Path(CATALOGUE[name].place.partition(":")[0]).stem == "evidence"}
# Bytes of an answer that are kept: whole lines of its beginning. What is longer is a log, or a list of packages.
KEPT = 20_000


def asked(target: Target) -> list[str]:
    """Returns the facts that commands answer, of the components that the target carries, but secret ones."""
    names = []
    for name in CATALOGUE:
        fact = CATALOGUE[name]
        if not isinstance(fact, Command) or fact.secret or name in EVIDENCE:
            continue
        try:
            fact.asked(target)
        # A fact of a component that this target does not carry has no settings here.
        except Exception:  # noqa: S112
            continue
        names.append(name)
    return names


def main() -> None:
    """Asks hosts of the lab, and writes a file for each."""
    run = resolve(ROOT, "lab", None, {}, ROOT)
    for target in (each for each in run.targets if each.host.name in HOSTS):
        secrets, names = Secrets(), asked(target)
        with tempfile.TemporaryDirectory() as folder:
            answers = _gathered(target, (*names, "env_files"), secrets, Path(folder))
        path = ANSWERS / f"{target.id}.json"
        kept = {name: answer for name in names if (answer := answers.get(name))}
        path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"{path}: {len(kept)} answers, {path.stat().st_size // 1024} KiB")


class _Inside:
    """The lab's own way into a host, as the user that the suite logs in as: it needs no network."""

    def __init__(self, host: str) -> None:
        self._host = host

    def open(self) -> None:
        """Nothing is to be reached."""

    def run(self, script: str) -> tuple[bytes, bytes]:
        """Runs a shell script on the host."""
        user = ("setpriv", "--reuid=deploy", "--regid=deploy", "--init-groups")
        command = [sys.executable, "-m", "lab", "run", self._host, "--", *user, "sh", "-c"]
        done = subprocess.run([*command, script], cwd=ROOT, capture_output=True, check=False)
        return done.stdout, done.stderr

    def forward(self, port: int, address: str = "localhost") -> tuple[str, int]:
        """Services are not asked."""
        raise FactError(f"{address}:{port} is not asked", "tunnel")

    def close(self) -> None:
        """Nothing is open."""


def _gathered(target: Target, names: tuple[str, ...], secrets: Secrets, folder: Path) -> dict[str, Any]:
    done = HostGathering([Wanted(target, names)], CATALOGUE, secrets, folder, _Done())  # type: ignore[arg-type]
    vars(host)["connect"] = lambda *_: _Inside(target.host.name)
    done.run()
    asking: Asking | None = done._asking
    found: dict[str, Any] = {}
    for name in names:
        fact = CATALOGUE[name]
        try:
            assert asking
            assert isinstance(fact, Command)
            said = [asking.output(target.id, fact).stdout]
            if isinstance(fact, Sample):
                said.insert(0, asking.output(target.id, fact, BEFORE).stdout)
            # What this host has no answer to (a right, a service) is none.
            if not isinstance(fact, Sample):
                fact.make(output=asking.output(target.id, fact))
        except (FactError, AssertionError):
            continue
        found[name] = [secrets.redact(_kept(text)) for text in said]
    return found


def _kept(text: str) -> str:
    # One long line is JSON, which is whole or nothing.
    return text if len(text) <= KEPT or text.count("\n") < 2 else text[: text.rindex("\n", 0, KEPT) + 1]


class _Done:
    def join(self, _: float) -> None:
        """Stands for the import of libraries, which is over."""


if __name__ == "__main__":
    main()
