"""What our own runbooks teach: each diagnostic is a command, with the checks that ask the same."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.config.found import components
from engine.config.problems import ConfigError
from engine.drafting.asked import Asked, asked
from engine.places import RUNBOOKS, folders
from engine.run.checks import Check
from engine.run.system import System, load_system, systems
from engine.runbook.fill import fill, names_in
from engine.runbook.model import RunbookError

# Programs that tell nothing of what is asked.
GENERAL = frozenset((
    "read", "ls", "stat", "find", "echo", "python3", "for", "date", "ps", "journalctl", "test", "cd", "id", "getent",
    "openssl", "ip",
))  # fmt: skip
# From how large a part of a program's examples on it speaks of one component: `redis-cli`.
MOST = 0.75


@dataclass(frozen=True)
class Example:
    """A command of our own: what it asks, the checks that ask it too, and the settings that it names."""

    asked: Asked
    checks: tuple[str, ...]
    settings: tuple[str, ...]
    manual: str = ""


@dataclass(frozen=True)
class Examples:
    """All examples, and the values that systems give to the settings of their components."""

    all: tuple[Example, ...]
    values: tuple[Mapping[str, Any], ...]

    @cached_property
    def weights(self) -> dict[str, float]:
        """How much a word tells: one that few examples have tells more."""
        counts = Counter(word for example in self.all for word in example.asked.words)
        return {word: math.log(1 + len(self.all) / count) for word, count in counts.items()}

    @cached_property
    def by_program(self) -> dict[str, list[Example]]:
        """The examples of each program."""
        found: dict[str, list[Example]] = defaultdict(list)
        for example in self.all:
            found[example.asked.program].append(example)
        return found

    @cached_property
    def owners(self) -> dict[str, str]:
        """The component of which nearly all examples of a program are."""
        found = {}
        for program, examples in self.by_program.items():
            named = Counter(check.partition(".")[0] for example in examples for check in example.checks)
            people = sum(not example.checks for example in examples)
            if named and named.most_common(1)[0][1] >= MOST * (named.total() + people):
                found[program] = named.most_common(1)[0][0]
        return found

    @cached_property
    def names(self) -> dict[str, str]:
        """Words and ports by which a component is known: its name, its units, its ports."""
        found: dict[str, str] = {}
        for name, model in components().items():
            if "unit" not in model.model_fields or self._borrows(name):
                continue
            for settings in (self.defaults[name], *(each[name] for each in self.values if name in each)):
                unit = str(settings.get("unit") or "")
                for word in (name, unit, unit.partition("@")[0].partition("-")[0], str(settings.get("port") or "")):
                    if word:
                        found.setdefault(word, name)
        return found

    def _borrows(self, component: str) -> bool:
        """Whether a component's unit is another's: the journal that it reads."""
        own = {str(each[component].get("unit")) for each in self.values if component in each}
        others = {
            str(settings.get("unit")) for each in self.values for name, settings in each.items() if name < component
        }
        return bool(own) and own <= others

    @cached_property
    def defaults(self) -> dict[str, dict[str, Any]]:
        """The values that settings have where nobody gives one, by component."""
        return {
            name: {key: field.default for key, field in model.model_fields.items() if not field.is_required()}
            for name, model in components().items()
        }

    @cached_property
    def service(self) -> str:
        """The component that any service can be: most of our commands that name a unit name its."""
        named = Counter(name.partition(".")[0] for each in self.all for name in each.settings if name.endswith(".unit"))
        return named.most_common(1)[0][0] if named else ""


def read_examples(root: Path, checks: Mapping[str, Check]) -> Examples:
    """Returns the examples of the runbooks of all systems that can be loaded."""
    loaded = list(_systems(root, checks))
    found = {(example.asked, example.checks): example for system in loaded for example in _of(system)}
    return Examples(tuple(found.values()), tuple(_values(system) for system in loaded))


def _systems(root: Path, checks: Mapping[str, Check]) -> Iterator[System]:
    for folder in folders(root, RUNBOOKS):
        for name in systems(folder):
            # One that somebody is still writing teaches nothing.
            with suppress(ConfigError):
                yield load_system(name, folder, checks)


def _values(system: System) -> Mapping[str, Any]:
    return {name: system.values[name] for name in system.components}


def _of(system: System) -> Iterator[Example]:
    for section in system.runbook.sections:
        for diagnostic in section.diagnostics:
            # What a runbook expects itself is no check that another one could name.
            checks = tuple(name for name in diagnostic.checks if name not in system.declared)
            if checks or diagnostic.manual:
                text = _filled(diagnostic.command, system)
                settings = tuple(names_in(diagnostic.command))
                functions = system.runbook.functions
                yield Example(asked(text, functions), checks, settings, diagnostic.manual or "")


def _filled(command: str, system: System) -> str:
    try:
        return fill(command, system.values, "")
    except RunbookError:
        return command


def most_alike(
    question: Asked, among: Sequence[Example], weights: Mapping[str, float]
) -> Iterator[tuple[float, Example]]:
    """Yields the examples with how much they ask the same, 0 to 1, the most alike first."""
    scored = [(_likeness(question, example.asked, weights), example) for example in among]
    yield from sorted(scored, key=lambda pair: -pair[0])


def _likeness(one: Asked, other: Asked, weights: Mapping[str, float]) -> float:
    """The weight of the words that both have, in those of the one mostly; the program counts as a word."""
    if _is_of_others(one, other):
        return 0
    common = 1 + sum(weights.get(word, 0) for word in one.words & other.words)
    # A query and a path have many names of their own.
    unknown = 3 if one.program in ("psql", "read", "curl") else 6
    of_one = 1 + sum(weights.get(word, unknown) for word in one.words if word in weights or len(word) > 3)
    of_other = 1 + sum(weights[word] for word in other.words if word in weights)
    named = 0.3 if set(one.paths) & set(other.paths) or set(one.ports) & set(other.ports) else 0
    if one.program in GENERAL and common == 1 and not named:
        return 0
    return min(1, 0.85 * common / of_one + 0.15 * common / of_other + named)


def _is_of_others(one: Asked, other: Asked) -> bool:
    """Whether two commands of one program are about different things, however many words they share.

    A query is about the tables, columns and settings that it names, a page is one address, and a file of the kernel
    has a meaning of its own: the port 3000 is Grafana's, and of half of what else listens.
    """
    if one.program == "psql":
        return not any("_" in word for word in one.words & other.words)
    if one.page or other.page:
        return one.page != other.page
    kernels = [path for path in one.paths if path.startswith(("/proc/sys/", "/sys/"))]
    return one.program == "read" and bool(kernels) and not set(kernels) & set(other.paths)
