"""A runbook of somebody's, made ready to run."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.config.found import components
from engine.drafting.asked import SETS, only_prepares
from engine.drafting.examples import read_examples
from engine.drafting.expectations import by_hand, marker_for
from engine.drafting.markers import fences_in, with_markers
from engine.drafting.matching import Matching
from engine.drafting.systemfile import FILL, system_yml
from engine.gather.catalogue import catalogue
from engine.places import CHECKS, folders
from engine.run.checks import Check, read_checks
from engine.runbook.expect import name_of
from engine.runbook.model import Diagnostic, Runbook
from engine.runbook.parser import parse
from engine.runbook.programs import QUERY
from engine.runbook.shell import SHELL


@dataclass(frozen=True)
class Drafted:
    """The text with its markers, its system.yml, and how many diagnostics are automated; lines of the others."""

    text: str
    system: str
    total: int
    by_check: int
    expected: int
    by_hand: tuple[int, ...]
    to_fill_in: int
    unread: int


def drafted(path: Path, name: str, root: Path) -> Drafted:
    """Returns what is proposed for the runbook at `path` as the system `name`; what it says already stays.

    `root` is the content folder. Raises RunbookError and ConfigError for a runbook, or a check, that cannot be read.
    """
    runbook = parse(path)
    text = path.read_text(encoding="utf-8")
    checks = read_checks(*folders(root, CHECKS))
    matching = Matching(read_examples(root, checks), checks)
    proposing = _Proposing(matching, text)
    open_ones = [each for each in _diagnostics(runbook) if not _given(each)]
    marked = with_markers(text, [(each, proposing.marker(each)) for each in _with_variables(open_ones)])
    now = [each for each in _diagnostics(parse(path, marked)) if not only_prepares(each.command)]
    for each in now:
        matching.learn(each.checks, each.command)
    for component in sorted(_asked_too(matching.settings, (name for each in now for name in each.checks), checks)):
        matching.settings[component] = {}
    system = system_yml(runbook.title or name, matching.settings, matching.examples, root)
    expected = sum(each.expects is not None for each in now)
    manual = tuple(each.line for each in now if not each.checks)
    by_check = len(now) - expected - len(manual)
    to_fill_in, unread = system.count(FILL), len(runbook.unread)
    return Drafted(marked, system, len(now), by_check, expected, manual, to_fill_in, unread)


def _asked_too(known: Container[str], names: Iterable[str], checks: Mapping[str, Check]) -> set[str]:
    """Returns the components whose facts the checks need as well: the certificate is asked where the front answers."""
    facts = (fact for name in names if name in checks for fact in catalogue().chain(checks[name].facts))
    asked = {Path(catalogue()[fact].place.rpartition(":")[0]).parent.name for fact in facts}
    needed = {name for name in asked & components().keys() if not components()[name].EVERYWHERE}
    return {name for name in needed if name not in known}


def _diagnostics(runbook: Runbook) -> list[Diagnostic]:
    return [each for section in runbook.sections for each in section.diagnostics]


def _with_variables(found: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """Yields the commands; a line that only sets a variable is one with the command on the next line."""
    waiting: Diagnostic | None = None
    for command in found:
        each = command
        if waiting and each.line == waiting.line + 1 + waiting.command.count("\n"):
            each = replace(each, command=f"{waiting.command}\n{each.command}", line=waiting.line)
        elif waiting:
            yield waiting
        waiting = each if _only_sets(each) else None
        if not waiting:
            yield each
    if waiting:
        yield waiting


def _only_sets(diagnostic: Diagnostic) -> bool:
    return all(SETS.fullmatch(line) for line in diagnostic.command.split("\n"))


def _given(diagnostic: Diagnostic) -> bool:
    """Whether a command has a marker already."""
    return bool(diagnostic.checks) or diagnostic.manual is not None


class _Proposing:
    """Finds the marker of each command; `text` is the runbook's."""

    def __init__(self, matching: Matching, text: str) -> None:
        self._matching = matching
        self._fences = fences_in(text.split("\n"))
        self._names: set[str] = set()

    def marker(self, diagnostic: Diagnostic) -> str:
        """Returns the marker, over several lines where an expectation has several or needs a name of its own."""
        command = diagnostic.command
        if not by_hand(command) and (found := self._matching.checks_for(command)):
            return f"check: {', '.join(found)}"
        language, _ = self._fences.get(diagnostic.line - 1, ("", ""))
        marker = marker_for(command, language in SHELL and not QUERY.match(command))
        if not marker.startswith("expect:"):
            return marker
        name = own = name_of(command)
        number = 1
        while own in self._names:
            number += 1
            own = f"{name}_{number}"
        self._names.add(own)
        return marker if own == name else f"{marker}\nname: {own.replace('_', '-')}"
