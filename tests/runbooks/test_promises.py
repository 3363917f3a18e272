"""The runbooks of this repository keep what they promise to their readers."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from engine.runbook.coverage import gaps
from engine.runbook.fill import fill, names_in
from engine.runbook.model import Diagnostic, Runbook, Section, Step
from engine.runbook.parser import parse
from tests.conftest import ROOT

RUNBOOKS = {path.parent.name: parse(path) for path in sorted((ROOT / "runbooks").glob("*/runbook.md"))}
SECTIONS = [
    pytest.param(runbook, section, id=f"{system}-{section.anchor}")
    for system, runbook in RUNBOOKS.items()
    for section in runbook.sections
]
each_runbook = pytest.mark.parametrize("runbook", RUNBOOKS.values(), ids=RUNBOOKS)
each_section = pytest.mark.parametrize(("runbook", "section"), SECTIONS)
PREAMBLE = "Quick health checks"
PYTHON = re.compile(r"<<'PY'[^\n]*\n(.*?)\nPY$|python3? (?:-B )?-c '([^']*)'", re.DOTALL | re.MULTILINE)


def commands(runbook: Runbook, section: Section) -> Iterator[tuple[str, str]]:
    """Yields where each command stands, and the command as it is pasted, filled with any value."""
    parts: tuple[Diagnostic | Step, ...] = (*section.diagnostics, *section.resolution)
    for part in parts:
        if part.command:
            where, text = f"{runbook.path.name}:{part.line}", runbook.pasteable(part.command)
            values = {name.partition(".")[0]: Anything() for name in names_in(text)}
            yield where, fill(text, values, where)


@each_runbook
def test_every_diagnostic_has_a_check_or_a_reason(runbook: Runbook) -> None:
    """Nothing is left to chance."""
    assert gaps(runbook) == ()


@each_section
def test_section_is_complete(runbook: Runbook, section: Section) -> None:
    """Severity, symptoms, diagnostics, resolution and escalation; the overview only points to the others."""
    assert section.severity
    assert section.symptoms
    assert section.diagnostics
    assert section.escalation
    assert bool(section.resolution) is not section.title.startswith(PREAMBLE)


@each_section
def test_the_safest_step_comes_first(runbook: Runbook, section: Section) -> None:
    """Nothing is deleted before something harmless was tried."""
    dangers = [step.danger for step in section.resolution]
    assert dangers[:1] != ["data-loss"]


@each_runbook
def test_every_check_has_a_section_that_says_what_to_do(runbook: Runbook) -> None:
    """No check fails without a hint."""
    silent = [name for s in runbook.sections for name in s.checks if not runbook.sections_of(name)[0].resolution]
    assert silent == []


@each_section
def test_only_commands_and_steps_hold_templates(runbook: Runbook, section: Section) -> None:
    """Symptoms and escalations are shown as they are written."""
    assert names_in(" ".join((*section.symptoms, *section.escalation))) == []


@each_runbook
def test_sections_that_are_pointed_to_exist(runbook: Runbook) -> None:
    """What stands in asterisks is the title of a section: nobody looks for one that is not there."""
    titles = {section.title.rpartition(" / ")[2] for section in runbook.sections}
    text = re.sub(r"```.*?```", "", runbook.path.read_text(encoding="utf-8"), flags=re.DOTALL)
    pointed = set(re.findall(r"(?<![*\w])\*([A-Z][^*\n]*)\*(?!\*)", text))
    assert pointed - titles == set()


@each_section
def test_every_shell_command_can_be_parsed(runbook: Runbook, section: Section) -> None:
    """Filled with any value, bash reads each command without a complaint."""
    bash = shutil.which("bash")
    assert bash
    for where, command in commands(runbook, section):
        if not command.startswith("SELECT"):
            read = subprocess.run([bash, "-n"], input=command + "\n", text=True, capture_output=True, check=False)
            assert (read.returncode, read.stderr) == (0, ""), where


@each_section
def test_every_program_inside_a_command_can_be_parsed(runbook: Runbook, section: Section) -> None:
    """Python in a here-document, or after -c, has no mistake that shows only when somebody needs it."""
    for where, command in commands(runbook, section):
        for program in PYTHON.findall(command):
            assert ast.parse("".join(program), where)


class Anything:
    """Stands for every setting: each of its attributes and items is another one, and it is a list of one."""

    def __getattr__(self, name: str) -> Anything:
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __getitem__(self, key: object) -> Anything:
        return self

    def __iter__(self) -> Iterator[Anything]:
        return iter([self])

    def __str__(self) -> str:
        return "value"

    __repr__ = __str__
