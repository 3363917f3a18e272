"""A content folder: what is a team's own is in a folder of its own, and the suite brings everything else."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from runbook_checks.__main__ import main
from tests.conftest import ROOT, Result, reports, run_gate
from tests.shop import shop


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The content folder of a shop."""
    return shop(tmp_path)


def gate(own: Path, *arguments: str) -> Result:
    """Runs the gate in the suite's folder on the content folder."""
    return run_gate(ROOT, f"--content={own}", *arguments)


def findings(own: Path) -> dict[str, dict[str, Any]]:
    """Returns the findings of the last run, by check."""
    document = json.loads((reports(own, "here") / "findings.json").read_text(encoding="utf-8"))
    return {finding["check"]: finding for finding in document["findings"]}


def test_own_checks_run_beside_the_suites(own: Path) -> None:
    """An own component with its fact and setting, an own check of the suite's component, and a shared chapter."""
    result = gate(own, "--hosts=here", "-k", "entropy or filesystem_space")
    assert result.code == 0, result.text
    found = findings(own)
    assert {name: each["outcome"] for name, each in found.items()} == dict.fromkeys(
        ("entropy.available", "os.has_memory", "os.filesystem_space"), "passed"
    )
    assert found["entropy.available"]["section"] == "Entropy / Entropy low"
    assert found["entropy.available"]["place"] == "checks/test_entropy.py:4"
    assert found["os.filesystem_space"]["section_place"].startswith("runbooks/shared/host.md")


def test_an_own_check_fails_with_its_own_section(own: Path) -> None:
    """Its cause is the own check, with the steps of the own runbook; reports are in the content folder."""
    system = own / "runbooks/shop/system.yml"
    system.write_text(system.read_text(encoding="utf-8").replace("least: 9", "least: 99999"), encoding="utf-8")
    result = gate(own, "--hosts=here", "-k", "entropy.available")
    assert result.code == 1
    assert "the pool has " in result.text
    assert "systemctl status shop" in result.text
    assert f"{own}/reports/out/here/" in result.text
    assert not (ROOT / "reports/out/here").exists()


def test_an_inventory_by_its_path(own: Path) -> None:
    """Its content folder is the one above it, wherever pytest is called; it may end in .yaml."""
    result = run_gate(ROOT, f"--hosts={own}/inventory/here.yml", "-k", "entropy.available")
    assert result.code == 0, result.text
    (own / "inventory/here.yml").rename(own / "inventory/there.yaml")
    result = run_gate(ROOT, f"--hosts={own}/inventory/there.yaml", "-k", "entropy.available")
    assert result.code == 0, result.text
    assert "1 check passed on 1 host" in result.text


def test_a_path_without_a_file(own: Path) -> None:
    """An environment whose file's name was written instead of its own, and the other ending."""
    for wrong in ("here.yml", f"{own}/inventory/here.yaml"):
        error = gate(own, f"--hosts={wrong}").error
        assert error.startswith(f"--hosts={wrong} is no file; expected an environment (here) or ")


def test_coverage_and_plan(own: Path) -> None:
    """Both know the own runbook and fact, and neither the suite's systems."""
    coverage = gate(own, "--runbook-coverage")
    assert coverage.code == 0, coverage.text
    assert "runbooks/shop/runbook.md" in coverage.text
    assert "santas" not in coverage.text
    assert (
        "entropy_bits (command): cat /proc/sys/kernel/random/entropy_avail" in gate(own, "--hosts=here", "--plan").text
    )


