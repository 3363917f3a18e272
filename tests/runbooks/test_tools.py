"""runbooks/tools/: what the report pastes is the file's own text."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from engine.run.run import all_systems
from engine.runbook.fill import fill
from engine.runbook.lint import lint
from engine.runbook.model import RunbookError
from engine.runbook.parser import parse
from engine.runbook.tools import read_tools
from tests.conftest import ROOT
from tests.runbooks.tool_host import SHELLS, TOOLS, Host


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """An empty one."""
    return Host(tmp_path)


@pytest.mark.parametrize("name", TOOLS)
def test_what_is_pasted_is_the_file(name: str, host: Host) -> None:
    """Nothing is filled in, each shell reads it, and a program comes out as it went in."""
    tool = TOOLS[name]
    text = tool.path.read_text(encoding="utf-8").rstrip("\n")
    assert fill(tool.command, {}, "") == tool.command
    assert text in tool.command
    for shell in SHELLS:
        subprocess.run([shell, "-n"], input=tool.command, text=True, check=True)
        if tool.path.suffix != ".sh":
            assert host.run(name, shell=shell).rstrip("\n") == text


def test_every_tool_is_called() -> None:
    """One that no runbook needs is nobody's."""
    runbooks = [system.runbook for system in all_systems(ROOT)]
    commands = [
        runbook.pasteable(command)
        for runbook in runbooks
        for section in runbook.sections
        for command in (*(d.command for d in section.diagnostics), *(step.command for step in section.resolution))
    ]
    pasted = "\n".join(commands)
    assert [name for name in TOOLS if f"{name}() {{" not in pasted] == []


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("other.sh", "true\n", "it defines no function other"),
        ("1st.py", "", "its name can be no function's"),
        ("long.awk", "END_OF_TOOL\n", "it has a line END_OF_TOOL"),
        ("page.txt", "", "it defines no function page"),
    ],
)
def test_a_file_that_is_no_tool(tmp_path: Path, name: str, text: str, wrong: str) -> None:
    """One line says which, and what was expected."""
    (tmp_path / name).write_text(text)
    with pytest.raises(RunbookError, match=rf"{name}:1: is no tool \({wrong}"):
        read_tools(tmp_path)


def test_a_danger_inside_a_tool_is_the_steps(tmp_path: Path) -> None:
    """Who reads the runbook sees only the tool's name."""
    runbook = parse(Path("r.md"), "## A\n\n**Resolution:**\n```bash\nshelve me here\n```\n")
    assert [problem.instead for problem in lint(runbook, TOOLS)] == ["danger: config-change"]
    assert lint(runbook) == []


def test_every_first_line_says_what_it_does() -> None:
    """A comment or docstring, for those who read the paste."""
    for tool in TOOLS.values():
        first = tool.path.read_text(encoding="utf-8")
        assert re.match(r'# [A-Z][^\n]+|"""[A-Z]', first), tool.path.name
