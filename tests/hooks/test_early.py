"""Log-ins that begin while runbooks are read: only to hosts that will be asked, and none outlives a refused run."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from tests.conftest import Project
from tests.hooks.conftest import CHECKS, RUNBOOK, outcomes

HOSTS = ("here", "yonder")


@pytest.fixture
def far(small: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The small suite, its hosts reached by ssh: whoever knocks leaves a file, and nobody ever answers."""
    config, hosts = [], ["hosts:"]
    for host in HOSTS:
        mark = small.root / f"knocked-{host}"
        config += [
            f"Host {host}",
            f"  HostName {host}.invalid",
            f"  ProxyCommand sh -c 'touch {mark}; exec sleep 61.5'",
        ]
        hosts += [f"  {host}:", f"    connection: ssh://nobody@{host}", "    systems: {try: []}"]
    small.write("ssh_config", "\n".join(config) + "\n")
    small.write("inventory/try.yml", "\n".join([*hosts, "ssh_config: ../ssh_config", "connect_timeout_s: 2", ""]))
    (small.root / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(small.root / "tmp"))
    return small


def knocked(project: Project) -> set[str]:
    return {host for host in HOSTS if (project.root / f"knocked-{host}").exists()}


def left(project: Project) -> list[str]:
    """What a run left: temporary files, and processes that wait for an answer."""
    files = [path.name for path in (project.root / "tmp").iterdir() if path.name.startswith("runbook-checks-")]
    waiting = subprocess.run(["pgrep", "-f", f"{project.root}/ssh_config"], capture_output=True, text=True, check=False)
    return [*files, *waiting.stdout.split()]


def test_a_gate_asks_all(far: Project) -> None:
    """Every host is knocked at once, and one that does not answer is told as it always was."""
    assert far.gate("--hosts=try").code == 1
    assert knocked(far) == set(HOSTS)
    assert {outcome for (check, _), outcome in outcomes(far).items() if check == "os.reachable"} == {"failed"}
    assert left(far) == []


@pytest.mark.parametrize(
    "options", [["--plan"], ["--co", "-q"], ["--fixtures"], ["--setup-plan"], ["--runbook-coverage"], ["-k", "zzz"]]
)
def test_what_only_looks_knocks_nowhere(far: Project, options: list[str]) -> None:
    """Neither does a run that selects nothing."""
    far.gate("--hosts=try", *options)
    assert knocked(far) == set()
    assert left(far) == []


@pytest.mark.parametrize("options", [["-k", "yonder"], [f"{CHECKS}::test_second[yonder]"], ["--deselect", CHECKS]])
def test_who_is_left_out_is_not_knocked(far: Project, options: list[str]) -> None:
    """Which hosts are asked is known when the checks are collected."""
    far.gate("--hosts=try", *options)
    assert knocked(far) == ({"yonder"} if "yonder" in options[-1] else set())


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        (RUNBOOK, "os.tried, os.second", "os.tried, os.missing", 4),
        (CHECKS, "def test_second(filesystems)", "def test_second(filesystem)", 4),
        (CHECKS, "def test_second", "def test_second(:", 4),
        (CHECKS, "def test_second", "raise RuntimeError('broken')\n\n\ndef test_second", 2),
    ],
)
def test_a_run_that_is_refused_leaves_nothing(far: Project, file: str, old: str, new: str, code: int) -> None:
    """It ends at once, whoever was knocked at: no process waits, and no temporary folder stays."""
    far.replace(file, old, new)
    assert far.gate("--hosts=try").code == code
    assert left(far) == []


def test_a_signal_while_it_waits(far: Project) -> None:
    """Ctrl-C ends the log-ins too."""
    command = [sys.executable, "-m", "pytest", "--hosts=try"]
    process = subprocess.Popen(command, cwd=far.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    while process.poll() is None and knocked(far) != set(HOSTS):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert left(far) == []
