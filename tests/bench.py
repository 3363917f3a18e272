"""The benchmark: how long the gate takes beside one ssh with the same commands, and beside plain testinfra.

Run it with `tox run -e bench`. Every figure is the median of several runs taken in turns, because machines are noisy;
ratios within one run are what counts.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from fixtures.batch import Command, scripts
from fixtures.facts import CATALOGUE
from fixtures.run import Run, resolve
from lab.state import folder
from tests.conftest import ROOT

RUNS = 5
SSH_CONFIG = folder() / "ssh_config"
HOST = "santas-1"


def timed(action: Callable[[], object]) -> float:
    """Returns how many seconds the action takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def gate() -> None:
    """The whole gate, as a user starts it."""
    command = [sys.executable, "-m", "pytest", "--hosts=lab", "-k", HOST, "-q"]
    # As on a user's machine, where Python keeps what it compiled.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"the lab is not green, so there is nothing to measure:\n{done.stdout}")


def commands_of(run: Run) -> dict[str, Command]:
    """Returns every command that the gate runs on the host, in its order: samples twice, with the window between."""
    target = run.targets[0]
    names = CATALOGUE.chain(
        name
        for check in run.checks.values()
        if target.applies(check.name, check.name.partition(".")[0])
        for name in (*check.facts, "units")
        if name in CATALOGUE
    )
    facts = [CATALOGUE[name] for name in names]

    def lane(wanted: str, mark: str = "") -> dict[str, Command]:
        return {f"{f.name}{mark}": Command(f.asked(target), f.timeout, f.limit) for f in facts if f.lane == wanted}

    window = {"window": Command(f"sleep {target.limits.sample_s:g}", 10)}
    return {**lane("batch"), **lane("sample", ":before"), **window, **lane("sample"), **lane("heavy")}


def one_ssh(commands: dict[str, Command]) -> None:
    """The same commands as one script over one ssh, one after the other, with nobody reading the answers."""
    script = "\n".join(script for _, script in scripts(commands))
    done = subprocess.run(
        ["ssh", "-F", str(SSH_CONFIG), HOST, f"sh -c '{_quoted(script)}'"], capture_output=True, check=False
    )
    assert b"rc-" in done.stdout


def _quoted(text: str) -> str:
    return text.replace("'", "'\\''")


PLAIN = '''
"""What one would write with testinfra alone: the same assertions, each asking for itself."""
import json, pytest
COMMANDS = json.load(open({commands!r}))
ASSERTIONS = json.load(open({assertions!r}))

@pytest.mark.parametrize("name", ASSERTIONS)
def test_assertion(host, name):
    for fact in ASSERTIONS[name]:
        assert host.run("SUDO='sudo -n'; export SUDO; " + COMMANDS[fact]).rc in (0, 1)
'''


def plain_testinfra(run: Run, commands: dict[str, Command], folder: Path) -> tuple[Callable[[], None], int]:
    """Returns a run of plain testinfra in its best form (one login by a ControlPath), and its number of assertions.

    Every check asks for what it needs itself, as tests of plain testinfra do; client queries are left out, in its
    favour.
    """
    target = run.targets[0]
    wanted = {}
    for check in run.checks.values():
        if target.applies(check.name, check.name.partition(".")[0]):
            facts = ["units" if name == "unit" else name for name in check.facts]
            names = [n for n in CATALOGUE.chain(n for n in facts if n in CATALOGUE) if n in commands]
            if names:
                wanted[check.name] = names
    config = folder / "ssh_config"
    config.write_text(f"Host *\n  ControlPath {folder}/%C\nInclude {SSH_CONFIG}\n", encoding="utf-8")
    (folder / "commands.json").write_text(json.dumps({n: c.text for n, c in commands.items()}), encoding="utf-8")
    (folder / "assertions.json").write_text(json.dumps(wanted), encoding="utf-8")
    test = folder / "test_plain.py"
    test.write_text(
        PLAIN.format(commands=str(folder / "commands.json"), assertions=str(folder / "assertions.json")),
        encoding="utf-8",
    )

    def action() -> None:
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-c",
            "/dev/null",
            "--rootdir",
            str(folder),
        ]
        spec = [f"--hosts=ssh://{HOST}", f"--ssh-config={config}", str(test)]
        done = subprocess.run([*command, *spec], cwd=folder, capture_output=True, text=True, check=False)
        if "passed" not in done.stdout:
            raise SystemExit(f"plain testinfra did not run:\n{done.stdout}{done.stderr}")

    return action, len(wanted)


def main() -> None:
    """Prints the figures."""
    run = resolve(ROOT, "lab", None, None)
    commands = commands_of(run)
    with tempfile.TemporaryDirectory() as name:
        plain, assertions = plain_testinfra(run, commands, Path(name))
        gate()
        pairs = [(timed(gate), timed(lambda: one_ssh(commands))) for _ in range(RUNS)]
        slow = timed(plain)
    whole = statistics.median(pair[0] for pair in pairs)
    single = statistics.median(pair[1] for pair in pairs)
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"gate on {HOST}, whole process, {len(commands)} commands: {whole:.2f} s (median of {RUNS}; bar: 4 s)")
    print(f"one ssh with the same commands as one script:     {single:.2f} s")
    print(f"gate / one ssh, pair by pair:                      {ratio:.2f} (bar: 2.5)")
    print(f"plain testinfra with ControlPath, {assertions} assertions:   {slow:.2f} s, {slow / whole:.1f} x the gate")


if __name__ == "__main__":
    main()
