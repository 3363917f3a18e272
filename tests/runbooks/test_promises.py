"""The runbooks of this repository keep what they promise to their readers."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.run.run import all_systems
from engine.run.system import System
from engine.runbook.chapters import joined
from engine.runbook.coverage import gaps
from engine.runbook.fill import fill, names_in
from engine.runbook.model import Diagnostic, Runbook, Section, Step
from engine.runbook.parser import parse
from tests.conftest import ROOT

SYSTEMS = all_systems(ROOT)
RUNBOOKS = {system.id: system.runbook for system in SYSTEMS}
SECTIONS = [
    pytest.param(runbook, section, id=f"{system}-{section.anchor}")
    for system, runbook in RUNBOOKS.items()
    for section in runbook.sections
]
each_runbook = pytest.mark.parametrize("runbook", RUNBOOKS.values(), ids=RUNBOOKS)
each_section = pytest.mark.parametrize(("runbook", "section"), SECTIONS)
PREAMBLE = "Quick health checks"
PYTHON = re.compile(r"<<'PY'[^\n]*\n(.*?)\nPY$|python3? (?:-B )?-c '([^']*)'", re.DOTALL | re.MULTILINE)


def headings(path: Path) -> list[str]:
    """Returns the headings of a chapter, without their severities."""
    return re.findall(r"^### (.*?)(?: \(P\d\))?$", path.read_text(encoding="utf-8"), re.MULTILINE)


def test_shared_chapters_point_to_what_is_shared() -> None:
    """They know nothing of a system's own sections."""
    files = sorted(ROOT.glob("runbooks/shared/*.md"))
    titles = {title for path in files for title in headings(path)}
    for path in files:
        text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert set(re.findall(r"(?<![*\w])\*([A-Z][^*\n]*)\*(?!\*)", text)) - titles == set(), path.name


def test_no_chapter_is_too_long_to_own() -> None:
    """A file has at most 400 lines."""
    for path in ROOT.glob("runbooks/*/*.md"):
        assert path.read_text(encoding="utf-8").count("\n") <= 400, path


def commands(runbook: Runbook, section: Section) -> Iterator[tuple[str, str]]:
    """Yields where each command stands, and the command as it is pasted, filled with any value."""
    parts: tuple[Diagnostic | Step, ...] = (*section.diagnostics, *section.resolution)
    for part in parts:
        if part.command:
            where, text = f"{part.path.name}:{part.line}", runbook.pasteable(part.command)
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
    """Escalations are shown as they are written."""
    assert names_in(" ".join(section.escalation)) == []


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.id)
def test_sections_that_are_pointed_to_exist(system: System) -> None:
    """What stands in asterisks is the title of a section: nobody looks for one that is not there."""
    titles = {section.title.rpartition(" / ")[2] for section in system.runbook.sections}
    own = ROOT / "runbooks" / system.id
    # A shared chapter may point to a section of another that this system does not have.
    files = [path for name in system.settings.chapters if (path := own / name).parent == own]
    titles |= {title for path in ROOT.glob("runbooks/shared/*.md") for title in headings(path)}
    text = re.sub(r"```.*?```", "", "".join(path.read_text(encoding="utf-8") for path in files), flags=re.DOTALL)
    pointed = set(re.findall(r"(?<![*\w])\*([A-Z][^*\n]*)\*(?!\*)", text))
    assert pointed - titles == set()


# What starts another program, which knows no function of this shell.
ELSEWHERE = r"(?:\bsh -c (?:'[^']*|\"[^\"]*)|\bxargs\b[^|;&\n]*|\btimeout \S+ |\bsudo (?:-\w+ )*)\b{}\b"


@each_section
def test_functions_are_called_where_they_are_known(runbook: Runbook, section: Section) -> None:
    """Another shell, xargs, timeout and sudo start programs: a function is none."""
    parts: tuple[Diagnostic | Step, ...] = (*section.diagnostics, *section.resolution)
    for name in runbook.functions:
        assert not [part.line for part in parts if re.search(ELSEWHERE.format(name), part.command)], name


SHARED = joined([parse(path) for path in sorted(ROOT.glob("runbooks/shared/*.md"))])


@each_section
def test_functions_of_chapters_that_are_not_listed_are_not_called(runbook: Runbook, section: Section) -> None:
    """A shared step about a component that only some systems have names a setting of it, and is left out elsewhere."""
    foreign = {name: step for name, step in SHARED.functions.items() if name not in runbook.functions}
    calling = replace(SHARED, functions=foreign)
    parts: tuple[Diagnostic | Step, ...] = (*section.diagnostics, *section.resolution)
    assert [part.line for part in parts if calling.pasteable(part.command) != part.command] == []


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


class Anything(dict[str, object]):
    """Stands for every setting: each of its attributes and items is another one, and it is a list of one."""

    def __getattr__(self, name: str) -> Anything:
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __getitem__(self, key: object) -> Anything:
        return self

    def __iter__(self) -> Iterator[Anything]:  # type: ignore[override]
        return iter([self])

    def __str__(self) -> str:
        return "value"

    __repr__ = __str__
