"""The catalogue of facts: all facts that the modules of `fixtures/` define, by name, with their dependencies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from engine.config import found
from engine.config.problems import ConfigError
from engine.gather.fact import Client, Fact

# The module of the facts about the connection, which every run has.
WAYS = "engine.gather.ways"


class Catalogue:
    """All facts, by name."""

    def __init__(self, modules: Iterable[Any]) -> None:
        self.facts: dict[str, Fact] = {}
        for module in modules:
            for name, value in vars(module).items():
                made = value if isinstance(value, Fact) else getattr(value, "fact", None)
                if isinstance(made, Fact):
                    self._refuse_second(name, made)
                    self.facts[name] = replace(made, name=name)

    def _refuse_second(self, name: str, fact: Fact) -> None:
        """Raises ConfigError when another fact has the name; a module may import the fact of another one."""
        first = self.facts.get(name)
        if first and first.place != fact.place:
            raise ConfigError(
                f"{_short(fact.place)}: the fact '{name}' is defined twice, which replaces the one in "
                f"{_short(first.place)}; expected another name"
            )

    def __contains__(self, name: object) -> bool:
        return name in self.facts

    def __getitem__(self, name: str) -> Fact:
        return self.facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.facts)

    def chain(self, names: Iterable[str]) -> list[str]:
        """Returns the known facts of `names` and all that they need, transitively, each after those it needs."""
        ordered: dict[str, None] = {}
        seen: set[str] = set()

        def visit(name: str) -> None:
            if name in seen or name not in self.facts:
                return
            seen.add(name)
            for need in self.facts[name].needs:
                visit(need)
            ordered[name] = None

        for name in names:
            visit(name)
        return list(ordered)

    def thread(self, name: str) -> str:
        """Returns the name of the thread that gathers a client's fact: its own, or that of the client that it needs."""
        clients = [self.facts[needed] for needed in reversed(self.chain([name])) if self.facts[needed].lane == "client"]
        return next((fact.thread for fact in clients if isinstance(fact, Client) and fact.thread), clients[-1].name)

    def circular(self, name: str) -> bool:
        """Whether the fact needs itself, directly or not: such a fact can never be had."""
        return name in self.chain(self.facts[name].needs)


def _short(place: str) -> str:
    """A place in `fixtures/`, from there on."""
    return place[place.rfind(f"/{found.PACKAGE}/") + 1 :]


def fact_modules() -> list[str]:
    """Returns the dotted names of the modules that may define facts; they are also pytest plugins."""
    return [WAYS, *(name for package in found.packages() for name in found.modules(package))]


@cache
def catalogue() -> Catalogue:
    """Returns the catalogue of this process, the same object each time."""
    return Catalogue(found.load(name) for name in fact_modules())
