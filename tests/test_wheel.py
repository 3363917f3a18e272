"""The suite as others have it: a wheel in an environment of its own, beside PyPI's package `fixtures`."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT, Result, guarded, reports
from tests.lab_gate import inventory
from tests.shop import shop

# It fails when anything of the suite's was imported, or when `fixtures` is not PyPI's.
FOREIGN = """
import fixtures, sys

def test_nothing_of_the_suite(request):
    assert hasattr(fixtures, "TempDir")
    assert not {"engine", "checks", "reports", "pydantic", "redis"} & {name.partition(".")[0] for name in sys.modules}
    assert not hasattr(request.config.option, "fail_on")
"""


class Installed:
    """An environment with the wheel."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        self.wheel = wheel
        self._bin = folder / "bin"
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([self._bin / "pip", "install", "-q", wheel, "fixtures"], check=True)

    def run(self, command: str, *arguments: str, cwd: Path) -> Result:
        """Runs a command of the environment in a folder."""
        full = [str(self._bin / command), *arguments]
        done = subprocess.run(full, cwd=cwd, env=guarded(), capture_output=True, text=True, timeout=180, check=False)
        return Result(done.returncode, done.stdout + done.stderr)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel, built of this checkout and installed."""
    folder = tmp_path_factory.mktemp("wheel")
    built = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT)]
    subprocess.run(built, check=True)
    (wheel,) = folder.glob("*.whl")
    return Installed(folder / "venv", wheel)


def test_one_importable_name(installed: Installed) -> None:
    """Everything is inside of it; neither the lab, nor tests, nor anybody's runs."""
    names = zipfile.ZipFile(installed.wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"runbook_checks"}
    inside = {name.split("/")[2] for name in names if name.startswith("runbook_checks/suite/")}
    assert inside == {"checks", "engine", "fixtures", "reports", "runbooks"}
    assert not [name for name in names if "/reports/out/" in name or name.endswith(".pyc")]


def test_a_folder_that_init_made(installed: Installed, tmp_path: Path) -> None:
    """The two commands of the README: this machine is checked, also by several processes."""
    made = installed.run("runbook-checks", "init", str(tmp_path / "ops"), cwd=tmp_path)
    assert made.code == 0, made.text
    ops = tmp_path / "ops"
    for more in ((), ("-n", "2")):
        result = installed.run("pytest", "--hosts=local", "-k", "filesystem_space or reachable", *more, cwd=ops)
        assert result.code == 0, result.text
        assert "READY: 2 checks passed on 1 host" in result.text
    assert (reports(ops, "local") / "report.html").is_file()
    assert installed.run("pytest", cwd=ops).error.startswith("--hosts is missing; expected an environment (local) or ")
    assert installed.run("runbook-checks", "lint", "runbooks", cwd=ops).code == 0
    found = installed.run("runbook-checks", "find", "no", "space", cwd=ops)
    assert "runbooks/shared/host.md:7: Host / Filesystem full (P1)" in found.text
    (tmp_path / "web.md").write_text("# Web\n\n## Checks\n\n```\nsystemctl status nginx\n```\n", encoding="utf-8")
    drafted = installed.run("runbook-checks", "draft", "../web.md", cwd=ops)
    assert "1 diagnostic: 1 by checks" in drafted.text
    again = installed.run("runbook-checks", "render", "reports/out/local/latest/findings.json", cwd=ops)
    assert again.code == 0, again.text


def test_own_checks_and_components(installed: Installed, tmp_path: Path) -> None:
    """Own files are found beside the installed suite's; a folder without pytest's ini file does."""
    result = installed.run("pytest", "--hosts=here", "-k", "entropy.available or has_memory", cwd=shop(tmp_path))
    assert result.code == 0, result.text
    assert "READY: 2 checks passed on 1 host" in result.text


def test_other_runs_do_not_notice(installed: Installed, tmp_path: Path) -> None:
    """A test of somebody else's in the same environment: no import, no option; testinfra's own `--hosts` is theirs."""
    (tmp_path / "test_foreign.py").write_text(FOREIGN, encoding="utf-8")
    assert "1 passed" in installed.run("pytest", cwd=tmp_path).text
    assert "1 passed" in installed.run("pytest", "--hosts=local://", cwd=tmp_path).text
    (tmp_path / "inventory").mkdir()
    (tmp_path / "runbooks").mkdir()
    assert "1 passed" in installed.run("pytest", cwd=tmp_path).text


@pytest.mark.lab
def test_a_real_host(installed: Installed, tmp_path: Path) -> None:
    """A host of the lab, over SSH, from a folder that init made."""
    assert installed.run("runbook-checks", "init", cwd=tmp_path).code == 0
    lab = inventory()
    hosts = {"web-1": {**lab["hosts"]["santas-1"], "systems": {"shop": ["nginx"]}}}
    (tmp_path / "inventory/prod.yml").write_text(
        yaml.safe_dump({**lab, "hosts": hosts, "public": {}}), encoding="utf-8"
    )
    result = installed.run("pytest", "--hosts=prod", cwd=tmp_path)
    assert result.code == 0, result.text
    assert "nginx.unit_running" in (reports(tmp_path, "prod") / "findings.json").read_text(encoding="utf-8")
