"""Reads a runbook: Markdown for people in, sections with diagnostics and resolutions out.

A heading opens a section, unless it is a label (`Symptoms`, `Diagnostics`, `Resolution` …, see `words.LABELS`): then
it says what the text below it is, for the section above it. A label may be a bold line as well (`**Symptoms:**`,
`**Severity:** P1`). A heading may say its severity itself: `### Redis full (P2)`. A bold line on its own that is no
label ends the label before it, but for a remark (`**Warning:**`). A label heading that is not deeper than the section
above it (`## Contact Information`) belongs to the whole document.

A shell function in a fence above the first section (`redis() { …; }`) may be called by the commands of any section.

What a heading says of severity, evidence and escalation holds for the headings below it too: a section without a
severity or an escalation of its own has that of the nearest heading above, and evidence adds up. A heading that says no
more than that is no section. Paragraphs of a resolution are steps in words, where they stand: a warning comes before
the command that it is about.

Where no label stands above a fence, one rule decides: under a heading, or below a chapter, whose words tell people
to act (emergency, recovery, prevention, maintenance, optimization), or below a heading that is such a label, it is a
resolution, and so is a command without a marker that changes something; else it is diagnostics.

A table whose first column is headed `Issue` is the escalation matrix: whom to call one after the other. An escalation
that begins with one of its issues and a colon (`Data loss: …`) is about that.

The links below `If this does not help` lead to the sections that follow. Those of a heading hold for the headings below
it that have none, in all chapters; those above the first heading for the whole runbook. A fact in backquotes behind a
link says when it is offered.

Code in a list or a table that is a command is a diagnostic, below such a label or none; so is a line of a paragraph
below the label that is nothing but a command (`Memory: …`). Other lists without a label are prose. What may be a
command and is filed nowhere, such as fences of other languages, is kept (`Runbook.unread`), and prose is counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from engine.runbook.blocks import read_block
from engine.runbook.draft import Draft
from engine.runbook.fence import FenceReader
from engine.runbook.inline import commands_in, is_alone
from engine.runbook.links import leads_in
from engine.runbook.model import Lead, Runbook, RunbookError, Section, Step
from engine.runbook.onepage import is_one_page
from engine.runbook.responses import ResponseReader
from engine.runbook.severities import EXPECTED, said_severities, severity_of
from engine.runbook.shell import SHELL, Piece, functions
from engine.runbook.tables import MatrixReader
from engine.runbook.unfiled import Unfiled
from engine.runbook.words import (
    MORE,
    Anchors,
    Label,
    Own,
    add_line,
    bold_start,
    ends_label,
    heading_severity,
    label_of,
    label_start,
    line_of,
    lines_of,
    plain,
    without_head,
)


def parse(path: Path, text: str | None = None, severities: Own = None) -> Runbook:
    """Returns the runbook at `path`, or the one in `text` when it is given; `severities` are the system's own words.

    Raises RunbookError, a line `path:line: what is wrong; expected …` for each mistake, when it cannot be used.
    """
    if text is None:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise RunbookError(f"{path}:1: cannot be read ({error}); expected a Markdown file") from error
    text = without_head(text)
    return _Reader(path, {**(severities or {}), **said_severities(text)}).read(text)


class _Reader:
    """One pass over the tokens of a document."""

    def __init__(self, path: Path, severities: Own) -> None:
        self._path, self._severities = path, severities
        self._mistakes: list[str] = []
        self._fences = FenceReader(path, self._mistakes)
        self._unfiled = Unfiled(path)
        self._anchors = Anchors()
        self._title, self._title_anchor, self._title_line = "", "", 1
        self._is_one_page, self._label_level = False, 0
        # The label of the heading below which the sections stand, where that is one: `## Troubleshooting`.
        self._below: Label | None = None
        self._headings: list[tuple[int, str]] = []
        self._section: Draft | None = None
        # The sections of the headings above, from which a section inherits.
        self._above: list[tuple[int, Draft]] = []
        self._sections: list[Section] = []
        self._contacts: list[str] = []
        self._functions: dict[str, Step] = {}
        self._responses = ResponseReader()
        self._leads: dict[str, tuple[Lead, ...]] = {}
        self._matrix = MatrixReader()
        self._label: Label | None = None
        # One entry an open list item: the words that lead it, to go with its commands or its sub-items.
        self._items: list[str] = []

    def read(self, text: str) -> Runbook:
        """Returns the runbook that a document makes."""
        tokens = MarkdownIt("commonmark").enable("table").parse(text)
        self._is_one_page = is_one_page(tokens)
        for before, token in zip([None, *tokens], tokens, strict=False):
            if token.type == "inline" and before is not None and before.type == "heading_open":
                self._heading(int(before.tag[1]), token)
            elif self._matrix.reads(token):
                if token.type == "inline":
                    self._commands(token.children or (), line_of(token))
            elif token.type == "inline":
                self._paragraph(token)
            elif token.type == "fence":
                self._fence(token)
            elif token.type == "code_block":
                self._unfiled.block(line_of(token))
            elif token.type == "list_item_open":
                self._items.append("")
            elif token.type == "list_item_close":
                self._items.pop()
        self._close()
        self._fences.tell_lost(text, [token.map for token in tokens if token.type == "fence" and token.map])
        if self._mistakes:
            raise RunbookError(*self._mistakes)
        return Runbook(
            self._path,
            self._title,
            tuple(self._sections),
            tuple(self._contacts),
            self._functions,
            self._responses.found,
            self._matrix.rows,
            self._leads,
            tuple(self._unfiled.found),
            self._unfiled.prose,
        )

    def _heading(self, level: int, inline: Token) -> None:
        words = plain(inline.children or (), code="")
        anchor = self._anchors.add(words)
        label = label_of(words)
        if label is not None:
            if self._headings and level <= self._headings[-1][0]:
                self._close()
                # Headings below it are not below the one before it.
                self._headings = [(lvl, w) for lvl, w in self._headings if lvl < level]
                self._above = [(lvl, draft) for lvl, draft in self._above if lvl < level]
            self._label_level = level
            self._below = label if label in ("diagnostics", "resolution") else None
            self._begin(label, words)
            return
        if self._is_one_page and level > 1:
            # A heading below a label's own belongs to what the label says; another one is prose.
            self._label = self._label if level > self._label_level else None
            return
        self._close(level)
        self._label = None
        if level == 1:
            self._title, self._title_line, self._title_anchor = self._title or words, line_of(inline), anchor
            return
        words, severity = heading_severity(words, self._severities)
        self._headings = [(lvl, w) for lvl, w in self._headings if lvl < level] + [(level, words)]
        title = " / ".join(w for _, w in self._headings)
        self._above = [(lvl, draft) for lvl, draft in self._above if lvl < level]
        self._below = self._below if level > self._label_level else None
        above = [draft for _, draft in self._above]
        self._section = Draft(title, anchor, line_of(inline), severity, above=above, label=self._below)
        self._above.append((level, self._section))

    def _close(self, level: int = 0) -> None:
        """Ends the section that is open; `level` is that of the heading that ends it."""
        if self._section is not None:
            is_chapter = bool(self._headings) and level > self._headings[-1][0]
            if section := self._section.finished(is_chapter=is_chapter):
                self._sections.append(section.at(self._path))
        self._section = None

    def _paragraph(self, inline: Token) -> None:
        for offset, line in lines_of(inline.children or ()):
            words, number = plain(line), line_of(inline) + offset
            bold = None if self._items else bold_start(line)
            # A label may follow a list without a blank line.
            start = (
                label_start(line, self._severities) if not self._items or (offset and not bold_start(line)) else None
            )
            if start and (label := label_of(start[0])):
                self._begin(label, start[0])
                words = start[1]
            elif bold and ends_label(*bold):
                self._label, words = None, ""
            if self._label == "leads":
                title = " / ".join(heading for _, heading in self._headings)
                found = leads_in(line, self._path, number)
                self._leads[title] = (*self._leads.get(title, ()), *found)
            elif words and not self._commands(line, number):
                self._words(words, number, first=offset == 0)

    def _begin(self, label: Label, words: str) -> None:
        """A label holds from here on; `More diagnostics` adds to those of an earlier chapter."""
        self._label = label
        if self._is_one_page and self._section is None:
            title, severity = heading_severity(self._title or self._path.stem, self._severities)
            self._headings = [(1, title)]
            self._section = Draft(title, self._title_anchor, self._title_line, severity)
        if self._section is not None and words.lower().startswith(MORE):
            self._section.adds.add(label)

    def _commands(self, line: Sequence[Token], number: int) -> bool:
        """Files the commands in a line of text that look: in a list or a table, or alone on a line.

        Returns whether there are any.
        """
        section, label = self._section, self._label
        in_text = not self._items and not self._matrix.is_open and not (label and is_alone(line))
        if label not in (None, "diagnostics") or in_text:
            return False
        found = commands_in(line, number, bare=label is not None and bool(self._items))
        for part_label, part in section.parts(found) if section and not label else [(label, found)]:
            if section and part_label == "diagnostics":
                section.diagnostics += self._fences.diagnostics(part, "")
            else:
                self._unfiled.commands(part)
        return bool(found)

    def _words(self, words: str, line: int, first: bool) -> None:
        """Files one line of prose under the label in force."""
        if self._label == "severity":
            self._severity(words, line)
        elif self._label == "how fast":
            if self._items:
                self._responses.reads(words, first)
        elif self._label == "contacts" or (self._label == "escalation" and self._section is None):
            if self._items:
                add_line(self._contacts, words, first)
        elif self._section is None or self._label is None:
            self._unfiled.prose += not (self._section and self._section.label)
        elif self._label == "symptoms":
            add_line(self._section.symptoms, words, first)
        elif self._label == "escalation":
            self._section.escalation_line = self._section.escalation_line or line
            add_line(self._section.escalation, words, first)
        elif self._label == "evidence":
            self._section.asks_for(words, line, append=bool(self._items[-1]) if self._items else not first)
            self._items[-1:] = [words] if self._items else []
        elif self._label == "resolution":
            if self._items:
                self._item(self._section, words, line)
            else:
                self._section.prose(Step("", line, "none", words), append=not first)

    def _item(self, section: Draft, words: str, line: int) -> None:
        """Files a list item of a resolution: a step in words, or what leads to the commands inside it."""
        words = re.sub(r"^\[[ xX]\]\s*", "", words)
        lead = " ".join(w for w in self._items[:-1] if w)
        if self._items[-1]:
            # A further line or paragraph of the same item.
            section.prose(Step("", line, "none", words), append=True)
        elif not words.endswith(":"):
            section.prose(Step("", line, "none", f"{lead} {words}".strip()))
        self._items[-1] = words

    def _severity(self, words: str, line: int) -> None:
        severity = severity_of(words, self._severities)
        if severity is None:
            self._mistakes.append(f"{self._path}:{line}: '{words:.60}' is no severity; {EXPECTED}")
        elif self._section is not None:
            self._section.severity = severity
        self._label = None

    def _fence(self, fence: Token) -> None:
        language, found = read_block(fence.info, fence.content, line_of(fence) + 1)
        if found is None:
            self._unfiled.language(language, line_of(fence))
            return
        unlabelled = self._section if not self._label else None
        for label, part in unlabelled.parts(found) if unlabelled else [(self._label, found)]:
            self._commands_of(part, label, language, line_of(fence))

    def _commands_of(self, found: list[Piece], label: Label | None, language: str, line: int) -> None:
        if self._section is None or label not in ("diagnostics", "resolution"):
            self._fences.no_markers(found)
            defined = {} if self._headings else functions(found)
            self._functions |= {name: replace(f, path=self._path) for name, f in defined.items()}
            self._unfiled.fence(found, defined, line)
        elif label == "diagnostics":
            self._section.diagnostics += self._fences.diagnostics(found, language)
        else:
            self._section.commands(self._fences.steps(found, language in SHELL), self._items[-1] if self._items else "")
