"""Keywords for `-k`: the name, host, system, section and severity of each check, as in every output."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable
from pathlib import Path

import pytest

from engine.config.problems import nearest
from engine.hooks.looking import leave_no_trace
from engine.hooks.selection import check_of
from engine.run.run import RUN
from engine.run.target import Target
from engine.run.unnamed import unnamed_checks, unnamed_line

# Every name that `-k` can match in this run, before any item was deselected.
KNOWN: pytest.StashKey[set[str]] = pytest.StashKey()
# The pattern of a name in pytest's expressions [_pytest/mark/expression.py].
WORD = re.compile(r"[\w:+\-.\[\]\\/]+")
OPERATORS = ("and", "or", "not")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Adds the names of each check, before `-k` is evaluated."""
    if RUN not in config.stash:
        return
    known = config.stash.setdefault(KNOWN, set())
    for item in items:
        names = _names(item)
        item.extra_keyword_matches.update(names)
        known.update(names)


def _names(item: pytest.Item) -> Iterable[str]:
    check = check_of(item)
    if check is None:
        return ()
    target: Target = item.callspec.params["target"]  # type: ignore[attr-defined]
    section = target.system.runbook.sections_of(check.name)[0]
    severity = check.severity or section.severity or "P2"
    return check.name, target.host.name, target.id, target.system.id, section.anchor, severity


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Refuses a run without a check before any host is queried, and suggests the name that was meant."""
    config = session.config
    try:
        done = yield
    except pytest.UsageError as error:
        leave_no_trace(config)
        raise pytest.UsageError(*(_unnamed_in(config) or error.args)) from None
    if RUN not in config.stash or hasattr(config, "workerinput") or session.testsfailed:
        return done
    if not any(check_of(item) for item in session.items):
        leave_no_trace(config)
        raise pytest.UsageError(_nothing(config))
    return done


def _unnamed_in(config: pytest.Config) -> list[str]:
    """Returns a line for each check that was requested by its id and that no runbook names."""
    if RUN not in config.stash:
        return []
    asked = {tuple(argument.partition("[")[0].split("::")[:2]) for argument in config.args if "::" in argument}
    files = {(Path(file).name, function) for file, function in asked}
    unnamed = unnamed_checks(config.stash[RUN].root, config.stash[RUN].checks)
    return [
        unnamed_line(check)
        for check in unnamed
        if (Path(check.file).name, f"test_{check.name.partition('.')[2]}") in files
    ]


def _nothing(config: pytest.Config) -> str:
    keywords, marks = config.option.keyword, config.option.markexpr
    asked = " ".join([*([f"-k '{keywords}'"] if keywords else []), *([f"-m '{marks}'"] if marks else [])])
    known = config.stash.get(KNOWN, set())
    for word in (word for word in WORD.findall(keywords) if word not in OPERATORS):
        if not any(word.lower() in name.lower() for name in known):
            return f"no check was selected: {asked} matches none; {_meant(config, word, known)}"
    also = f" by {asked}" if asked else ""
    return f"no check was selected{also}; expected a -k, -m or path that matches"


def _meant(config: pytest.Config, word: str, known: Iterable[str]) -> str:
    for check in unnamed_checks(config.stash[RUN].root, config.stash[RUN].checks):
        if word in check.name:
            return unnamed_line(check)
    hint = nearest(word, known)
    return hint if hint.startswith("did you mean") else f"nothing is called '{word}'; see --co for what there is"
