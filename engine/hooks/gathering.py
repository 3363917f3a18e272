"""Gathering: collects the facts of the selected checks from all hosts before the first check runs."""

from __future__ import annotations

import pickle
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from engine.config.inventory import Inventory
from engine.config.problems import ConfigError
from engine.gather.catalogue import catalogue
from engine.gather.early import Openings
from engine.gather.gather import HostGathering, Wanted, gather
from engine.hooks.looking import only_looks
from engine.hooks.plan import plan_lines
from engine.hooks.progress import Progress, write_line
from engine.hooks.selection import check_of
from engine.hooks.spread import hold_workers, run_on_workers
from engine.judge.further import lead_facts
from engine.judge.handover import evidence_facts, secret_facts
from engine.run.run import RUN, Run
from engine.run.target import Target

OPENINGS: pytest.StashKey[Openings] = pytest.StashKey()
# Options that deselect checks; with one of them the hosts to query are known only after the collection.
NARROWS = ("keyword", "markexpr", "deselect", "lf", "stepwise", "stepwise_skip", "newfirst")


def begin_early(config: pytest.Config, inventory: Inventory) -> None:
    """Begins the log-ins of a run that will query every host. Raises ConfigError for unusable connection files."""
    narrowed = any(getattr(config.option, option, None) for option in NARROWS)
    everything = config.args_source is not pytest.Config.ArgsSource.ARGS
    if everything and not narrowed and not only_looks(config) and not hasattr(config, "workerinput"):
        inventory.check_ways()
        config.stash[OPENINGS] = Openings(inventory.hosts)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Closes the early connections of a run that was refused."""
    if OPENINGS in config.stash:
        config.stash[OPENINGS].end()


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Holds back xdist's workers, after xdist has read the command line."""
    if RUN in config.stash:
        hold_workers(config)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Gathers the facts, or prints the plan."""
    config = session.config
    if RUN not in config.stash or config.option.collectonly or _broken(session):
        return None
    run = config.stash[RUN]
    checks = _checks_of(session.items)
    wanted = [_wanted(run, target, nodes.values()) for target, nodes in checks]
    if config.option.plan:
        evidence = {target.id: evidence_facts(target, nodes, catalogue()) for target, nodes in checks}
        for line in plan_lines(wanted, catalogue(), evidence):
            write_line(config, line)
        return True
    if only_looks(config) or hasattr(config, "workerinput"):
        return None
    _gather(config, wanted)
    return run_on_workers(session)


def _broken(session: pytest.Session) -> bool:
    return bool(session.testsfailed) and not session.config.option.continue_on_collection_errors


def _checks_of(items: Iterable[pytest.Item]) -> list[tuple[Target, dict[str, pytest.Item]]]:
    """Returns the targets, each with one item of every check that is about it, by the check's name."""
    by_target: dict[str, tuple[Target, dict[str, pytest.Item]]] = {}
    for node in items:
        if check := check_of(node):
            target: Target = node.callspec.params["target"]  # type: ignore[attr-defined]
            by_target.setdefault(target.id, (target, {}))[1][check.name] = node
    return list(by_target.values())


def _wanted(run: Run, target: Target, items: Iterable[pytest.Item]) -> Wanted:
    names = [name for node in items for name in _asked_by(node) if name in catalogue()]
    whole = list(_facts_of(run, target))
    # Secrets are masked in every text, also those that no selected check reads.
    more = [*secret_facts(target, catalogue(), whole), *lead_facts(target, catalogue(), whole)]
    return Wanted(target, tuple(dict.fromkeys([*names, *more])))


def _asked_by(node: pytest.Item) -> Iterable[str]:
    """Returns the names of the fixtures of a check, and of the fact of one that a runbook declares."""
    check = check_of(node)
    return (*node.fixturenames, *(check.facts if check and check.declared else ()))  # type: ignore[attr-defined]


def _facts_of(run: Run, target: Target) -> Iterable[str]:
    for name in target.system.runbook.by_check:
        check = run.check(name, target.system)
        if check and target.applies(name, name.partition(".")[0]):
            yield from (name for name in check.gathers if name in catalogue())


def _gather(config: pytest.Config, wanted: list[Wanted]) -> None:
    run, openings = config.stash[RUN], config.stash.get(OPENINGS, None)
    try:
        run.inventory.check_ways()
    except ConfigError as error:
        raise pytest.UsageError(str(error)) from None
    folder = openings.folder if openings else Path(tempfile.mkdtemp(prefix="runbook-checks-"))
    try:
        with Progress(config, (one.target.host.name for one in wanted)) as progress:

            def done(gathering: HostGathering) -> None:
                run.took[gathering.host.name] = gathering.seconds
                progress.done(gathering)

            run.facts.update(gather(wanted, catalogue(), run.secrets, folder, done, openings=openings))
    finally:
        if openings:
            openings.end()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_configure_node(node: Any) -> None:
    """Passes the gathered facts from xdist's controller to a worker, so that each host has one log-in."""
    config: pytest.Config = node.config
    if RUN in config.stash:
        run = config.stash[RUN]
        node.workerinput["runbook_facts"] = pickle.dumps((run.facts, run.secrets.dump()))
