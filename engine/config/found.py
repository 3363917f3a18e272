"""The components, settings and limits of the packages in `fixtures/`; they are discovered and not registered."""

from __future__ import annotations

import importlib
import pkgutil
import re
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from pydantic import create_model

from engine.config.limits import Limits
from engine.config.problems import ConfigError
from engine.config.settings import Component
from engine.mistake import place, words
from engine.places import CHECKS, FIXTURES, folders
from engine.text import one_line

PACKAGE, SETTINGS = FIXTURES, "settings"


def bring(content: Path) -> None:
    """Adds the packages and checks of a content folder to the suite's. Raises ConfigError for a name of the suite's."""
    for folder in folders(content, FIXTURES)[1:]:
        for name in sorted(module.name for module in pkgutil.iter_modules([str(folder)]) if module.ispkg):
            if name in packages():
                raise ConfigError(
                    f"{FIXTURES}/{name}/ is a component of the suite; expected another name for your own, in {folder}"
                )
    for name in (FIXTURES, CHECKS):
        path = importlib.import_module(name).__path__
        path.extend(str(folder) for folder in folders(content, name)[1:] if str(folder) not in path)
    packages.cache_clear()


def load(name: str) -> ModuleType:
    """Returns a module of `fixtures/`, imported. Raises ConfigError: a user may have written it."""
    try:
        return importlib.import_module(name)
    except Exception as error:  # whatever the module's own lines raise
        at = f"{error.filename}:{error.lineno}" if isinstance(error, SyntaxError) else place(error)
        where = re.sub(rf"^.*/(?={FIXTURES}/)", "", at) or f"{name.replace('.', '/')}.py"
        raise ConfigError(
            f"{where}: cannot be imported: {one_line(f'{type(error).__name__}: {words(error)}')}; "
            "expected a module that Python can import"
        ) from None


@cache
def packages() -> list[str]:
    """Returns the names of the packages in `fixtures/`; each that has a module `settings` is a component."""
    package = importlib.import_module(PACKAGE)
    return sorted(module.name for module in pkgutil.iter_modules(package.__path__) if module.ispkg)


def modules(package: str) -> list[str]:
    """Returns the dotted names of a package's modules except its settings."""
    path = load(f"{PACKAGE}.{package}").__path__
    names = [module.name for module in pkgutil.iter_modules(path) if not module.ispkg]
    return [f"{PACKAGE}.{package}.{name}" for name in sorted(names) if name != SETTINGS]


@cache
def components() -> dict[str, type[Component]]:
    """Returns the settings model of each component by its name. Raises ConfigError unless each has exactly one."""
    models = {name: _own(module, Component) for name, module in _settings()}
    for name, own in models.items():
        if len(own) != 1:
            classes = ", ".join(model.__name__ for model in own) or "none"
            raise ConfigError(
                f"{PACKAGE}/{name}/{SETTINGS}.py: expected one class of the kind Component, which says what system.yml "
                f"may say of '{name}'; found {classes}"
            )
    return {name: own[0] for name, own in models.items()}


def limits_of() -> dict[str, type[Limits]]:
    """Returns the model of each component's limits by its name, shared limits included."""
    return {name: model for name, module in _settings() for model in _own(module, Limits)}


@cache
def limits() -> type[Limits]:
    """Returns the model of the limits of all components."""
    return cast(type[Limits], create_model("Limits", __base__=tuple(limits_of().values()) or Limits))


def _settings() -> list[tuple[str, ModuleType]]:
    settings = []
    for name in packages():
        path = load(f"{PACKAGE}.{name}").__path__
        if any(module.name == SETTINGS for module in pkgutil.iter_modules(path)):
            settings.append((name, load(f"{PACKAGE}.{name}.{SETTINGS}")))
    return settings


def _own(module: ModuleType, kind: type[Any]) -> list[type[Any]]:
    """Returns the subclasses of `kind` that the module itself defines."""
    values = vars(module).values()
    return [v for v in values if isinstance(v, type) and issubclass(v, kind) and v.__module__ == module.__name__]