def test_a_check_that_no_runbook_names(own: Path) -> None:
    """It is told of; the suite's own checks that this team has no use for are not."""
    (own / "checks/test_units_shop.py").write_text('def test_odd(units):\n    """Odd."""\n', encoding="utf-8")
    result = gate(own, "--runbook-coverage")
    assert result.code == 1
    assert result.text.count("no runbook names") == 1
    assert "checks/test_units_shop.py:1: no runbook names units.odd" in result.text


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        (
            "fixtures/redis/__init__.py",
            '"""Ours."""\n',
            "fixtures/redis/ is a component of the suite; expected another name",
        ),
        (
            "checks/test_os_shop.py",
            'def test_load(load):\n    """Quiet."""\n',
            "checks/test_os_shop.py:1: the check 'os.load' is defined twice",
        ),
        (
            "fixtures/entropy/pool.py",
            "import nothing_of_it\n",
            "fixtures/entropy/pool.py:1: cannot be imported: Module",
        ),
        ("fixtures/entropy/pool.py", "def :\n", "fixtures/entropy/pool.py:1: cannot be imported: SyntaxError"),
        (
            "fixtures/entropy/pool.py",
            'from engine.gather.define import command\n\nload = command("uptime", doc="Text.")\n',
            "fixtures/os/",
        ),
        (
            "runbooks/shop/system.yml",
            "name: The shop\nchapters: [runbook.md, ../shared/hosts.md]\ncomponents:\n  entropy: {least: 9}\n",
            "runbooks/shop/system.yml:2: there is no file '../shared/hosts.md'",
        ),
    ],
)
def test_mistakes(own: Path, file: str, text: str, line: str) -> None:
    """A name that the suite has, too, and a chapter that nobody has: one line each."""
    path = own / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    result = gate(own, "--hosts=here")
    assert result.code == 4
    assert result.error.startswith(line)


def test_a_folder_without_content(tmp_path: Path) -> None:
    """It is told what belongs there, and which command makes it."""
    assert gate(tmp_path, "--hosts=here").error == (
        f"--content={tmp_path} is no content folder; expected one with inventory/ and runbooks/, "
        "such as `runbook-checks init DIR` makes"
    )


def test_init(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What it writes runs, its runbook has nothing that the linter would find, and nothing is overwritten."""
    assert main(["init", str(tmp_path)]) == 0
    (tmp_path / "README.md").write_text("ours", encoding="utf-8")
    assert main(["init", str(tmp_path)]) == 0
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "ours"
    assert "is there already, and stays as it is" in capsys.readouterr().out
    assert main(["lint", str(tmp_path / "runbooks")]) == 0
    result = gate(tmp_path, "--hosts=local", "-k", "reachable")
    assert result.code == 0, result.text
    assert gate(tmp_path, "--runbook-coverage").code == 0
    inventory = tmp_path / "inventory"
    (inventory / "prod.example.yml").rename(inventory / "prod.yml")
    assert "nginx.service" in gate(tmp_path, "--hosts=prod", "--plan").text


def test_find(own: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Words of a symptom, of a check and of an own section; all of them must be there."""
    assert main(["find", "no", "space", "left"]) == 0
    found = capsys.readouterr().out
    assert "runbooks/shared/host.md:7: Host / Filesystem full (P1)" in found
    assert found.splitlines()[0].startswith("runbooks/shared/host.md")
    assert "os.filesystem_space: Every filesystem that holds data has free space left." in found
    assert main(["find", "space", "nonsense"]) == 1
    assert "nothing about space nonsense in " in capsys.readouterr().err
    monkeypatch.chdir(ROOT)
    assert main(["find", "429"]) == 0
    assert "Rate limiting wrong" in capsys.readouterr().out
    assert main(["find", "disk full"]) == 0
    assert capsys.readouterr().out.startswith("runbooks/shared/host.md:7: Host / Filesystem full (P1)")
    assert main(["find", "redis"]) == 0
    assert re.search(r"and \d+ sections more: --all\n$", capsys.readouterr().out)
    assert main(["find", "redis", "--all"]) == 0
    assert "more: --all" not in capsys.readouterr().out


def test_find_looks_into_chapters_that_no_system_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who has drafted nothing yet looks for what there is."""
    assert main(["init", str(tmp_path)]) == 0
    monkeypatch.chdir(tmp_path)
    assert main(["find", "rate", "limiting"]) == 0
    assert "runbooks/shared/redis-keys.md" in capsys.readouterr().out


def test_what_is_installed_is_what_a_checkout_uses() -> None:
    """The two lists of dependencies say the same."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["dependencies"] == project["dependency-groups"]["gate"]
