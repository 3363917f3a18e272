"""The checks that ask what a command asks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.config.found import components
from engine.drafting.asked import Asked, asked
from engine.drafting.examples import Example, Examples, most_alike
from engine.run.checks import Check
from engine.runbook.programs import PROGRAMS

# Below it two commands ask different things.
ENOUGH, ENOUGH_OF_NAMES = 0.65, 0.5


@dataclass
class Matching:
    """Finds checks; `settings` has what the commands say of the components whose checks were found."""

    examples: Examples
    checks: Mapping[str, Check]
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)

    def checks_for(self, command: str) -> tuple[str, ...]:
        """Returns the names of the checks that ask the same as a command, and keeps what it says of their settings."""
        question = self._understood(asked(command))
        about = self._components(question)
        among = self.examples.by_program.get(question.program, [])
        for score, example in most_alike(question, among, self.examples.weights):
            if score < (ENOUGH_OF_NAMES if question.program in ("psql", "read") else ENOUGH):
                break
            if found := tuple(self._fitting(example, question, about)):
                for name in found:
                    self._keep(name.partition(".")[0], question, command)
                return found
        return ()

    def learn(self, checks: Iterable[str], command: str) -> None:
        """Keeps what a command says of the settings of checks that somebody has chosen for it."""
        question = self._understood(asked(command))
        for name in checks:
            if name.partition(".")[0] in components():
                self._keep(name.partition(".")[0], question, command)

    def _understood(self, question: Asked) -> Asked:
        """The question of a command without a program, at the prompt of one: `info memory` is redis-cli's."""
        if question.program in self.examples.by_program or question.program in PROGRAMS or not question.program:
            return question
        for program, examples in self.examples.by_program.items():
            if sum(question.program in example.asked.words for example in examples) > 1 and program != "read":
                words = question.words | {question.program}
                return Asked(program, words, question.units, question.ports, question.paths)
        return question

    def _components(self, question: Asked) -> set[str]:
        """The components that a command is about: those that it names, that of its program, and those of every host."""
        named = {
            *question.words,
            *question.units,
            *question.ports,
            *(unit.partition("-")[0] for unit in question.units),
        }
        named |= {part for path in question.paths for part in re.split(r"[/.]", path)}
        about = {self.examples.names[name] for name in named if name in self.examples.names}
        about |= {name for name, model in components().items() if model.EVERYWHERE}
        if owner := self.examples.owners.get(question.program):
            about.add(owner)
        if question.units and not any(self._known(unit) for unit in question.units):
            about.add(self.examples.service)
        return about

    def _known(self, unit: str) -> str:
        return self.examples.names.get(unit) or self.examples.names.get(re.split(r"[-@]", unit)[0]) or ""

    def _fitting(self, example: Example, question: Asked, about: set[str]) -> Iterator[str]:
        of_others = {name.partition(".")[0] for name in example.settings} & components().keys() - about
        if question.units and not any(name.endswith(".unit") for name in example.settings):
            return
        if of_others and not (question.units and of_others == {self.examples.service}):
            return
        for name in example.checks:
            component, _, short = name.partition(".")
            of_unit = f"{self.examples.service}.unit" in example.settings and bool(question.units)
            if component not in about and not (of_unit and "unit" in components()[component].model_fields):
                continue
            if (
                self._agrees(component, question)
                and not self.checks[name].each
                and not self._lacks(component, short, question)
            ):
                yield name

    def _agrees(self, component: str, question: Asked) -> bool:
        """Whether the unit that a command names is the component's: a system has each component once."""
        unit = self.settings.get(component, {}).get("unit")
        if not question.units or "unit" not in components()[component].model_fields:
            return True
        known = self._known(question.units[0])
        return unit in (None, question.units[0]) and (
            not known or known == component or component not in self.examples.names.values()
        )

    def _lacks(self, component: str, check: str, question: Asked) -> bool:
        """Whether a check needs a setting that the command does not say and that has no default."""
        model = components()[component]
        needed = [name.partition(".")[0] for name in model.NEEDS.get(check, "").split()]
        said = {"port"} if question.ports else set()
        return any(name not in said and not self.examples.defaults[component].get(name) for name in needed)

    def _keep(self, component: str, question: Asked, command: str) -> None:
        fields = components()[component].model_fields
        kept = self.settings.setdefault(component, {})
        said = {
            "unit": question.units[0] if question.units else None,
            "port": int(question.ports[0]) if question.ports else None,
            "name": _after(command, "-servername"),
            "database": _after(command, "-d"),
        }
        said |= {
            name: path for name in fields if name.endswith("log") for path in question.paths if _is_log(name, path)
        }
        for name, value in said.items():
            if name in fields and value is not None:
                kept.setdefault(name, value)


def _after(command: str, option: str) -> str | None:
    found = re.search(rf"\s{option}[ =]([A-Za-z_][\w.-]*)", command)
    return found[1] if found else None


def _is_log(setting: str, path: str) -> bool:
    """Whether a path may be the file that a setting names: an access log is no error log."""
    kind = setting.removesuffix("log").strip("_")
    return path.startswith("/var/log/") and path.endswith(".log") and kind in path
