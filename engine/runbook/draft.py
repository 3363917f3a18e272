"""A section while it is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from engine.runbook.expect import Severity
from engine.runbook.fence import MARKER
from engine.runbook.model import Diagnostic, EvidenceItem, Section, Step
from engine.runbook.readonly import is_change
from engine.runbook.shell import Piece
from engine.runbook.words import DOING, Label

# `- Figures of the host: `memory`, `load``: the words, then the facts that give it.
FACTS = re.compile(r"(?P<words>.+?): (?P<facts>`\w+`(?:, `\w+`)*)")


@dataclass
class Draft:
    """What has been read of a section so far."""

    title: str
    anchor: str
    line: int
    severity: Severity | None = None
    symptoms: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    resolution: list[Step] = field(default_factory=list)
    evidence: list[EvidenceItem] = field(default_factory=list)
    escalation: list[str] = field(default_factory=list)
    escalation_line: int = 0
    led: str = ""
    adds: set[str] = field(default_factory=set)
    above: list[Draft] = field(default_factory=list)
    # The label of the heading above, where that heading is one: `## Troubleshooting`.
    label: Label | None = None

    def default_label(self) -> Label:
        """Returns what a fence without a label is here: see the rule in `engine.runbook.parser`."""
        return self.label or ("resolution" if DOING.search(self.title) else "diagnostics")

    def parts(self, found: Sequence[Piece]) -> list[tuple[Label, list[Piece]]]:
        """Returns what commands without a label are, each with the comments above it: what the section says.

        One that changes something is a resolution, unless a marker stands above it.
        """
        default = self.default_label()
        parts: dict[Label, list[Piece]] = {default: []}
        waiting: list[Piece] = []
        for piece in found:
            waiting.append(piece)
            if piece.kind == "command":
                marked = any(each.kind == "comment" and MARKER.match(each.text) for each in waiting)
                does = not marked and is_change(piece.text)
                parts.setdefault("resolution" if does else default, []).extend(waiting)
                waiting = []
        parts[default] += waiting
        return list(parts.items())

    def prose(self, step: Step, append: bool = False) -> None:
        """Adds a step in words, or its words to the last such step."""
        last = self.resolution[-1] if self.resolution else None
        if append and last and not last.command:
            self.resolution[-1] = replace(last, text=f"{last.text} {step.text}")
        else:
            self.resolution.append(step)

    def commands(self, steps: list[Step], lead: str) -> None:
        """Adds the steps of a fence; a list item's own words (`lead`) go with the first of them."""
        last = self.resolution[-1] if self.resolution else None
        if lead and lead != self.led and steps:
            if last and not last.command and last.text.endswith(lead):
                self.resolution.pop()
                lead = last.text
            self.led = lead
            words = f"{lead.rstrip(':')}: {steps[0].text}" if steps[0].text else lead.rstrip(":")
            steps = [replace(steps[0], text=words), *steps[1:]]
        self.resolution += steps

    def asks_for(self, words: str, line: int, append: bool) -> None:
        """Adds what is to be handed over, or a further line of the last of it."""
        if append and self.evidence:
            last = self.evidence.pop()
            told = ", ".join(f"`{name}`" for name in last.facts)
            words, line = f"{last.text}{told and ': '}{told} {words}", last.line
        match = FACTS.fullmatch(words)
        facts = tuple(match["facts"].replace("`", "").split(", ")) if match else ()
        self.evidence.append(EvidenceItem(match["words"] if match else words, line, facts))

    def finished(self, *, is_chapter: bool = False) -> Section | None:
        """Returns the section with what it inherits, or None for a heading that says nothing to look at, do or tell.

        What a chapter (`is_chapter`) says of severity, evidence and escalation alone is for the sections below it.
        """
        own = (self.symptoms, self.diagnostics, self.resolution)
        passed_on = {"severity": self.severity, "evidence": self.evidence, "escalation": self.escalation}
        if not any(own) and (is_chapter or not any(passed_on.values())):
            return None
        nearest = [self, *reversed(self.above)]
        calling = next((draft for draft in nearest if draft.escalation), self)
        return Section(
            self.title,
            self.anchor,
            self.line,
            next((draft.severity for draft in nearest if draft.severity), None),
            tuple(self.symptoms),
            tuple(self.diagnostics),
            tuple(self.resolution),
            tuple(item for draft in nearest for item in draft.evidence),
            tuple(calling.escalation),
            frozenset(self.adds),
            frozenset(name for name, value in passed_on.items() if not value),
            calling.escalation_line,
        )
