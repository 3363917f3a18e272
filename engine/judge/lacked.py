"""What a system cannot be asked for want of another component: its certificate is asked where `http` answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.config.problems import ConfigError
from engine.gather.catalogue import Catalogue
from engine.places import shown
from engine.run.run import Run
from engine.run.target import Target


def lacked(facts: Iterable[str], target: Target, catalogue: Catalogue) -> str:
    """Returns the component that these facts, or what they need, ask and that the system does not have; "" for none."""
    try:
        for needed in catalogue.chain(facts):
            if needed not in target.askable:
                catalogue[needed].asked(target)
                target.askable.add(needed)
    except KeyError as missing:
        return str(missing.args[0])
    return ""


def askable(run: Run, catalogue: Catalogue) -> list[Target]:
    """Returns the targets without the checks that cannot be asked there, where a chapter of several systems names them.

    Raises ConfigError where the system's own runbook does.
    """
    without: dict[tuple[str, str], frozenset[str]] = {}
    for target in run.targets:
        if _seen(target) not in without:
            without[_seen(target)] = frozenset(_unaskable(run, target, catalogue))
    return [replace(target, without=without[_seen(target)]) for target in run.targets]


def _seen(target: Target) -> tuple[str, str]:
    return target.system.id, target.system.instance


def _unaskable(run: Run, target: Target, catalogue: Catalogue) -> Iterable[str]:
    for section in target.system.runbook.sections:
        for diagnostic in section.diagnostics:
            for name in diagnostic.checks:
                check = run.check(name, target.system)
                component = lacked(check.facts, target, catalogue) if check and _is_there(target, name) else ""
                if component and target.system.has_own(diagnostic.path):
                    raise ConfigError(
                        f"{shown(diagnostic.path, run.root)}:{diagnostic.line}: '{name}' asks '{component}', too, "
                        f"which system.yml does not have; expected components.{component}"
                    )
                if component:
                    yield name


def _is_there(target: Target, check: str) -> bool:
    component = target.system.components.get(check.partition(".")[0])
    return component is not None and not component.absent
