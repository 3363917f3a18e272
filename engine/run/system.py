"""Systems: the folders in `runbooks/`, each with a `system.yml` and a runbook that are checked against each other."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.config import found
from engine.config.limits import Limits
from engine.config.problems import ConfigError, nearest, refuse
from engine.config.settings import Component, entry_name
from engine.config.textfile import read_text
from engine.config.yamlfile import YamlFile, yaml_path, yaml_stems
from engine.places import RUNBOOKS, SUITE, chapter_file, folders, shown
from engine.run.checks import Check
from engine.run.declared import declared, wrong_expectations
from engine.run.fitting import fitting
from engine.run.kinds import kinds_in, renamed, seen_as
from engine.run.systemfile import SystemFile, system_file
from engine.runbook import kept
from engine.runbook.chapters import FILE, joined, linked
from engine.runbook.fill import fill, is_known, templates
from engine.runbook.model import Runbook, RunbookError, Step
from engine.runbook.tools import FOLDER, read_tools

# The cache of parsed runbooks; it may be deleted at any time.
KEPT = Path("reports", "out", ".cache", "runbooks")


@dataclass(frozen=True)
class System:
    """An application and its runbook; `id` is the name of its folder, `declared` are the checks of its runbook.

    `views` has the system as it is seen from each further component of a kind, by its name (`queue`). Such a view says
    from which `instance`, and `made` are the checks of its kind, as its own.
    """

    id: str
    name: str
    file: YamlFile
    settings: SystemFile
    runbook: Runbook
    declared: Mapping[str, Check] = field(default_factory=dict)
    views: Mapping[str, System] = field(default_factory=dict)
    made: Mapping[str, Check] = field(default_factory=dict)
    instance: str = ""

    @cached_property
    def components(self) -> dict[str, Component]:
        """The components of the system by name, in the order of the settings; further ones of a kind come last."""
        settings = self.settings.components
        components = {name: getattr(settings, name) for name in type(settings).model_fields}
        return {name: component for name, component in components.items() if component is not None}

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The kind of each further component, by its name: `{"queue": "redis"}`."""
        further = self.components.keys() - found.components().keys()
        return {name: getattr(self.components[name], "kind", "") for name in self.components if name in further}

    def widened(self, named: Iterable[str]) -> tuple[str, ...]:
        """Returns the names of components or checks, those of a kind followed by the further components' own."""
        names = list(named)
        more = (renamed(each, kind, name) for name, kind in self.kinds.items() for each in names)
        return tuple(dict.fromkeys([*names, *more]))

    @property
    def all_views(self) -> tuple[System, ...]:
        """The system itself, and as it is seen from each further component of a kind."""
        return (self, *self.views.values())

    @cached_property
    def checked(self) -> frozenset[str]:
        """The names of the components of which the runbook has a check."""
        sections = (section for view in self.all_views for section in view.runbook.sections)
        return frozenset(check.partition(".")[0] for section in sections for check in section.checks)

    @property
    def limits(self) -> Limits:
        """The system's limits, which an inventory may override."""
        return self.settings.limits

    @cached_property
    def absent(self) -> dict[str, str]:
        """The absent components by name, each with the reason why the system does not have it."""
        return {name: component.absent for name, component in self.components.items() if component.absent}

    def has_own(self, path: Path) -> bool:
        """Whether a file is one of the system's own, and not a chapter that systems, or components of a kind, share."""
        return path.parent.name == self.id and not self.instance

    def rests_on(self, component: str) -> tuple[str, ...]:
        """Returns every component that `component` needs, transitively, the nearest first.

        Those that every host carries come last. What they themselves need, they name.
        """
        seen: list[str] = []
        waiting = list(self.components[component].depends_on)
        while waiting:
            name = waiting.pop(0)
            if name not in seen and name != component:
                seen.append(name)
                waiting.extend(self.components[name].depends_on)
        everywhere = self._everywhere
        if component in everywhere:
            return tuple(seen)
        return (*(name for name in seen if name not in everywhere), *everywhere)

    @cached_property
    def _everywhere(self) -> tuple[str, ...]:
        return tuple(name for name, component in self.components.items() if component.EVERYWHERE)

    def carried(self, declared: Iterable[str]) -> tuple[str, ...]:
        """Returns the components to check on a host that declares `declared`, with those that these carry and `os`."""
        names, known = {*self._everywhere, *declared}, 0
        while known != len(names):
            known = len(names)
            names |= {name for name, component in self.components.items() if component.carried_by in names}
        return tuple(name for name in self.components if name in names and not self.components[name].absent)

    @cached_property
    def values(self) -> dict[str, Any]:
        """The values of the runbook's templates: `{{ redis.unit }}`, `{{ item }}`, `{{ host }}`."""
        components = {name: component.model_dump() for name, component in self.components.items()}
        return {**components, "host": "HOST", "item": "ITEM", "limits": self.limits.model_dump()}


def systems(folder: Path) -> list[str]:
    """Returns the sorted names of the systems in `folder`."""
    return sorted(stem.parent.name for stem in yaml_stems(folder, "*/system"))


def missing(name: str, folder: Path) -> str:
    """Returns what to do about a system that there is not: what makes one of its runbook, or the nearest name."""
    book = f"{folder.name}/{name}/{FILE}"
    if (folder.parent / book).is_file():
        return f"`runbook-checks draft {book}` makes its system.yml"
    return nearest(name, systems(folder))


