"""The catalogue of facts: every one that a module of `fixtures/` defines, by name, and the chain that each rests on."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from engine.config import found
from engine.gather.fact import Client, Fact

# The way to a host is asked for in every run.
WAYS = "engine.gather.ways"


class Catalogue:
    """Every fact, by name."""

    def __init__(self, modules: Iterable[Any]) -> None:
        self.facts: dict[str, Fact] = {}
        for module in modules:
            for name, value in vars(module).items():
                made = value if isinstance(value, Fact) else getattr(value, "fact", None)
                if isinstance(made, Fact):
                    self.facts[name] = replace(made, name=name)

    def __contains__(self, name: object) -> bool:
        return name in self.facts

    def __getitem__(self, name: str) -> Fact:
        return self.facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.facts)

    def chain(self, names: Iterable[str]) -> list[str]:
        """Returns the facts `names` and all that they rest on, each after those it needs."""
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
        """Returns the thread in which a client's fact is asked: its own, or that of the client it rests on."""
        clients = [self.facts[each] for each in reversed(self.chain([name])) if self.facts[each].lane == "client"]
        return next((each.thread for each in clients if isinstance(each, Client) and each.thread), clients[-1].name)

    def circular(self, name: str) -> bool:
        """Whether the fact rests on itself, which is a mistake: it can never be had."""
        return name in self.chain(self.facts[name].needs)


def fact_modules() -> list[str]:
    """Returns the dotted names of the modules that may define facts, which are pytest plugins as well."""
    return [WAYS, *(name for package in found.packages() for name in found.modules(package))]


@cache
def catalogue() -> Catalogue:
    """Returns every fact, by name."""
    return Catalogue(importlib.import_module(name) for name in fact_modules())
