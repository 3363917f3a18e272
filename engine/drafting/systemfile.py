"""The system.yml that a drafted runbook needs: the settings of the components whose checks it names, and no others."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic.fields import FieldInfo

from engine.config.found import components
from engine.config.settings import Component, FromEnvFile
from engine.drafting.examples import Examples

# Where there is one to read: in a checkout.
SCHEMA = "docs/schema/system.schema.json"
SERVER = "# yaml-language-server: $schema=../../{}\n"
FILL = "  # fill in"


def system_yml(name: str, settings: Mapping[str, Mapping[str, Any]], examples: Examples, root: Path) -> str:
    """Returns the text of a system.yml; a value that nobody said is one of our systems', and says `# fill in`."""
    lines = [f"name: {json.dumps(name, ensure_ascii=False)}", "components:"]
    for component in sorted(settings):
        keys = list(_keys(component, settings[component], examples))
        # What every host carries is always there.
        if keys or not components()[component].EVERYWHERE:
            lines += [f"  {component}:", *(f"    {key}" for key in keys)] if keys else [f"  {component}: {{}}"]
    head = SERVER.format(SCHEMA) if (root / SCHEMA).is_file() else ""
    return head + "\n".join(lines if len(lines) > 2 else [lines[0], "components: {}"]) + "\n"


def _keys(component: str, said: Mapping[str, Any], examples: Examples) -> Iterator[str]:
    model = components()[component]
    for name, field in model.model_fields.items():
        if name in said:
            if field.is_required() or said[name] != field.default:
                yield f"{name}: {_plain(said[name])}"
        elif field.is_required() or (name == "port" and _needs_port(model, said)):
            yield f"{name}: {_plain(_example(component, name, field, examples))}{FILL}"


def _needs_port(model: type[Component], said: Mapping[str, Any]) -> bool:
    """Whether a component is asked at one of two places, of which none is said."""
    return {"port", "socket"} <= set(model.model_fields) and "socket" not in said


def _example(component: str, name: str, field: FieldInfo, examples: Examples) -> Any:
    """A value that is valid: a service's as one of our systems has it, else the setting's own name."""
    given = [each[component][name] for each in examples.values if each.get(component, {}).get(name) is not None]
    is_own = field.annotation is str or str in get_args(field.annotation)
    if given and not (is_own and name not in ("unit", "log") and "/" not in str(given[0])):
        return given[0] if not isinstance(given[0], list) else given[0][:1]
    return name.upper() if field.annotation is str else given[0] if given else name


def _plain(value: Any) -> str:
    """A value in YAML's short form."""
    if isinstance(value, FromEnvFile):
        value = value.model_dump()
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_plain(each)}' for key, each in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_plain(each) for each in value)}]"
    text = str(value)
    return (
        text
        if text and all(sign.isalnum() or sign in "/._@-" for sign in text)
        else json.dumps(value, ensure_ascii=False)
    )
