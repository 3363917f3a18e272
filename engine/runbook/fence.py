"""What a fence says: its commands, and the comments above them that mark who automates them or what they cost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import cast, get_args

from engine.runbook.expect import Expectation, ExpectError, Severity, Test, name_of, parse_test, properties
from engine.runbook.model import Danger, Diagnostic, Step
from engine.runbook.rules import consequence
from engine.runbook.shell import SHELL, SQL, Piece
from engine.runbook.unattended import unattended

MARKER = re.compile(r"(check|manual|danger|allow|expect):\s*(.*)$")
MARKERS = ("check", "manual", "danger", "allow", "expect")
# A comment that may be a marker with a slip in it: `expct: exit 0`.
SLIP = re.compile(r"([a-z]{4,8}):\s*\S")
# A marker, wherever it stands.
LOST = re.compile(r"(?:^\s*(?:[-*+]\s+|\d+[.)]\s+)?(?:#{1,2}|--|//)\s+|<!--\s*)(check|expect):\s*\S")
LOOSE = re.compile(r"(#*\s*(?i:expects?)\s*:?)\s+(.+)")
# `allow: redis-keys because nobody else asks this server`
ALLOW = re.compile(r"([\w-]+(?:\s*,\s*[\w-]+)*)\s+because\s+\S")
CHECK = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
# The component of an expectation that is about none: every host of the system is asked.
DECLARED = "runbook"
DANGERS: tuple[Danger, ...] = get_args(Danger)


@dataclass
class Marks:
    """The markers in force: they hold for the commands below them, up to a blank line or the next marker."""

    checks: list[str] = field(default_factory=list)
    manual: str | None = None
    danger: Danger = "none"
    allowed: list[str] = field(default_factory=list)
    expects: list[Test] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    line: int = 0
    used: bool = True
    words: list[str] = field(default_factory=list)
    words_line: int = 0


class FenceReader:
    """Reads the pieces of one fence after the other; a mistake in a marker is added to `mistakes`, with its line."""

    def __init__(self, path: Path, mistakes: list[str]) -> None:
        self._path = path
        self._mistakes = mistakes
        self._read: set[int] = set()

    def diagnostics(self, pieces: list[Piece], language: str) -> list[Diagnostic]:
        """Returns the commands of a diagnostics fence, each with its `check:`, `expect:` or `manual:`.

        The lines below an `expect:` are one command, because they share a shell, up to a blank line or another marker.
        """
        found: list[Diagnostic] = []
        marks = Marks()
        for piece in [*pieces, Piece("blank", "", 0)]:
            if piece.kind == "command":
                text, line = piece.text, piece.line
                if marks.expects and marks.used:
                    before = found.pop()
                    text, line = f"{before.command}\n{text}", before.line
                found.append(self._diagnostic(marks, text, line, language))
                marks.used = True
            else:
                marks = self._next(marks, piece, ("check", "manual", "allow", "expect"))
        return found

    def _diagnostic(self, marks: Marks, command: str, line: int, language: str) -> Diagnostic:
        checks, allowed = tuple(marks.checks), tuple(marks.allowed)
        if not marks.expects:
            return Diagnostic(command, line, checks, marks.manual, allowed)
        expected = self._expected(marks, command, line, language)
        return Diagnostic(command, line, (*checks, expected.check), marks.manual, allowed, expects=expected)

    def _expected(self, marks: Marks, command: str, line: int, language: str) -> Expectation:
        given = marks.properties
        if language not in SHELL | SQL:
            self._fail(
                marks.line, f"'expect:' stands above a command in {language}", "it in a fence of the shell or of SQL"
            )
        if language in SQL and "about" not in given:
            self._fail(
                marks.line, "'expect:' in a fence of SQL does not say who is asked", "'about: COMPONENT' below it"
            )
        command = command if language in SQL else unattended(command)
        name = given.get("name", name_of(command)).replace("-", "_")
        return Expectation(
            check=f"{given.get('about', DECLARED)}.{name}",
            command=command,
            line=line,
            tests=tuple(marks.expects),
            unit=given.get("unit", ""),
            severity=cast(Severity | None, given.get("severity")),
            timeout=float(given.get("timeout", Expectation.timeout)),
            symptom="symptom" in given,
            bash=language == "bash",
            sudo="sudo -n " in command,
            control="on" in given,
            sql=language in SQL,
        )

    def steps(self, pieces: list[Piece], shell: bool) -> list[Step]:
        """Returns the steps of a resolution fence; a comment with no command below it is a step in words."""
        found: list[Step] = []
        marks = Marks()
        for piece in [*pieces, Piece("blank", "", 0)]:
            if piece.kind == "command":
                text, allowed = " ".join(marks.words), tuple(marks.allowed)
                step = Step(piece.text, piece.line, marks.danger, text, allowed, shell)
                if step.danger == "none" and (danger := consequence(piece.text)) != "none":
                    step = replace(step, danger=cast(Danger, danger), supposed=True)
                found.append(step)
                marks.used, marks.words = True, []
                continue
            if piece.kind == "blank" and marks.words:
                found.append(Step("", marks.words_line, marks.danger, " ".join(marks.words)))
                marks.used = True
            marks = self._next(marks, piece, ("danger", "allow"))
        return found

    def tell_lost(self, text: str, fences: Iterable[Sequence[int]]) -> None:
        """Tells of the markers in a document that stood where no command can have one: nothing would be asked.

        What stands in `fences`, which are pairs of line numbers, was read or is another language.
        """
        read = self._read.union(*(range(first + 1, end + 1) for first, end in fences))
        for number, line in enumerate(text.split("\n"), 1):
            if number not in read and (found := LOST.search(line)):
                wanted = "it above a command in a fence, or behind code in a list, below a label such as Diagnostics"
                self._fail(number, f"'{found[1]}:' stands where no command is", wanted)

    def no_markers(self, pieces: list[Piece]) -> None:
        """Tells of the markers in a fence that belongs to no section."""
        for piece in pieces:
            if piece.kind == "comment":
                self._next(Marks(), piece, ())

    def _next(self, marks: Marks, piece: Piece, allowed: tuple[str, ...]) -> Marks:
        """Returns the marks in force after a comment or a blank line."""
        if piece.kind == "blank":
            self._must_be_used(marks)
            return Marks()
        marker = MARKER.match(piece.text)
        if marker:
            self._read.add(piece.line)
        if not marker and marks.expects and not marks.used and (found := self._properties(piece)):
            marks.properties |= found
            return marks
        if not marker and (slip := _slip(piece.text)):
            self._fail(piece.line, f"'{slip[0]}' is no marker", f"'{slip[1]}:', or other words in the comment")
        if not marker:
            marks.words_line = marks.words_line if marks.words else piece.line
            marks.words.append(piece.text)
            return marks
        kind, value = marker[1], marker[2].strip()
        if kind not in allowed:
            place = "a resolution" if kind == "danger" else "the diagnostics of a section"
            self._fail(piece.line, f"'{kind}:' stands outside {place}", f"it above a command of {place}")
            return marks
        if marks.used:
            marks = Marks(words=marks.words, words_line=marks.words_line)
        marks.used, marks.line = False, piece.line
        self._mark(marks, kind, value)
        return marks

    def _properties(self, piece: Piece) -> dict[str, str]:
        try:
            return properties(piece.text)
        except ExpectError as error:
            self._fail(piece.line, *error.args)
            return {}

    def _mark(self, marks: Marks, kind: str, value: str) -> None:
        """Puts one marker's value into the marks."""
        if kind == "check":
            names = [name.strip() for name in value.split(",")]
            for name in names:
                if not CHECK.fullmatch(name):
                    self._fail(marks.line, f"'{name:.60}' is no check name", "component.name, lower case, [a-z0-9_]")
            marks.checks += names
        elif kind == "manual":
            if not value:
                self._fail(marks.line, "'manual:' gives no reason", "the reason why no check automates the command")
            marks.manual = value
        elif kind == "expect":
            try:
                marks.expects.append(parse_test(value))
            except ExpectError as error:
                self._fail(marks.line, *error.args)
        elif kind == "allow":
            if not (found := ALLOW.match(value)):
                self._fail(marks.line, "'allow:' names no rule, or no reason", "'allow: RULE because REASON'")
            else:
                marks.allowed += [name.strip() for name in found[1].split(",")]
        else:
            danger = next((d for d in DANGERS if d == value), None)
            if danger is None:
                self._fail(marks.line, f"'{value:.60}' is no danger", f"one of {', '.join(DANGERS)}")
            marks.danger = danger or marks.danger

    def _must_be_used(self, marks: Marks) -> None:
        """Tells of a marker that has no command below it: what it names would be lost in silence."""
        if not marks.used:
            self._fail(marks.line, "this marker has no command below it", "a command on the next line")

    def _fail(self, line: int, wrong: str, expected: str) -> None:
        self._mistakes.append(f"{self._path}:{line}: {wrong}; expected {expected}")


def _slip(text: str) -> tuple[str, str] | None:
    """Returns what is nearly a marker in a comment, and which: `expct: exit 0`, `Expect: exit 0`, `expect exit 0`."""
    if (found := SLIP.match(text)) and (near := get_close_matches(found[1], MARKERS, 1, 0.75)):
        return f"{found[1]}:", near[0]
    if not (loose := LOOSE.fullmatch(text)):
        return None
    try:
        parse_test(loose[2])
    except ExpectError:
        return None
    return loose[1].strip(), "expect"
