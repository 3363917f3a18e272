"""The page of settings and limits, and the JSON schemas for editors, both from the models."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from engine.config import found
from engine.config.described import described
from engine.config.inventoryfile import InventoryFile, inventory_file
from engine.config.limits import Limits
from engine.config.settings import Component
from engine.run.systemfile import SystemFile, system_file

FILE = "docs/settings.md"
HEAD = """# Settings and limits

<!-- `python -m engine.pages` writes it from the settings' models; a test keeps it current. -->

This page lists every setting of a `system.yml` and of an inventory, and the limits that checks compare with. A setting
that is not required may be left out; one that is not listed is refused.

Editors that know YAML's language server complete, explain and check these files by the JSON schemas
[system.schema.json](schema/system.schema.json) and [inventory.schema.json](schema/inventory.schema.json). The first
line of a file names its schema; in an inventory it is `../docs/schema/inventory.schema.json`:

```yaml
# yaml-language-server: $schema=../../docs/schema/system.schema.json
```

They are YAML 1.1: anchors and merge keys (`<<: *web`) work, and a key at the top that begins with `x-` may hold what
is merged elsewhere. A number stands without quotes; a pattern that begins with `*` needs them. The name of a file ends
in `.yml` or `.yaml`.
"""
LIMITS = """
## Limits

A limit is set under `limits` in a system.yml, or in an inventory, which goes over it. Ratios are 0 to 1. *Past* ones
say how long something that is over still counts; `--since` shortens them.

| limit | default | unit | why | component |
| --- | --- | --- | --- | --- |
"""
TABLE = "\n| setting | kind | default | what |\n| --- | --- | --- | --- |\n"


def page(_: Path) -> str:
    """Returns the page, as Markdown."""
    parts = [HEAD, *_section("system.yml", system_file(), SystemFile.__module__)]
    parts += _section("Every component", Component, Component.__module__)
    for name, model in found.components().items():
        parts += _section(name, model, model.__module__, Component.model_fields)
    parts += _section("Inventories", inventory_file(), InventoryFile.__module__)
    return "".join([*parts, LIMITS, *_limits()])


def schemas() -> dict[str, str]:
    """Returns the JSON schemas of system.yml and of inventories, by their files."""
    models = {"docs/schema/system.schema.json": system_file(), "docs/schema/inventory.schema.json": inventory_file()}
    return {file: json.dumps(_schema(model), indent=1) + "\n" for file, model in models.items()}


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a model, with a description for each field."""
    schema = model.model_json_schema()
    parts = {part.__name__: part for part in nested(model)}
    for name, part in [(model.__name__, schema), *schema["$defs"].items()]:
        texts = described(parts.get(name, model))
        for field, about in part.get("properties", {}).items():
            about.update({"description": texts[field]} if field in texts else {})
    return schema


def nested(model: type[BaseModel]) -> list[type[BaseModel]]:
    """Returns the models that a model's fields are made of, at any depth, each once."""
    found: dict[type[BaseModel], None] = {}
    waiting: list[Any] = [field.annotation for field in model.model_fields.values()]
    while waiting:
        kind = waiting.pop(0)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if kind not in found:
                found[kind] = None
                waiting += [field.annotation for field in kind.model_fields.values()]
        else:
            waiting += getattr(kind, "__args__", ())
    return list(found)


def _section(title: str, model: type[BaseModel], module: str, left_out: Iterable[str] = ()) -> Iterator[str]:
    """A part of the page: a model's settings, and those of the models in the same module that they are made of."""
    yield f"\n## {title}\n\n"
    yield from _table(model, left_out)
    for part in _parts():
        if part.__module__ == module:
            yield f"\n### {part.__name__}\n\n"
            yield from _table(part)


def _parts() -> list[type[BaseModel]]:
    """The models that have a table below a section's own; limits have theirs at the end."""
    parts = dict.fromkeys([*nested(system_file()), *nested(inventory_file())])
    return [part for part in parts if not issubclass(part, Component) and part.__name__ != Limits.__name__]


def _table(model: type[BaseModel], left_out: Iterable[str] = ()) -> Iterator[str]:
    yield f"{' '.join((model.__doc__ or '').split())}\n"
    schema = model.model_json_schema()
    required = {field.alias or name for name, field in model.model_fields.items() if field.is_required()}
    rows = {name: about for name, about in schema.get("properties", {}).items() if name not in left_out}
    yield TABLE if rows else "\nIt has no settings of its own.\n"
    for name, about in rows.items():
        default = "required" if name in required else _default(about)
        words = described(model).get(name, "").replace("|", "\\|")
        yield f"| `{name}` | {_kind(about)} | {default} | {words} |\n"


def _default(about: dict[str, Any]) -> str:
    """A default in JSON; one that is nothing, or a whole model, says no more than that the setting may be left out."""
    value = about.get("default")
    return "" if value in (None, "", []) or isinstance(value, dict) else f"`{json.dumps(value)}`"


def _kind(about: dict[str, Any]) -> str:
    """What a value must be, in a word or two: `integer`, `list of Endpoint`, with a link to what has its own table."""
    if "$ref" in about:
        return _link(about["$ref"].rpartition("/")[2])
    if "anyOf" in about:
        kinds = [_kind(each) for each in about["anyOf"] if each.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in about:
        return " or ".join(f"`{value}`" for value in about["enum"])
    if about.get("type") == "array":
        return f"list of {_kind(about.get('items', {}))}"
    if about.get("type") == "object":
        values = [about.get("additionalProperties"), *about.get("patternProperties", {}).values()]
        return next((f"map of {_kind(each)}" for each in values if isinstance(each, dict)), "map")
    return str(about.get("format") or about.get("type", "anything"))


def _link(name: str) -> str:
    """A link to the heading of a model; a component's is its own name."""
    heading = next((key for key, model in found.components().items() if model.__name__ == name), name)
    return f"[{heading}](#{heading.lower()})"


def _limits() -> Iterator[str]:
    # Those that a component inherits are held by several.
    own = {component: model.__annotations__ for component, model in found.limits_of().items()}
    whose = {name: component for component, names in own.items() for name in names}
    for name, field in sorted(found.limits().model_fields.items()):
        said: Any = field.json_schema_extra
        why = f"{said['why']} [{said['source']}]" if said["source"] else said["why"]
        past = " (past)" if said["past"] else ""
        owner = "every run" if name in Limits.model_fields else whose.get(name, "several")
        yield f"| `{name}` | {field.default:,} | {said['unit']} | {why}{past} | {owner} |\n"
