"""What a runbook says, once it is read: sections with diagnostics, a resolution and an escalation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeVar

from engine.runbook.expect import Expectation, Severity
from engine.runbook.placeholders import placeholders

Danger = Literal["none", "restart", "config-change", "data-loss"]

# Where the shell expects the name of a command, variables for it alone before it: `MONGO_S=600 mongo_set file key`.
CALL = re.compile(
    r"(?:^|[\n;&|({`!]|\b(?:do|then|else|elif|if|while|until)\s)(?=\s*(?:\w+=(?:\{\{.*?\}\}|\S)*\s+)*([\w.-]+))"
)


class RunbookError(Exception):
    """A runbook that cannot be used; each of its `args` is one line: file:line, what is wrong, what was expected."""

    def __str__(self) -> str:
        return "\n".join(str(line) for line in self.args)


@dataclass(frozen=True)
class Diagnostic:
    """One command of a diagnostics block, and who automates it.

    `checks` holds names such as `redis.answers_ping`; `manual` the reason why nobody does. A diagnostic
    with neither is a gap that `--runbook-coverage` reports. `expects` is what its own answer must be; the name of that
    check is among `checks`.
    """

    command: str
    line: int
    checks: tuple[str, ...] = ()
    manual: str | None = None
    allowed: tuple[str, ...] = ()
    path: Path = field(default=Path(), compare=False)
    expects: Expectation | None = None


@dataclass(frozen=True)
class Step:
    """One step of a resolution: a command ready to paste (empty for prose), its danger, the words beside it.

    `allowed` are rules of the linter that it may break, here as in a diagnostic. `shell` is false in a fence of another
    language. `supposed` says that the runbook names no danger, and that the command's words do.
    """

    command: str
    line: int
    danger: Danger = "none"
    text: str = ""
    allowed: tuple[str, ...] = ()
    shell: bool = True
    path: Path = field(default=Path(), compare=False)
    supposed: bool = False

    @cached_property
    def blanks(self) -> tuple[str, ...]:
        """What somebody has to fill in before the command can be pasted: `<pod>`, `$NODE`, `TODO`."""
        return placeholders(self.command)


@dataclass(frozen=True)
class EvidenceItem:
    """One thing that a section asks to hand over: its words, and the facts that give it; without any, a person must."""

    text: str
    line: int
    facts: tuple[str, ...] = ()
    path: Path = field(default=Path(), compare=False)


@dataclass(frozen=True)
class Lead:
    """A link to the section that follows when a resolution does not help: its file `to`, and its anchor there.

    With a `fact`, the section is only offered where the fact has something to say.
    """

    to: Path
    anchor: str
    line: int
    fact: str = ""
    path: Path = field(default=Path(), compare=False)


@dataclass(frozen=True)
class Unread:
    """Something of a runbook that may be a command, and that is filed nowhere: what it is, in words."""

    what: str
    line: int
    path: Path = field(default=Path(), compare=False)


@dataclass(frozen=True)
class Response:
    """What a severity asks of people: who is at work within `s` seconds, and what they do, in the runbook's words."""

    s: int
    demands: str = ""


Part = TypeVar("Part", Diagnostic, Step, EvidenceItem)


@dataclass(frozen=True)
class Section:
    """A heading of the runbook and what stands under it; `title` is `chapter / heading`, without markup.

    `adds` names the parts that add to those of a section with this title in an earlier chapter, where others replace
    them: `diagnostics`, under the label `More diagnostics`. `inherited` names the parts that a heading above says.
    `escalation_line` is where the escalation stands, which may be above the section.
    """

    title: str
    anchor: str
    line: int
    severity: Severity | None = None
    symptoms: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    resolution: tuple[Step, ...] = ()
    evidence: tuple[EvidenceItem, ...] = ()
    escalation: tuple[str, ...] = ()
    adds: frozenset[str] = frozenset()
    inherited: frozenset[str] = frozenset()
    escalation_line: int = 0
    path: Path = field(default=Path(), compare=False)

    def at(self, path: Path) -> Section:
        """Returns the section with all its parts, which stand in the file `path`."""

        def put(parts: tuple[Part, ...]) -> tuple[Part, ...]:
            return tuple(replace(part, path=path) for part in parts)

        return replace(
            self,
            path=path,
            diagnostics=put(self.diagnostics),
            resolution=put(self.resolution),
            evidence=put(self.evidence),
        )

    @cached_property
    def checks(self) -> tuple[str, ...]:
        """The names of the checks that automate this section's diagnostics, in order, each once."""
        return tuple(dict.fromkeys(name for d in self.diagnostics for name in d.checks))


@dataclass(frozen=True)
class Runbook:
    """A runbook that was read; `contacts` are the lines of its contact list, for people.

    `path` is its first file; sections, diagnostics, steps and evidence say in which one they stand.

    `functions`: the shell functions that stand above the first section, by name; any command may call them.
    `response` is by severity. `matrix`: whom to call one after the other for each kind of issue. `leads`: what follows
    when a resolution does not help, by the title of a heading; that of "" holds for the whole runbook. `unread` is what
    may be a command and is filed nowhere, `prose` the number of other lines that are not read.
    """

    path: Path
    title: str
    sections: tuple[Section, ...]
    contacts: tuple[str, ...] = ()
    functions: dict[str, Step] = field(default_factory=dict)
    response: dict[str, Response] = field(default_factory=dict)
    matrix: dict[str, tuple[str, ...]] = field(default_factory=dict)
    leads: dict[str, tuple[Lead, ...]] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    prose: int = 0

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

    def people(self, section: Section) -> tuple[str, ...]:
        """Whom to call, one after the other, when the section's escalation begins with an issue of the matrix."""
        issue = section.escalation[0].partition(":")[0].strip().lower() if section.escalation else ""
        return self.matrix.get(issue, ())

    def leads_of(self, section: Section) -> tuple[Lead, ...]:
        """What the section, else the nearest heading above it, says to follow when its resolution does not help."""
        title = section.title
        while title and title not in self.leads:
            title = title.rpartition(" / ")[0]
        return self.leads.get(title, ())

    def led_to(self, lead: Lead) -> Section | None:
        """The section that a link leads to; None where this runbook does not have it."""
        return next((s for s in self.sections if (s.path, s.anchor) == (lead.to, lead.anchor)), None)

    def called_by(self, command: str) -> tuple[str, ...]:
        """Returns the definitions of the functions that a command calls, and of those that these call, in order."""
        called: set[str] = set()
        waiting = self._called(command)
        while waiting:
            called |= waiting
            waiting = {other for name in waiting for other in self._inner[name]} - called
        return tuple(step.command for name, step in self.functions.items() if name in called)

    def pasteable(self, command: str) -> str:
        """Returns a command that any shell runs, behind the functions that it calls."""
        return "\n".join([*self.called_by(command), command])

    @cached_property
    def _inner(self) -> dict[str, set[str]]:
        """Which functions each function calls itself."""
        return {name: self._called(step.command) - {name} for name, step in self.functions.items()}

    def _called(self, text: str) -> set[str]:
        return {match[1] for match in CALL.finditer(text)} & self.functions.keys()
