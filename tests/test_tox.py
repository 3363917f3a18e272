"""tox.ini as it is: what shares a folder is installed once, and not again when another of them runs."""

from __future__ import annotations

import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.content import CHECKOUT

SHARED = ("lab", "tests", "matrix", "pasted", "bench")


@pytest.fixture
def tox() -> str:
    """The tox that ./tox.sh runs, or one on the PATH."""
    own = CHECKOUT / ".tox/bootstrap/bin/tox"
    found = str(own) if own.exists() else shutil.which("tox")
    if not found:
        pytest.skip("there is no tox here")
    return found


def test_the_environments_that_share_a_folder() -> None:
    """No environment of its own is left among those that are one."""
    ini = ConfigParser()
    ini.read(CHECKOUT / "tox.ini")
    names = {section.partition(":")[2] for section in ini.sections()} - {""}
    own = {name for name in names if ini.has_option(f"testenv:{name}", "env_dir")}
    assert names - own == set(SHARED)


def test_changing_from_one_to_another_installs_nothing(tox: str, tmp_path: Path) -> None:
    """The first of them makes the folder; the others, and the first again, take it as it is."""
    for name in ("tox.ini", "toxfile.py"):
        shutil.copy(CHECKOUT / name, tmp_path)
    # Without dependencies: nothing is fetched, and what is made anew shows by its mark.
    (tmp_path / "pyproject.toml").write_text("[dependency-groups]\ngate = []\ntests = []\nlint = []\n")
    mark = tmp_path / ".tox/gate/mark"
    for number, name in enumerate((*SHARED, "lab", "tests")):
        command = [tox, "run", "-e", name, "--notest", "--root", str(tmp_path), "--workdir", str(tmp_path / ".tox")]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        if not number:
            mark.touch()
        assert mark.exists(), f"{name} made the folder anew"
