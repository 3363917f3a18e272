"""Finds the commands of a runbook that are known to be unsafe or wrong, and the dangers that it does not name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.runbook.model import Diagnostic, Runbook, Section, Step
from engine.runbook.problem import Problem
from engine.runbook.rule import Rule
from engine.runbook.rules import RULES, consequence
from engine.runbook.rules_limits import LIMIT_NUMBER, SYMPTOM_NUMBER, WHY, numbers, stray


def lint(runbook: Runbook, tools: Mapping[str, Step] | None = None) -> list[Problem]:
    """Returns what the rules find in a runbook, in the order of its lines; its commands may call the `tools`."""
    found = [p for function in runbook.functions.values() for p in _commands(runbook, function)]
    found += [p for section in runbook.sections for d in section.diagnostics for p in _commands(runbook, d)]
    known = replace(runbook, functions={**(tools or {}), **runbook.functions})
    for section in runbook.sections:
        for step in section.resolution:
            found += [*_commands(runbook, step), *_dangers(known, step)]
        found += _numbers(runbook, section)
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


def _numbers(runbook: Runbook, section: Section) -> Iterator[Problem]:
    """Yields a problem for each number in symptoms, diagnostics and steps that a limit has."""
    commands = [(d.command, d.line, d.allowed) for d in section.diagnostics]
    commands += [(text, s.line, s.allowed) for s in section.resolution for text in (s.command, s.text)]
    for text, line, allowed in [*((words, section.line, ()) for words in section.symptoms), *commands]:
        for start, instead in numbers(section, text):
            if LIMIT_NUMBER not in allowed:
                yield Problem(runbook.path, line + text.count("\n", 0, start), LIMIT_NUMBER, WHY, instead)
    for words in section.symptoms:
        # What a limit has was told above.
        if not any(numbers(section, words)):
            for why, instead in stray(section, words):
                yield Problem(runbook.path, section.line, SYMPTOM_NUMBER, why, instead)


def _applies(rule: Rule, command: Diagnostic | Step) -> bool:
    """Returns whether a rule is meant for a command of this kind."""
    if isinstance(command, Diagnostic):
        return not (rule.manual and command.manual)
    return rule.place == "anywhere"


def _dangers(runbook: Runbook, step: Step) -> Iterator[Problem]:
    """Yields a problem when a step, or what it calls, restarts or changes something and says that it costs nothing."""
    if step.danger != "none" and not step.supposed:
        return
    danger = consequence(runbook.pasteable(step.command))
    if danger != "none":
        yield Problem(runbook.path, step.line, "danger", "the step names no danger", f"danger: {danger}")
