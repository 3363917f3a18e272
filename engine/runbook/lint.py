"""Finds the commands of a runbook that are known to be unsafe or wrong, and the dangers that it does not name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.runbook.model import Diagnostic, Runbook, Step
from engine.runbook.rule import Rule
from engine.runbook.rules import CONSEQUENCES, RULES


@dataclass(frozen=True)
class Problem:
    """One thing that a rule found."""

    path: Path
    line: int
    rule: str
    why: str
    instead: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.why}; instead: {self.instead}"


def lint(runbook: Runbook) -> list[Problem]:
    """Returns what the rules find in a runbook, in the order of its lines."""
    found = [p for function in runbook.functions.values() for p in _commands(runbook, function)]
    found += [p for section in runbook.sections for d in section.diagnostics for p in _commands(runbook, d)]
    for section in runbook.sections:
        for step in section.resolution:
            found += [*_commands(runbook, step), *_dangers(runbook, step)]
    return sorted(found, key=lambda problem: problem.line)


def _commands(runbook: Runbook, command: Diagnostic | Step) -> Iterator[Problem]:
    unused = dict.fromkeys(command.allowed)
    for rule in RULES:
        if _applies(rule, command) and (found := rule.pattern.search(command.command)):
            if rule.id in command.allowed:
                unused.pop(rule.id, None)
                continue
            text = found[0]
            start = found.start() + len(text) - len(text.lstrip())
            line = command.line + command.command.count("\n", 0, start)
            yield Problem(runbook.path, line, rule.id, rule.why, rule.instead)
    for name in unused:
        yield Problem(runbook.path, command.line, "allow", f"the command does not break '{name}'", "no such marker")


def _applies(rule: Rule, command: Diagnostic | Step) -> bool:
    """Returns whether a rule is meant for a command of this kind."""
    if isinstance(command, Diagnostic):
        return not (rule.manual and command.manual)
    return rule.place == "anywhere"


def _dangers(runbook: Runbook, step: Step) -> Iterator[Problem]:
    """Yields a problem when a step restarts, changes or deletes something and says that it costs nothing."""
    if step.danger != "none":
        return
    for danger, pattern in CONSEQUENCES.items():
        if pattern.search(step.command):
            yield Problem(runbook.path, step.line, "danger", "the step names no danger", f"danger: {danger}")
            return
