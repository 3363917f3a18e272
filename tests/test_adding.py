"""docs/adding.md: every example of it is made in a copy of the suite, and works against the lab."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT, Project

TEXT = (ROOT / "docs" / "adding.md").read_text(encoding="utf-8")
# The words before an example say where it goes: "At the end of `FILE`:" or "a new file, `FILE`:".
EXAMPLE = re.compile(
    r"(?P<how>at the end of|a new file,)\s+`(?P<path>[^`]+)`:\n\n(?P<fence>`{3,})\w+\n(?P<body>.*?)\n(?P=fence)\n",
    re.DOTALL | re.IGNORECASE,
)


@pytest.fixture
def added(project: Project) -> Project:
    """A copy of the suite, its lab and its tests, with every example of the page added."""
    for name in ("lab", "tests"):
        shutil.copytree(ROOT / name, project.root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for found in EXAMPLE.finditer(TEXT):
        path = project.root / found["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        assert bool(before) == found["how"].lower().startswith("at the end"), f"{found['path']}: {found['how']}"
        path.write_text(f"{before}\n\n{found['body']}\n" if before else f"{found['body']}\n", encoding="utf-8")
    return project


def test_every_example_says_where_it_goes() -> None:
    """No fenced example of the page is left out of the test below."""
    fences = re.findall(r"^`{3,}\w+$", re.sub(r"````markdown\n.*?\n````\n", "", TEXT, flags=re.DOTALL), re.MULTILINE)
    assert len(list(EXAMPLE.finditer(TEXT))) == len(fences) + TEXT.count("````markdown")


def test_a_component_is_new_files_alone() -> None:
    """No other file is touched for it than those that say where it is: system.yml, runbook, inventory."""
    named = [found for found in EXAMPLE.finditer(TEXT) if "entropy" in found["body"] or "entropy" in found["path"]]
    assert {found["how"].lower() for found in named} == {"a new file,"}
    others = {found["path"] for found in named if "entropy" not in found["path"]}
    assert others == {"runbooks/clock-shop/system.yml", "runbooks/clock-shop/runbook.md", "inventory/shop.yml"}


def test_the_component_is_found(added: Project) -> None:
    """Its fact is a fixture that leads to its line, its limit may be set, and its setting is known by name."""
    shown = added.gate("--fixtures").text
    assert re.search(r"^entropy_available -- fixtures/entropy/pool.py:\d+$", shown, re.MULTILINE)
    added.replace("inventory/shop.yml", "limits: {", "limits: {entropy_bits: -1, ")
    assert "'limits.entropy_bits': input should be greater than or equal to 0" in added.gate("--hosts=shop").error
    added.replace("inventory/shop.yml", "entropy_bits: -1, ", "")
    added.replace("runbooks/clock-shop/system.yml", "entropy: {}", "entropy: {pol: /x}")
    assert "unknown key 'components.entropy.pol'; did you mean 'pool'?" in added.gate("--hosts=shop").error


@pytest.mark.lab
def test_the_check_passes_in_the_new_environment(added: Project) -> None:
    """The new system, in the new environment, runs the new check over the new fact, and is green."""
    result = added.gate("--hosts=shop")
    assert result.code == 0, result.text
    assert "READY: 3 checks passed on 1 host" in result.text


def test_the_runbooks_are_covered(added: Project) -> None:
    """The new diagnostics name their check."""
    result = added.gate("--runbook-coverage")
    assert result.code == 0, result.text
    assert result.text.count("os.timezone_utc") == 2


@pytest.mark.lab
def test_the_fault_is_found_and_repaired_by_the_hint(added: Project) -> None:
    """The new fault turns the new check red, and the new hint repairs it."""
    command = [sys.executable, "-m", "pytest", "tests/test_matrix.py", "-m", "matrix", "-k", "clock-local", "-q"]
    done = subprocess.run(command, cwd=added.root, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
