"""The selection of checks: one pytest item for each check, target and entry."""

from __future__ import annotations

from collections.abc import Generator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine.config.settings import entry_name
from engine.judge import marks
from engine.places import CHECKS, folders
from engine.run.checks import Check, check_name
from engine.run.run import RUN
from engine.run.target import Target
from engine.runbook.expect import Expectation

CHECK: pytest.StashKey[Check | None] = pytest.StashKey()


def check_of(node: pytest.Item | pytest.Metafunc) -> Check | None:
    """Returns the check of a pytest item or function; None for one that is not a check of this run."""
    if not isinstance(node, pytest.Item):
        return _check_of(node)
    if CHECK not in node.stash:
        node.stash[CHECK] = _check_of(node)
    return node.stash[CHECK]


def _check_of(node: pytest.Item | pytest.Metafunc) -> Check | None:
    config = node.config
    callspec = getattr(node, "callspec", None)
    if callspec and isinstance(callspec.params.get("declared"), Expectation):
        declared: Expectation = callspec.params["declared"]
        found: Check = callspec.params["target"].system.declared[declared.check]
        return found
    module = getattr(node, "module", None)
    function = str(getattr(node, "originalname", None) or getattr(getattr(node, "function", None), "__name__", ""))
    if RUN not in config.stash or module is None or not getattr(module, "__file__", None):
        return None
    path = resolved(module.__file__)
    # A method is not a check, even when a check has its name.
    if path.parent not in folders(config.stash[RUN].root, CHECKS) or getattr(node, "cls", None) is not None:
        return None
    check: Check | None = config.stash[RUN].checks.get(check_name(path, function))
    target = callspec.params.get("target") if callspec else None
    if check and isinstance(target, Target):
        return target.system.made.get(target.named(check.name), check)
    return check


@cache
def resolved(file: str) -> Path:
    """Returns the path of a file with links resolved; cached, because many items share a file."""
    return Path(file).resolve()


def component_of(node: pytest.Item) -> str:
    """Returns the name of the component that a check is about."""
    check = check_of(node)
    assert check, f"{node.nodeid} is not a check"
    return check.name.partition(".")[0]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Makes one item for each target, and for a check marked `each` one for each of its entries."""
    if marks.declared.name in (mark.name for mark in getattr(metafunc.function, "pytestmark", ())):
        _declare(metafunc)
        return
    check = check_of(metafunc)
    if check is None:
        return
    component = check.name.partition(".")[0]
    targets = [t for t in metafunc.config.stash[RUN].targets if t.applies(t.named(check.name), t.named(component))]
    if "target" not in metafunc.fixturenames:
        metafunc.fixturenames.append("target")
    if not check.each:
        metafunc.parametrize("target", targets, ids=[t.id for t in targets], indirect=True)
        return
    if "item" not in metafunc.fixturenames:
        metafunc.fixturenames.append("item")
    pairs = [(t, entry) for t in targets for entry in getattr(t.component(component), check.each)]
    names = [f"{t.id}-{entry_name(entry)}" for t, entry in pairs]
    metafunc.parametrize(("target", "item"), pairs, ids=names, indirect=True)


def _declare(metafunc: pytest.Metafunc) -> None:
    """Makes one item for each target and each expectation of its runbook."""
    targets = metafunc.config.stash[RUN].targets if RUN in metafunc.config.stash else []
    pairs = [
        (target, check.declared)
        for target in targets
        for check in target.system.declared.values()
        if target.applies(check.name, check.name.partition(".")[0])
    ]
    names = [f"{target.id}-{expected.check}" for target, expected in pairs if expected]
    metafunc.parametrize(("target", "declared"), pairs, ids=names, indirect=True)


@pytest.hookimpl(wrapper=True)
def pytest_pycollect_makeitem() -> Generator[None, Any, Any]:
    """Removes the placeholder that pytest makes for a check that applies to no target."""
    made = yield
    if not isinstance(made, list):
        return made
    return [node for node in made if not (isinstance(node, pytest.Item) and _is_placeholder(node))]


def _is_placeholder(node: pytest.Item) -> bool:
    callspec = getattr(node, "callspec", None)
    is_about = callspec is not None and isinstance(callspec.params.get("target"), Target)
    if node.get_closest_marker(marks.declared.name):
        return not is_about
    return check_of(node) is not None and not is_about
