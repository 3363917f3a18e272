"""What a runbook says, once it is read: sections with diagnostics, a resolution and an escalation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

Danger = Literal["none", "restart", "config-change", "data-loss"]
Severity = Literal["P1", "P2", "P3"]

# Where the shell expects the name of a command, variables for it alone before it: `MONGO_S=600 mongo_set file key`.
CALL = r"(?:^|[\n;&|(])\s*(?:\w+=\S*\s+)*{}(?![\w-])"


class RunbookError(Exception):
    """A runbook that cannot be used; each of its `args` is one line: file:line, what is wrong, what was expected."""

    def __str__(self) -> str:
        return "\n".join(str(line) for line in self.args)


@dataclass(frozen=True)
class Diagnostic:
    """One command of a diagnostics block, and who automates it.

    `checks` holds names such as `redis.answers_ping`; `manual` the reason why nobody does. A diagnostic
    with neither is a gap that `--runbook-coverage` reports.
    """

    command: str
    line: int
    checks: tuple[str, ...] = ()
    manual: str | None = None
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One step of a resolution: a command ready to paste (empty for prose), its danger, the words beside it.

    `allowed` are rules of the linter that it may break, here as in a diagnostic.
    """

    command: str
    line: int
    danger: Danger = "none"
    text: str = ""
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class EvidenceItem:
    """One thing that a section asks to hand over: its words, and the facts that give it; without any, a person must."""

    text: str
    line: int
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """A heading of the runbook and what stands under it; `title` is `chapter / heading`, without markup."""

    title: str
    anchor: str
    line: int
    severity: Severity | None = None
    symptoms: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    resolution: tuple[Step, ...] = ()
    evidence: tuple[EvidenceItem, ...] = ()
    escalation: tuple[str, ...] = ()

    @cached_property
    def checks(self) -> tuple[str, ...]:
        """The names of the checks that automate this section's diagnostics, in order, each once."""
        return tuple(dict.fromkeys(name for d in self.diagnostics for name in d.checks))


@dataclass(frozen=True)
class Runbook:
    """A runbook that was read; `contacts` are the lines of its contact list, for people.

    `functions`: the shell functions that stand above the first section, by name; any command may call them.
    `response_s`: in how many seconds somebody is at work on a section of each severity. `matrix`: whom to call one
    after the other for each kind of issue.
    """

    path: Path
    title: str
    sections: tuple[Section, ...]
    contacts: tuple[str, ...] = ()
    check_lines: dict[str, int] = field(default_factory=dict)
    functions: dict[str, Step] = field(default_factory=dict)
    response_s: dict[str, int] = field(default_factory=dict)
    matrix: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def by_check(self) -> dict[str, tuple[Section, ...]]:
        """The sections that name each check, those with a resolution first, else in document order."""
        named: dict[str, list[Section]] = {}
        for section in sorted(self.sections, key=lambda s: not s.resolution):
            for check in section.checks:
                named.setdefault(check, []).append(section)
        return {check: tuple(sections) for check, sections in named.items()}

    def sections_of(self, check: str) -> tuple[Section, ...]:
        """Every section that names the check, those with a resolution first, else in document order."""
        return self.by_check.get(check, ())

    def called(self, section: Section) -> tuple[str, ...]:
        """Whom to call, one after the other, when the section's escalation begins with an issue of the matrix."""
        issue = section.escalation[0].partition(":")[0].strip().lower() if section.escalation else ""
        return self.matrix.get(issue, ())

    def pasteable(self, command: str) -> str:
        """Returns a command that runs in any shell: the functions that it calls stand before it."""
        called = [f.command for name, f in self.functions.items() if re.search(CALL.format(name), command)]
        return "\n".join([*called, command])
