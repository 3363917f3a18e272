"""What of a shared chapter is about a system: that which names the components and settings that the system has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.config import found
from engine.runbook.fill import is_set, names_in
from engine.runbook.model import Diagnostic, Runbook, Section, Step

if TYPE_CHECKING:
    from engine.run.system import System


def fitting(system: System) -> Runbook:
    """Returns the system's runbook without what shared chapters say of things that the system does not have.

    A check is left out with its component, or with a setting that it needs; a command, a function, a step in words or a
    symptom with a component or setting that it names; a section when none of its checks is left.
    """
    sections = (_section(system, section) for section in system.runbook.sections)
    return replace(
        system.runbook,
        sections=tuple(section for section in sections if section),
        functions={name: step for name, step in system.runbook.functions.items() if _fits(system, step)},
    )


def _section(system: System, section: Section) -> Section | None:
    """The section as it is for the system, None when it has nothing to do with it."""
    own = system.has_own(section.path)
    fitted = replace(
        section,
        symptoms=tuple(words for words in section.symptoms if own or _is_about(system, words)),
        diagnostics=tuple(_diagnostics(system, section)),
        resolution=tuple(step for step in section.resolution if _fits(system, step)),
    )
    return fitted if fitted.checks or not section.checks or own else None


def _diagnostics(system: System, section: Section) -> Iterator[Diagnostic]:
    for diagnostic in section.diagnostics:
        if system.has_own(diagnostic.path):
            yield diagnostic
            continue
        checks = tuple(name for name in diagnostic.checks if _has(system, name))
        if _is_about(system, diagnostic.command) and (checks or not diagnostic.checks):
            yield replace(diagnostic, checks=checks)


def _fits(system: System, step: Step) -> bool:
    """Whether a step is for the system, and with it all functions that it calls."""
    return system.has_own(step.path) or _is_about(system, f"{system.runbook.pasteable(step.command)}\n{step.text}")


def _is_about(system: System, text: str) -> bool:
    return not any(_is_missing(system, name) for name in names_in(text))


def _is_missing(system: System, name: str) -> bool:
    """Whether a name of a template is a component or a setting which the system does not have, and no mistake."""
    component, _, rest = name.partition(".")
    model = found.components().get(component)
    if model is None or rest.partition(".")[0] not in model.model_fields:
        return False
    return component not in system.components or not is_set(name, system.values) or _is_empty(system, component, rest)


def _is_empty(system: System, component: str, setting: str) -> bool:
    """Whether a setting is a list or a mapping with nothing in it: there is nothing to do for each of none."""
    value = getattr(system.components[component], setting.partition(".")[0])
    return isinstance(value, list | dict) and not value


def _has(system: System, check: str) -> bool:
    component, _, name = check.partition(".")
    settings = system.components.get(component)
    return settings is not None and not (settings.absent or settings.lacks(name))
