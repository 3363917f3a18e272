"""A host without systemd is of another kind, and not at fault: what cannot be asked there is told once."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.gather.fact import FactError
from fixtures.os.units import INITS, Init, parse_init
from tests.conftest import Project
from tests.ours import CATALOGUE

# A place like a container: processes and /run of its own. Where the kernel refuses one, nothing can be tried.
CONTAINER = ("unshare", "--mount", "--pid", "--fork", "--mount-proc")
NEEDS_NAMESPACES = pytest.mark.skipif(
    subprocess.run([*CONTAINER, "true"], capture_output=True, check=False).returncode != 0,
    reason="this user may make no namespaces",
)


@pytest.mark.parametrize(
    ("text", "init"),
    [
        ("systemd\nsystemd\n", Init("systemd", systemd=True)),
        ("init\nsystemd\n", Init("init", systemd=True)),
        ("init\n", Init("init", systemd=False)),
        ("tini\n", Init("tini", systemd=False)),
        ("systemd\n", Init("systemd", systemd=False)),
        ("unknown\n", Init("unknown", systemd=False)),
    ],
)
def test_what_runs_the_host(text: str, init: Init) -> None:
    """The name of the first process says little: systemd runs where its own folder is [sd_booted(3)]."""
    assert parse_init(text) == init


@pytest.mark.parametrize("text", ["", "a b\nc\n"])
def test_no_answer(text: str) -> None:
    """What names no process is no answer: nothing is known of the host then."""
    with pytest.raises(FactError, match="does not name the first process"):
        parse_init(text)


@pytest.mark.parametrize("process", ["gunicorn", "sh", "tini", "docker-init", "process_api"])
def test_a_container(process: str) -> None:
    """Neither is systemd there, nor anything that keeps packages up to date; both for one reason, by one name."""
    here = Init(process, systemd=False)
    with pytest.raises(FactError, match=rf"^systemd does not run on this host \(its first process is '{process}'\)"):
        CATALOGUE["systemd"].make(init=here)
    with pytest.raises(FactError) as caught:
        CATALOGUE["upkeep"].make(init=here)
    assert (caught.value.fact, str(caught.value)) == ("systemd", here.reason)


@pytest.mark.parametrize("process", sorted(INITS))
def test_another_init(process: str) -> None:
    """A host that another init runs is kept up to date; only systemd's own facts are not there."""
    assert CATALOGUE["upkeep"].make(init=Init(process, systemd=False)) == process
    with pytest.raises(FactError):
        CATALOGUE["systemd"].make(init=Init(process, systemd=False))


@pytest.mark.parametrize("name", [name for name in CATALOGUE if CATALOGUE[name].lane == "batch"])
def test_who_asks_systemd_needs_it(name: str) -> None:
    """A fact whose command is nothing without systemd or its journal rests on `systemd`, and never blames a right."""
    text = CATALOGUE[name].asks
    if isinstance(text, str) and ("journalctl" in text or "systemd-run" in text):
        assert "systemd" in CATALOGUE.chain([name])


@NEEDS_NAMESPACES
def test_the_gate_in_a_container(project: Project, tmp_path: Path) -> None:
    """The README's first run: what rests on systemd is blocked with one cause, and no system's people are called."""
    gate = [sys.executable, "-m", "pytest", "--hosts=local", f"--findings={tmp_path / 'f.json'}", "--no-evidence", "-p"]
    gate += ["no:cacheprovider", "-k", "journal or kernel_errors or oom_kills or package_lists or security_updates"]
    inside = f"mount -t tmpfs tmpfs /run && exec {shlex.join(gate)}"
    command = [*CONTAINER, "sh", "-c", inside]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, timeout=120, check=False)
    findings: list[dict[str, Any]] = json.loads((tmp_path / "f.json").read_text())["findings"]
    assert done.returncode == 1, done.stdout + done.stderr
    assert {finding["check"] for finding in findings} >= {
        "os.journal_readable",
        "os.oom_kills",
        "os.package_lists_fresh",
    }
    assert {finding["outcome"] for finding in findings} == {"blocked"}
    reason = "systemd does not run on this host (its first process is 'python"
    assert all(finding["message"].startswith(reason) for finding in findings)
    assert done.stdout.count("[P") == 1, "one cause"
    assert "escalate" not in done.stdout
    assert "contact" not in done.stdout
