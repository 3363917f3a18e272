"""Looking changes nothing: no report, no verdict, no question to a host, and what lay there stays as it was."""

from __future__ import annotations

import re

import pytest

from tests.conftest import Project, Result
from tests.hooks.conftest import OUT

LOOKS = (
    "--co",
    "--co -q",
    "--co -n 2",
    "--plan",
    "--plan -n 2",
    "--fixtures",
    "--fixtures-per-test",
    "--setup-plan",
    "--setup-plan -n 2",
    "--setup-only",
    "--markers",
    "--help",
    "--version",
    "--cache-show",
    "--runbook-coverage",
)
REFUSED = (
    "-k nothing",
    "-k nothing -n 2",
    "-m nosuch",
    "--nosuch",
    "checks/test_nosuch.py",
    "checks/test_os.py::test_nosuch",
    "--ignore=checks/test_os.py",
    "--reruns=2",
    "--reruns=2 -n 2",
)


def state(project: Project) -> dict[str, tuple[int, bytes]]:
    """Everything below the project but Python's own caches: the time at which it was changed, and what it holds."""
    files = (path for path in project.root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def unchanged(project: Project, options: str) -> Result:
    """Runs the gate with these options and files to write to; asserts that it left everything as it was."""
    before, latest = state(project), (project.root / OUT / "latest").readlink()
    result = project.gate("--hosts=try", "--junitxml=j.xml", "--html=h.html", "--findings=f.json", *options.split())
    assert state(project) == before
    assert (project.root / OUT / "latest").readlink() == latest
    assert not re.search(r"^(NOT )?READY:", result.text, re.MULTILINE)
    assert not re.search(r"^asked \S+ \(", result.text, re.MULTILINE), "a host was asked"
    return result


@pytest.mark.parametrize("options", LOOKS)
def test_what_only_shows(looked: Project, options: str) -> None:
    """Options that show something end well."""
    unchanged(looked, options)


@pytest.mark.parametrize("options", REFUSED)
def test_what_is_refused(looked: Project, options: str) -> None:
    """A mistake on the command line is exit code 4, and nothing else."""
    result = unchanged(looked, options)
    assert result.code == 4, result.text
    assert "Traceback" not in result.text


@pytest.mark.parametrize("option", ["--markers", "--fixtures", "--help", "--version", "--runbook-coverage"])
def test_what_is_the_same_everywhere_needs_no_environment(looked: Project, option: str) -> None:
    """No --hosts is asked for; facts are among the fixtures, with what they are."""
    result = looked.gate(option)
    assert "--hosts is missing" not in result.text
    assert ("The host's name and its kernel's release" in result.text) == (option == "--fixtures")
