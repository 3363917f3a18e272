"""What the packages in `fixtures/` bring: a component is found there, and registered nowhere."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType
from typing import Any, cast

from pydantic import create_model

from engine.config.limits import Limits
from engine.config.problems import ConfigError
from engine.config.settings import Component

PACKAGE, SETTINGS = "fixtures", "settings"


def packages() -> list[str]:
    """Returns the names of the packages in `fixtures/`; each that has a module `settings` is a component."""
    there = importlib.import_module(PACKAGE)
    return sorted(module.name for module in pkgutil.iter_modules(there.__path__) if module.ispkg)


def modules(package: str) -> list[str]:
    """Returns the dotted names of a package's own modules, its settings left out."""
    there = importlib.import_module(f"{PACKAGE}.{package}")
    names = [module.name for module in pkgutil.iter_modules(there.__path__) if not module.ispkg]
    return [f"{PACKAGE}.{package}.{name}" for name in sorted(names) if name != SETTINGS]


@cache
def components() -> dict[str, type[Component]]:
    """Returns the settings model of each component, by the component's name. Raises ConfigError."""
    found = {name: _own(module, Component) for name, module in _settings()}
    for name, own in found.items():
        if len(own) != 1:
            classes = ", ".join(model.__name__ for model in own) or "none"
            raise ConfigError(
                f"{PACKAGE}/{name}/{SETTINGS}.py: expected one class of the kind Component, which says what system.yml "
                f"may say of '{name}'; found {classes}"
            )
    return {name: own[0] for name, own in found.items()}


def limits_of() -> dict[str, type[Limits]]:
    """Returns the model of each component's limits, those that it shares with others among them."""
    return {name: model for name, module in _settings() for model in _own(module, Limits)}


@cache
def limits() -> type[Limits]:
    """Returns the model of all limits: each component's own, and those that several share."""
    return cast(type[Limits], create_model("Limits", __base__=tuple(limits_of().values()) or Limits))


def _settings() -> list[tuple[str, ModuleType]]:
    found = []
    for name in packages():
        path = importlib.import_module(f"{PACKAGE}.{name}").__path__
        if any(module.name == SETTINGS for module in pkgutil.iter_modules(path)):
            found.append((name, importlib.import_module(f"{PACKAGE}.{name}.{SETTINGS}")))
    return found


def _own(module: ModuleType, kind: type[Any]) -> list[type[Any]]:
    """The classes of this kind that the module itself defines."""
    values = vars(module).values()
    return [v for v in values if isinstance(v, type) and issubclass(v, kind) and v.__module__ == module.__name__]