def load_system(name: str, folder: Path, checks: Mapping[str, Check]) -> System:
    """Returns the system `folder/name`; its runbook may name the `checks`. Raises ConfigError for each mistake."""
    if name not in systems(folder):
        raise ConfigError(
            f"no system '{name}': {folder.name}/{name}/system.yml does not exist; {missing(name, folder)}"
        )
    path = yaml_path(folder / name / "system")
    file = YamlFile(path, f"{folder.name}/{name}/{path.name}")
    settings = file.validate(system_file(kinds_in(file)))
    system = System(name, settings.name, file, settings, _runbook(file, folder / name, settings))
    refuse(_wrong_components(system))
    whole = system.runbook
    system = replace(system, runbook=fitting(system))
    system = replace(system, declared=declared(system.runbook, system.id, folder.parent))
    views = {each: seen_as(system, each, whole, checks) for each in system.kinds}
    system = replace(system, views={each: replace(view, runbook=fitting(view)) for each, view in views.items()})
    known = {**checks, **{check: each for view in views.values() for check, each in view.made.items()}}
    names = tuple(type(system.limits).model_fields)
    refuse(wrong_expectations(system.runbook, known, names, folder.parent, system.kinds))
    known |= system.declared
    refuse([*_wrong_checks(system, folder.parent, known), *_wrong_templates(system, folder.parent)])
    return system


def _runbook(file: YamlFile, own: Path, settings: SystemFile) -> Runbook:
    """The runbook of the system in the folder `own`: its chapters, joined."""
    folder, chapters = own.parent, []
    try:
        for index, name in enumerate(settings.chapters):
            path = Path(os.path.normpath(own / name))
            if not path.is_relative_to(folder):
                problem = f"'{name}' is outside of {folder.name}/; expected a file in it"
                refuse([file.told(("chapters", index), problem)])
            path = chapter_file(path, folder)
            if "chapters" in file.data and not path.is_file():
                problem = f"there is no file '{name}'; expected one, relative to this file"
                refuse([file.told(("chapters", index), problem)])
            text = read_text(path, shown(path, folder.parent))
            chapters.append(kept.read(path, text, folder.parent / KEPT, tuple(settings.severities.items())))
        runbook = joined(chapters)
        tools = {
            name: step
            for found in folders(folder.parent, RUNBOOKS)
            for name, step in read_tools(found / FOLDER).items()
        }
        return linked(replace(runbook, functions={**tools, **runbook.functions}), folder)
    except RunbookError as error:
        refuse(str(line).replace(f"{folder.parent}/", "").replace(f"{SUITE}/", "") for line in error.args)
        raise


def _wrong_components(system: System) -> Iterator[str]:
    for name, component in system.components.items():
        carrier = [("carried_by", component.carried_by)] if component.carried_by else []
        for key, other in (*(("depends_on", needed) for needed in component.depends_on), *carrier):
            if other not in system.components:
                yield system.file.told(
                    ("components", name, key),
                    f"component '{name}' names '{other}', which the system does not have; "
                    f"{nearest(other, system.components)}",
                )


def _wrong_checks(system: System, root: Path, checks: Mapping[str, Check]) -> Iterator[str]:
    for section in system.runbook.sections:
        for diagnostic in section.diagnostics:
            for name in diagnostic.checks:
                where = f"{shown(diagnostic.path, root)}:{diagnostic.line}"
                yield from _wrong_check(system, where, name, checks)


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
        if setting := system.components[component].lacks(name.partition(".")[2]):
            path = f"components.{component}.{setting}"
            yield f"{where}: '{name}' needs a setting that system.yml does not have; expected {path}"
        if checks[name].each:
            yield from _wrong_entries(system, where, name, component, checks[name].each)


def _wrong_entries(system: System, where: str, name: str, component: str, each: str) -> Iterator[str]:
    """Yields a line when the list for a check marked `each` is empty, and for each entry that it has twice."""
    names = [entry_name(entry) for entry in getattr(system.components[component], each, None) or ()]
    if not names:
        yield (
            f"{where}: '{name}' is made for each of '{component}.{each}', and system.yml lists none; "
            f"expected at least one under components.{component}.{each}"
        )
    for index, entry in enumerate(names):
        if entry in names[:index]:
            problem = f"'{entry}' is listed twice in '{component}.{each}'; expected each once"
            yield system.file.told(("components", component, each, index), problem)


def _wrong_templates(system: System, root: Path) -> Iterator[str]:
    """Yields a line for each template that cannot be filled in, where it stands first."""
    steps = [*system.runbook.functions.values()]
    for section in system.runbook.sections:
        steps += [
            *section.resolution,
            *(Step(d.command, d.line, path=d.path) for d in section.diagnostics if d.expects),
            *(Step("", section.line, text=words, path=section.path) for words in section.symptoms),
        ]
    seen: set[str] = set()
    for step in steps:
        for text in (step.command, step.text):
            for offset, template in templates(text):
                if template not in seen:
                    seen.add(template)
                    where = f"{shown(step.path, root)}:{step.line + offset}"
                    yield from _unfillable(template, system, where)


def _unfillable(template: str, system: System, where: str) -> Iterator[str]:
    if is_known(template, system.values):
        return
    try:
        fill(template, system.values, where)
    except RunbookError as error:
        yield from error.args
