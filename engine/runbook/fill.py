"""Fills a runbook's `{{ redis.port }}` from the system's settings, so that a hint is ready to paste."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any

from engine.runbook.model import RunbookError
from engine.runbook.spoken import FILTERS
from engine.text import UnitName

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

TEMPLATE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
# Templates of other programs, which stay as they are: `{{.Names}}`, `{{range .items}}`, `{{< ref >}}`.
FOREIGN = re.compile(
    r"\{\{(?=-?\s*(?:[.<%$/]|(?:range|end|if|else|with|define|template|print|printf|println|json|index|len)\b(?!\s*\()))"
)
PLAIN = re.compile(r"\{\{\s*([A-Za-z_]\w*(?:\.[A-Za-z]\w*)*)\s*\}\}")
UNKNOWN = object()
PATH = re.compile(r"\{\{\s*([A-Za-z_]\w*(?:\.\w+)*)")


def _set(value: object) -> object:
    """Returns the value as a command has it; a setting that is left out must not become a file called None."""
    from jinja2 import UndefinedError

    if value is None:
        raise UndefinedError
    return value.replace("\\", "\\\\") if isinstance(value, UnitName) else value


@cache
def _environment() -> SandboxedEnvironment:
    """Made where something is filled in: a run in which all is well shows no step."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    # The values are pasted into a shell, not into HTML: nothing is escaped. Two things of jinja are switched off by
    # markers that no command holds: `{%` and `{#` are common in the shell (`${#array}`, awk).
    environment = SandboxedEnvironment(
        autoescape=False,
        undefined=StrictUndefined,
        finalize=_set,
        keep_trailing_newline=True,
        block_start_string="{%!!",
        block_end_string="!!%}",
        comment_start_string="{#!!",
        comment_end_string="!!#}",
    )
    environment.filters.update({call.__name__: call for call in FILTERS.values()})
    return environment


def fill(text: str, values: Mapping[str, Any], where: str) -> str:
    """Returns `text` with every `{{ name.attribute }}` replaced by its value.

    Raises RunbookError, starting with `where` (file:line of the text's first line), for a name that is not known or
    a template that cannot be read; the line is that of the template, the nearest known names are in it.
    """
    if "{{" not in text:
        return text
    text = FOREIGN.sub("{{ '{{' }}", text)
    from jinja2 import TemplateSyntaxError, UndefinedError

    try:
        return _environment().from_string(text).render(**values)
    except UndefinedError as error:
        raise _unknown(text, values, where) from error
    except TemplateSyntaxError as error:
        where = _moved(where, error.lineno - 1)
        raise RunbookError(f"{where}: template cannot be read ({error.message}); expected {{{{ name }}}}") from error
    # What stands in a template is an expression, and may do anything that is wrong: divide by nothing, call a text …
    except Exception as error:
        why = " ".join(str(error).split())[:100]
        raise RunbookError(f"{where}: template cannot be filled ({why}); expected {{{{ name }}}}") from error


def is_known(template: str, values: Mapping[str, Any]) -> bool:
    """Whether a template is a plain `{{ name.attribute }}` that has a value: nothing that has to be compiled to see."""
    found = PLAIN.fullmatch(template)
    return found is not None and is_set(found[1], values)


def is_set(name: str, values: Mapping[str, Any]) -> bool:
    """Whether a dotted name has a value."""
    return _value(name, values) is not None


def templates(text: str) -> Iterator[tuple[int, str]]:
    """Yields each template of a text with the number of lines above it; the text itself where one does not end."""
    text = FOREIGN.sub("", text)
    if "{{" in TEMPLATE.sub("", text):
        yield 0, text
        return
    for found in TEMPLATE.finditer(text):
        yield text.count("\n", 0, found.start()), found[0]


def names_in(text: str) -> list[str]:
    """Returns the names that a text's templates use, in order: `["redis.port"]`."""
    return PATH.findall(text)


def _unknown(text: str, values: Mapping[str, Any], where: str) -> RunbookError:
    """Returns the error for the first name in `text` that is not known."""
    paths = _paths(values)
    known, unset = sorted(name for name, value in paths if value is not None), {n for n, v in paths if v is None}
    for found in PATH.finditer(text):
        place = _moved(where, text.count("\n", 0, found.start()))
        if found[1] in unset:
            return RunbookError(f"{place}: '{found[1]}' is not set; expected a value for it in the system's settings")
        if not _resolves(found[1], values):
            close = get_close_matches(found[1], known, n=3, cutoff=0.5) or known[:10]
            return RunbookError(f"{place}: '{found[1]}' is not known; expected one of {', '.join(close)}")
    return RunbookError(
        f"{where}: a name in the template is not known; expected one of {', '.join(sorted(known)[:10])}"
    )


def _resolves(path: str, values: Mapping[str, Any]) -> bool:
    """Returns whether the dotted path leads to a value, which may be None."""
    return _value(path, values, UNKNOWN) is not UNKNOWN


def _value(path: str, values: Mapping[str, Any], unknown: object = None) -> object:
    value: Any = values
    for part in path.split("."):
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif not part.startswith("_") and hasattr(value, part):
            value = getattr(value, part)
        else:
            return unknown
    return value


def _paths(value: object, prefix: str = "") -> list[tuple[str, object]]:
    """Returns every dotted path that leads to a plain value, with it; goes into mappings and objects with fields."""
    if isinstance(value, Mapping):
        fields: Mapping[str, object] = value
    elif value is None or isinstance(value, (str, int, float, list, tuple)):
        return [(prefix, value)]
    else:
        fields = vars(value)
    inner = [_paths(v, f"{prefix}.{k}" if prefix else str(k)) for k, v in fields.items() if not str(k).startswith("_")]
    return [path for paths in inner for path in paths]


def _moved(where: str, lines: int) -> str:
    """Returns `file:line` moved down by some lines."""
    file, _, line = where.rpartition(":")
    return f"{file}:{int(line) + lines}" if file and line.isdigit() else where
