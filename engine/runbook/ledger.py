"""The ledger of a system: what is asked of it, entry by entry, and the page that shows which checks answer it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from engine.config.found import components
from engine.config.problems import ConfigError
from engine.config.yamlfile import YamlFile, yaml_path, yaml_stems
from engine.runbook.chapters import FILE, joined
from engine.runbook.model import Runbook, RunbookError
from engine.runbook.parser import parse

PLANNED = "not automated yet: "
HEAD = """# Coverage

<!-- `python -m engine.runbook coverage` writes it from the ledgers and runbooks; a test keeps it current. -->

What is asked of each system, which checks answer it, and the sections of its runbook that name them.
"""


@dataclass(frozen=True)
class Entry:
    """One thing that is asked: the checks that answer it, or the reason why people look instead."""

    id: str
    line: int
    asks: str
    checks: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Place:
    """Where a runbook names a check; `planned` when it says that the check is still to be made."""

    title: str
    anchor: str
    planned: bool
    path: Path


def load(path: Path) -> tuple[Entry, ...]:
    """Returns the entries of a ledger; raises RunbookError, a line `path:line: …` for each mistake in it."""
    file = _yaml(path)
    return tuple(_entry(path, file.line((name,)), name, values) for name, values in file.data.items())


def _yaml(path: Path) -> YamlFile:
    try:
        return YamlFile(path)
    except ConfigError as error:
        raise RunbookError(*error.args) from None


def _entry(path: Path, line: int, name: str, values: object) -> Entry:
    if not isinstance(values, Mapping) or set(values) not in ({"asks", "checks"}, {"asks", "reason"}):
        _fail(path, line, f"'{name}' is not understood", "'asks', and either 'checks' or 'reason'")
    checks = values.get("checks", [])
    if not isinstance(checks, list) or not all(isinstance(check, str) for check in checks):
        _fail(path, line, f"the checks of '{name}' are no list", "names of checks in brackets")
    asks, reason = str(values["asks"] or "").strip(), str(values.get("reason") or "").strip()
    if not asks or not (checks or reason):
        _fail(path, line, f"'{name}' has an empty value", "what is asked, and who answers it")
    return Entry(name, line, asks, tuple(checks), reason)


def _fail(path: Path, line: int, wrong: str, expected: str) -> NoReturn:
    raise RunbookError(f"{path}:{line}: {wrong}; expected {expected}")


def places(runbook: Runbook) -> dict[str, list[Place]]:
    """Returns every check that a runbook names, and where, in its order."""
    found: dict[str, list[Place]] = {}
    for section in runbook.sections:
        for diagnostic in section.diagnostics:
            manual = diagnostic.manual or ""
            planned = manual.removeprefix(PLANNED).split(",") if manual.startswith(PLANNED) else []
            for name in (*diagnostic.checks, *(each.strip() for each in planned)):
                title = section.title.rpartition(" / ")[2]
                place = Place(title, section.anchor, name not in diagnostic.checks, section.path)
                found.setdefault(name, []).append(place)
    return found


def _must_be_named(path: Path, entry: Entry, named: Mapping[str, list[Place]]) -> None:
    for name in entry.checks:
        if name not in named:
            close = get_close_matches(name, named, n=3, cutoff=0.5)
            _fail(path, entry.line, f"the runbook names no check '{name}'", ", ".join(close) or "one that it names")


def page(root: Path) -> str:
    """Returns docs/coverage.md for the ledgers in `root`/runbooks; raises RunbookError for a mistake in one of them.

    A system that has no system.yml yet is not known to the suite: nothing runs for it, so nothing is covered.
    """
    known = yaml_stems(root / "runbooks", "*/system")
    ledgers = [path for system in known if (path := system.with_name("ledger.yml")).is_file()]
    return "\n".join([HEAD, *(line for path in ledgers for line in _Part(root, path).lines())])


class _Part:
    """The page's part about one system."""

    def __init__(self, root: Path, path: Path) -> None:
        self._path = path
        self._entries = load(path)
        system = _yaml(yaml_path(path.with_name("system"))).data
        self._root = root
        self._runbook = joined([parse(path.parent / name) for name in system.get("chapters") or (FILE,)])
        self._places = places(self._runbook)
        for entry in self._entries:
            _must_be_named(path, entry, self._places)
        components = system.get("components")
        named = components.items() if isinstance(components, dict) else ()
        self._components = {name for name, _ in named}
        self._absent = {name: settings.get("absent") for name, settings in named if isinstance(settings, dict)}

    def lines(self) -> Iterator[str]:
        asked = {check for entry in self._entries for check in entry.checks}
        beyond = sorted(name for name in set(self._places) - asked if self._runs(name))
        rows = [f"| `{entry.id}` | {entry.asks} | {self._answer(entry)} |" for entry in self._entries]
        yield f"## {self._runbook.title}\n"
        yield f"{self._counts()}\n"
        yield "| entry | what is asked | checks, and the runbook's sections |"
        yield "| --- | --- | --- |"
        yield from rows
        yield f"\nChecks beyond the ledger: {', '.join(f'`{name}`' for name in beyond) or 'none'}.\n"

    def _counts(self) -> str:
        people = sum(bool(entry.reason) for entry in self._entries)
        waiting = sum(any(self._planned(check) for check in entry.checks) for entry in self._entries)
        away = sum(any(self._reason(check) for check in entry.checks) for entry in self._entries)
        total = len(self._entries)
        return (
            f"{total} entries of the ledger: {total - people - waiting - away} answered by checks, {waiting} that wait "
            f"for a check, {away} about what is not there, {people} left to people."
        )

    def _runs(self, check: str) -> bool:
        """Whether the system has the check's component; a shared chapter may name others, which no run makes then."""
        component = check.partition(".")[0]
        kind = components().get(component)
        return (component in self._components or bool(kind and kind.EVERYWHERE)) and not self._reason(check)

    def _planned(self, check: str) -> bool:
        return all(place.planned for place in self._places[check])

    def _reason(self, check: str) -> str:
        """Why the check's component is not there; "" when it is."""
        return "" if self._planned(check) else str(self._absent.get(check.partition(".")[0]) or "")

    def _answer(self, entry: Entry) -> str:
        if entry.reason:
            return f"people: {entry.reason}"
        return "; ".join(self._check(name) for name in entry.checks)

    def _check(self, name: str) -> str:
        links = ", ".join(dict.fromkeys(self._link(place) for place in self._places[name]))
        away = self._reason(name)
        note = " (not automated yet)" if self._planned(name) else f" (not there: {away})" if away else ""
        return f"`{name}`{note} in {links}"

    def _link(self, place: Place) -> str:
        file = Path(os.path.relpath(place.path, self._root / "docs")).as_posix()
        return f"[{place.title}]({file}#{place.anchor})"
