"""A system: the folder in `runbooks/` with its `system.yml` and its runbook, read and held against each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.config.limits import Limits
from engine.config.problems import ConfigError, nearest, refuse
from engine.config.settings import Component, entry_name
from engine.config.textfile import read_text
from engine.config.yamlfile import YamlFile
from engine.run.checks import Check
from engine.run.systemfile import SystemFile, system_file
from engine.runbook import kept
from engine.runbook.fill import fill, is_known, templates
from engine.runbook.model import Runbook, RunbookError

# Where runbooks are kept as they were read; it may be deleted at any time.
KEPT = Path("reports", "out", ".cache", "runbooks")


@dataclass(frozen=True)
class System:
    """One application that a runbook is about; `id` is its folder's name."""

    id: str
    name: str
    file: YamlFile
    settings: SystemFile
    runbook: Runbook

    @cached_property
    def components(self) -> dict[str, Component]:
        """The components that the system has, by name."""
        found = {name: getattr(self.settings.components, name) for name in type(self.settings.components).model_fields}
        return {name: component for name, component in found.items() if component is not None}

    @property
    def limits(self) -> Limits:
        """The system's own limits, before an inventory's."""
        return self.settings.limits

    @cached_property
    def absent(self) -> dict[str, str]:
        """Why the system does not have a component, by the components that it declares not to have."""
        return {name: component.absent for name, component in self.components.items() if component.absent}

    def rests_on(self, component: str) -> tuple[str, ...]:
        """Returns every component that `component` cannot work without, the nearest first, the host's own last."""
        seen: list[str] = []
        waiting = list(self.components[component].depends_on)
        while waiting:
            name = waiting.pop(0)
            if name not in seen and name != component:
                seen.append(name)
                waiting.extend(self.components[name].depends_on)
        everywhere = self._everywhere
        return (*(name for name in seen if name not in everywhere), *(name for name in everywhere if name != component))

    @cached_property
    def _everywhere(self) -> tuple[str, ...]:
        return tuple(name for name, component in self.components.items() if component.EVERYWHERE)

    def carried(self, declared: Iterable[str]) -> tuple[str, ...]:
        """Returns the components to check on a host that declares `declared`: also what these carry, and its own."""
        names, known = {*self._everywhere, *declared}, 0
        while known != len(names):
            known = len(names)
            names |= {name for name, component in self.components.items() if component.carried_by in names}
        return tuple(name for name in self.components if name in names and not self.components[name].absent)

    @cached_property
    def values(self) -> dict[str, Any]:
        """What the runbook's `{{ … }}` may name: `{{ redis.unit }}`, `{{ item }}`, `{{ host }}`."""
        components = {name: component.model_dump() for name, component in self.components.items()}
        return {**components, "host": "HOST", "item": "ITEM", "limits": self.limits.model_dump()}


def systems(folder: Path) -> list[str]:
    """Returns the names of the systems in `folder`."""
    return sorted(path.parent.name for path in folder.glob("*/system.yml"))


def load_system(name: str, folder: Path, checks: Mapping[str, Check]) -> System:
    """Returns the system `folder/name`, whose runbook may name the `checks`. Raises ConfigError."""
    if name not in systems(folder):
        raise ConfigError(
            f"no system '{name}': {folder.name}/{name}/system.yml does not exist; {nearest(name, systems(folder))}"
        )
    path, shown = folder / name / "runbook.md", f"{folder.name}/{name}/runbook.md"
    file = YamlFile(path.with_name("system.yml"), f"{folder.name}/{name}/system.yml")
    settings = file.validate(system_file())
    text = read_text(path, shown)
    try:
        runbook = kept.read(path, text, folder.parent / KEPT)
    except RunbookError as error:
        refuse(str(line).replace(f"{folder.parent}/", "") for line in error.args)
        raise
    system = System(name, settings.name, file, settings, runbook)
    refuse(_wrong_components(system))
    refuse([*_wrong_checks(system, shown, checks), *_wrong_templates(system, shown)])
    return system


def _wrong_components(system: System) -> Iterator[str]:
    for name, component in system.components.items():
        carrier = [("carried_by", component.carried_by)] if component.carried_by else []
        for key, other in (*(("depends_on", each) for each in component.depends_on), *carrier):
            if other not in system.components:
                yield system.file.told(
                    ("components", name, key),
                    f"component '{name}' names '{other}', which the system does not have; "
                    f"{nearest(other, system.components)}",
                )


def _wrong_checks(system: System, shown: str, checks: Mapping[str, Check]) -> Iterator[str]:
    for section in system.runbook.sections:
        for diagnostic in section.diagnostics:
            for name in diagnostic.checks:
                yield from _wrong_check(system, f"{shown}:{diagnostic.line}", name, checks)


def _wrong_check(system: System, where: str, name: str, checks: Mapping[str, Check]) -> Iterator[str]:
    component = name.split(".", maxsplit=1)[0]
    if name not in checks:
        yield f"{where}: no check '{name}' in checks/; {nearest(name, checks)}"
    elif component not in system.components:
        yield (
            f"{where}: '{name}' is about component '{component}', which system.yml does not have; "
            f"{nearest(component, system.components)}"
        )
    elif not system.components[component].absent:
        if lack := system.components[component].lacks(name.partition(".")[2]):
            lacking = f"components.{component}.{lack}"
            yield f"{where}: '{name}' needs a setting that system.yml does not have; expected {lacking}"
        if checks[name].each:
            yield from _wrong_entries(system, where, name, component, checks[name].each)


def _wrong_entries(system: System, where: str, name: str, component: str, each: str) -> Iterator[str]:
    """Yields what is wrong with the list of which a check is made one item each: it is empty, or has two alike."""
    names = [entry_name(entry) for entry in getattr(system.components[component], each, None) or ()]
    if not names:
        yield (
            f"{where}: '{name}' is made for each of '{component}.{each}', and system.yml lists none; "
            f"expected at least one under components.{component}.{each}"
        )
    for index, entry in enumerate(names):
        if entry in names[:index]:
            problem = f"'{entry}' stands twice in '{component}.{each}'; expected each once"
            yield system.file.told(("components", component, each, index), problem)


def _wrong_templates(system: System, shown: str) -> Iterator[str]:
    """Yields a line for each template that cannot be filled in, where it stands first."""
    steps = [step for section in system.runbook.sections for step in section.resolution]
    seen: set[str] = set()
    for step in (*system.runbook.functions.values(), *steps):
        for text in (step.command, step.text):
            for offset, template in templates(text):
                if template not in seen:
                    seen.add(template)
                    yield from _unfillable(template, system, f"{shown}:{step.line + offset}")


def _unfillable(template: str, system: System, where: str) -> Iterator[str]:
    if is_known(template, system.values):
        return
    try:
        fill(template, system.values, where)
    except RunbookError as error:
        yield from error.args
