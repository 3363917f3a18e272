"""Santa's own runbook keeps what it promises to its readers."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from runbooks.coverage import gaps
from runbooks.fill import fill, names_in
from runbooks.model import Section
from runbooks.parser import parse

RUNBOOKS = Path(__file__).parents[2] / "runbooks"
RUNBOOK = parse(RUNBOOKS / "santas-gift-finder" / "runbook.md")
COMPONENTS = yaml.safe_load((RUNBOOKS / "santas-gift-finder" / "system.yml").read_text())["components"]
PREAMBLE = "Quick health checks"


def commands(section: Section) -> list[tuple[int, str]]:
    return [(d.line, d.command) for d in section.diagnostics] + [(s.line, s.command) for s in section.resolution]


def test_every_diagnostic_has_a_check_or_a_reason() -> None:
    """Nothing is left to chance."""
    assert gaps(RUNBOOK) == ()


@pytest.mark.parametrize("section", RUNBOOK.sections, ids=lambda s: s.anchor)
def test_section_is_complete(section: Section) -> None:
    """Severity, symptoms, diagnostics, resolution and escalation; the overview only points to the others."""
    assert section.severity
    assert section.symptoms
    assert section.diagnostics
    assert section.escalation
    assert bool(section.resolution) is not section.title.startswith(PREAMBLE)


@pytest.mark.parametrize("section", RUNBOOK.sections, ids=lambda s: s.anchor)
def test_the_safest_step_comes_first(section: Section) -> None:
    """Nothing is deleted before something harmless was tried."""
    dangers = [step.danger for step in section.resolution]
    assert dangers[:1] != ["data-loss"]


def test_every_check_has_a_section_that_says_what_to_do() -> None:
    """No check fails without a hint."""
    silent = [name for s in RUNBOOK.sections for name in s.checks if not RUNBOOK.sections_of(name)[0].resolution]
    assert silent == []


@pytest.mark.parametrize("section", RUNBOOK.sections, ids=lambda s: s.anchor)
def test_only_commands_and_steps_hold_templates(section: Section) -> None:
    """Symptoms and escalations are shown as they are written."""
    assert names_in(" ".join((*section.symptoms, *section.escalation))) == []


@pytest.mark.parametrize("section", RUNBOOK.sections, ids=lambda s: s.anchor)
def test_every_shell_command_can_be_parsed(section: Section) -> None:
    """Filled with any value, bash reads each command without a complaint."""
    bash = shutil.which("bash")
    assert bash
    values = dict.fromkeys((*COMPONENTS, "host", "limits", "os"), Anything())
    for line, command in commands(section):
        if command and not command.startswith("SELECT"):
            filled = fill(command, values, f"runbook.md:{line}")
            read = subprocess.run([bash, "-n"], input=filled + "\n", text=True, capture_output=True, check=False)
            assert (read.returncode, read.stderr) == (0, ""), f"runbook.md:{line}"


class Anything:
    """Stands for every setting: each of its attributes and items is another one."""

    def __getattr__(self, name: str) -> Anything:
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __getitem__(self, key: object) -> Anything:
        return self

    def __str__(self) -> str:
        return "value"
