"""Several components of one kind in a system: `queue: {kind: redis}` beside `redis`, each checked for itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.config import found
from engine.config.problems import nearest, refuse
from engine.config.yamlfile import YamlFile
from engine.run.checks import Check
from engine.runbook.model import Diagnostic, Runbook

if TYPE_CHECKING:
    from engine.run.system import System

# As the name of a check has it before its dot.
NAME = re.compile(r"[a-z][a-z0-9_]*")
# Templates have these beside components.
TAKEN = ("host", "item", "limits", "runbook")


def kinds_in(file: YamlFile) -> tuple[tuple[str, str], ...]:
    """Returns the name and the kind of each component of a system.yml that says its `kind`. Raises ConfigError."""
    said = file.data.get("components")
    entries = said.items() if isinstance(said, dict) else ()
    told = {str(name): str(entry["kind"]) for name, entry in entries if isinstance(entry, dict) and "kind" in entry}
    further = {name: kind for name, kind in told.items() if name not in found.components()}
    refuse(_wrong(file, further))
    return tuple(further.items())


def _wrong(file: YamlFile, further: Mapping[str, str]) -> Iterator[str]:
    """Yields a line for each component whose name or kind cannot be."""
    known = [name for name, model in found.components().items() if not model.EVERYWHERE]
    for name, kind in further.items():
        if not NAME.fullmatch(name) or name in TAKEN:
            expected = f"small letters, digits and _, and none of {', '.join(TAKEN)}"
            yield file.told(("components", name), f"'{name}' is no name for a component; expected {expected}")
        if kind not in known:
            problem = f"'components.{name}': there is no kind '{kind}'; {nearest(kind, known)}"
            yield file.told(("components", name, "kind"), problem)


def seen_as(system: System, name: str, runbook: Runbook, checks: Mapping[str, Check]) -> System:
    """Returns a system as it is seen from its component `name`, which is one more of its kind.

    What the kind's facts, steps and templates find under the kind's name is this component. `runbook` and `checks` are
    those of the system; the view has the checks of the component alone, under its name: `queue.answers_ping`.
    """
    kind, settings = system.kinds[name], system.components[name]
    components = system.settings.components.model_copy(update={kind: settings})
    limits = system.limits.model_copy(update=_given(settings))
    own = {
        f"{name}.{check.name.partition('.')[2]}": as_of(check, kind, name)
        for check in checks.values()
        if check.name.startswith(f"{kind}.") and not (check.each and not getattr(settings, check.each, None))
    }
    return replace(
        system,
        settings=system.settings.model_copy(update={"components": components, "limits": limits}),
        runbook=_about(runbook, kind, name, own),
        declared={check: each for check, each in system.declared.items() if check.startswith(f"{name}.")},
        made=own,
        instance=name,
    )


def _given(settings: Any) -> dict[str, Any]:
    limits = settings.limits
    return limits.model_dump(exclude_unset=True) if limits else {}


def as_of(check: Check, kind: str, name: str) -> Check:
    """Returns a check of a kind as that of one component of the kind; what its marks name follows."""

    def own(named: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(renamed(each, kind, name) for each in named)

    return replace(check, name=renamed(check.name, kind, name), of=own(check.of), brings=own(check.brings))


def renamed(check: str, kind: str, name: str) -> str:
    """Returns the name of a component's check where that of its kind is meant: `redis.memory` → `queue.memory`.

    >>> renamed("redis.memory", "redis", "queue"), renamed("redis", "redis", "queue"), renamed("app", "redis", "queue")
    ('queue.memory', 'queue', 'app')
    """
    component, dot, rest = check.partition(".")
    return f"{name}{dot}{rest}" if component == kind else check


def _about(runbook: Runbook, kind: str, name: str, own: Mapping[str, Check]) -> Runbook:
    """The runbook with the checks of one component: what names those of the kind is about it, unless it has its own."""
    named = {check for section in runbook.sections for check in section.checks if check.startswith(f"{name}.")}

    def those(diagnostic: Diagnostic) -> Iterator[str]:
        if diagnostic.expects:
            yield from (check for check in diagnostic.checks if check in named)
            return
        for check in diagnostic.checks:
            of_own = renamed(check, kind, name)
            if check in named or (of_own != check and of_own in own and of_own not in named):
                yield of_own

    sections = []
    for section in runbook.sections:
        asked = [replace(diagnostic, checks=tuple(those(diagnostic))) for diagnostic in section.diagnostics]
        sections.append(replace(section, diagnostics=tuple(diagnostic for diagnostic in asked if diagnostic.checks)))
    return replace(runbook, sections=tuple(sections))
