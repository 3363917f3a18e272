"""The page of settings and limits, and the JSON schemas by which editors know them: both from the models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.config import found
from engine.config.inventory import inventory_file
from engine.config.limits import Limits
from engine.config.settings import Component, Settings
from engine.run.systemfile import system_file

FILE = "docs/settings.md"
HEAD = """# Settings and limits

<!-- `python -m engine.pages` writes it from the models in fixtures/*/settings.py; a test keeps it current. -->

What a `system.yml` may say of each component, and the limits that checks compare with. A limit is set under `limits`
in a system.yml, or in an inventory, which goes over it.

Editors that know YAML's language server complete and check these files by the JSON schemas
[system.schema.json](schema/system.schema.json) and [inventory.schema.json](schema/inventory.schema.json), with this as
a file's first line:

```yaml
# yaml-language-server: $schema=../../docs/schema/system.schema.json
```

## What every component may say

"""
LIMITS = """
## Limits

Ratios are 0 to 1. *Past* ones say how long something that is over still counts; `--since` shortens them.

| limit | default | unit | why | of |
| --- | --- | --- | --- | --- |
"""
TABLE = "| setting | kind | default |\n| --- | --- | --- |\n"


def page(_: Path) -> str:
    """Returns the page, as Markdown."""
    own = set(Component.model_fields)
    parts = [HEAD, *_words(Component), TABLE, *_fields(Component)]
    for name, model in found.components().items():
        parts += [f"\n## {name}\n\n", *_words(model)]
        fields = list(_fields(model, own))
        parts += [TABLE, *fields] if fields else []
    parts += [LIMITS, *_limits()]
    return "".join(parts)


def schemas() -> dict[str, str]:
    """Returns the JSON schemas of system.yml and of inventories, by their files."""
    models = {"docs/schema/system.schema.json": system_file(), "docs/schema/inventory.schema.json": inventory_file()}
    return {file: json.dumps(model.model_json_schema(), indent=1) + "\n" for file, model in models.items()}


def _words(model: type[Settings]) -> Iterator[str]:
    text = " ".join((model.__doc__ or "").split())
    yield f"{text}\n\n"


def _fields(model: type[Settings], left_out: set[str] | None = None) -> Iterator[str]:
    schema = model.model_json_schema()
    for name, about in schema["properties"].items():
        if name not in (left_out or ()):
            default = "required" if name in schema.get("required", ()) else f"`{json.dumps(about.get('default'))}`"
            yield f"| `{name}` | {_kind(about)} | {default} |\n"


def _kind(about: dict[str, Any]) -> str:
    """What a value must be, in a word or two: `integer`, `list of Endpoint`, `string or null`."""
    if "$ref" in about:
        return str(about["$ref"].rpartition("/")[2])
    if "anyOf" in about:
        return " or ".join(dict.fromkeys(_kind(each) for each in about["anyOf"]))
    if "enum" in about:
        return " or ".join(f"`{each}`" for each in about["enum"])
    if about.get("type") == "array":
        return f"list of {_kind(about.get('items', {}))}"
    if about.get("type") == "object":
        return f"map of {_kind(about['additionalProperties'])}" if "additionalProperties" in about else "map"
    return str(about.get("type", "anything"))


def _limits() -> Iterator[str]:
    whose = {name: component for component, model in found.limits_of().items() for name in model.model_fields}
    for name, field in sorted(found.limits().model_fields.items()):
        said: Any = field.json_schema_extra
        why = f"{said['why']} [{said['source']}]" if said["source"] else said["why"]
        past = " (past)" if said["past"] else ""
        owner = "every run" if name in Limits.model_fields else whose.get(name, "")
        yield f"| `{name}` | {field.default:g} | {said['unit']} | {why}{past} | {owner} |\n"
