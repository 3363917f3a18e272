"""Mistakes in check files that appear only at collection: one line for each, and no check runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.config.problems import nearest
from engine.gather.catalogue import catalogue
from engine.gather.fact import Name
from engine.hooks.looking import leave_no_trace
from engine.hooks.selection import check_of, resolved
from engine.places import CHECKS, folders, shown
from engine.run.run import RUN

# The fixtures that are not facts (fixtures/common.py).
OWN = ("target", "item", "limits", "settings", "unit", "on_all_hosts")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuses checks that request an unknown fixture, and tests in checks/ that are not checks."""
    if RUN not in config.stash or hasattr(config, "workerinput"):
        return
    # A check has an item for each host, and is examined once.
    functions = {
        (item.path, getattr(item, "originalname", item.name), getattr(item, "cls", None)): item for item in items
    }
    lines = [line for item in functions.values() for line in _mistakes(item)]
    if lines:
        leave_no_trace(config)
        raise pytest.UsageError(*lines)


def _mistakes(item: pytest.Item) -> Iterator[str]:
    run = item.config.stash[RUN]
    path = resolved(str(item.path))
    if not any(path.is_relative_to(folder) for folder in folders(run.root, CHECKS)):
        return
    where = f"{shown(path, run.root)}:{(item.location[1] or 0) + 1}"
    check = check_of(item)
    if check is None:
        expected = f"expected a function test_… at the top level of {CHECKS}/test_COMPONENT.py"
        yield f"{where}: {item.name} is not a check; {expected}"
        return
    info = item._fixtureinfo  # type: ignore[attr-defined]
    for name in info.argnames:
        if isinstance(catalogue().facts.get(name), Name):
            yield f"{where}: {check.name} asks for '{name}', which is only a name; expected a fact"
        elif name not in info.name2fixturedefs and name != "request":
            hint = nearest(name, (*catalogue(), *OWN))
            yield f"{where}: {check.name} asks for '{name}', which is neither a fact nor a fixture; {hint}"
    if item.get_closest_marker("flaky"):
        yield f"{where}: {check.name} is marked flaky, which would judge the same facts again; expected no such mark"
