"""All findings as compact data for the page's script: what many have in common once, and little for each finding."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from typing import Any

from markupsafe import Markup

from engine.judge.causes import Cause
from engine.judge.finding import Finding
from engine.judge.result import RunResult, Unread
from reports.plain import visible

# The most characters of evidence in the whole page; findings.json has all of it.
EVIDENCE = 400_000


class Numbers:
    """Things by number, each once, in the order of their numbers."""

    def __init__(self) -> None:
        self.known: dict[Hashable, int] = {}

    def of(self, thing: Hashable) -> int:
        """Returns the number of a thing."""
        return self.known.setdefault(thing, len(self.known))


class Rows:
    """The rows of a page, and what they refer to by number.

    `kinds` are what the findings of a check have in common (its fields by KIND), `scales` what measures have in common:
    name, unit, limit, whether that is the least.
    """

    KIND = ("check", "system", "component", "severity", "section", "place", "expected")

    def __init__(self, causes: Sequence[Cause]) -> None:
        self.texts, self.kinds, self.scales = Numbers(), Numbers(), Numbers()
        self._cards = {
            finding.nodeid: number
            for number, cause in enumerate(causes, 1)
            for finding in (*cause.findings, *cause.alike, *cause.consequences)
        }
        self._room = EVIDENCE

    def row(self, finding: Finding) -> list[Any]:
        """Returns `[kind, outcome, host, item, message, card, measures, evidence]`, without empty ones at its end.

        `card` is the number of the cause's card from 1, 0 for none. A measure is a scale and a value, one behind the
        other; a piece of evidence is the texts of its fact, its question and its answer; 0 stands for evidence that
        the page has no room for.
        """
        section = finding.guidance.section
        kind = (finding.check, finding.system, finding.component, finding.severity, section, finding.place,
                finding.expected)  # fmt: skip
        said = " ".join(filter(None, (finding.message, finding.waiver and f"[{finding.waiver}]", finding.quiet)))
        texts = [self.texts.of(text) for text in (finding.outcome, finding.host, finding.item, said)]
        card = self._cards.get(finding.nodeid, 0)
        row = [self._kind(kind), *texts, card, self._measures(finding), self._evidence(finding)]
        while row[-1] == []:
            row.pop()
        return row

    def unread(self, file: Unread) -> list[Any]:
        """Returns the row of a file of checks that could not be collected."""
        kind = self._kind((file.nodeid, "", "", "", "", file.nodeid, ""))
        return [kind, *(self.texts.of(text) for text in ("error", "", "", file.text)), 0]

    def _kind(self, texts: tuple[str, ...]) -> int:
        return self.kinds.of(tuple(self.texts.of(text) for text in texts))

    def _measures(self, finding: Finding) -> list[float]:
        flat: list[float] = []
        for measure in finding.measures:
            name, unit = self.texts.of(measure.name), self.texts.of(measure.unit)
            scale = (name, unit, _short(measure.limit), int(measure.direction == "at least"))
            flat += [self.scales.of(scale), _short(measure.value)]
        return flat

    def _evidence(self, finding: Finding) -> list[int] | int:
        size = sum(len(each.answer) for each in finding.evidence)
        if size > self._room:
            return 0
        self._room -= size
        return [self.texts.of(text) for each in finding.evidence for text in (each.fact, each.asked, each.answer)]


def _short(value: float) -> float:
    return int(value) if float(value).is_integer() else float(f"{value:.6g}")


def rows(result: RunResult) -> Markup:
    """Returns the findings as JSON that may stand inside a `<script>`."""
    made = Rows(result.causes)
    found = [*map(made.row, result.findings), *map(made.unread, result.unread)]
    data = {
        "kind": made.KIND,
        "texts": [visible(str(text)) for text in made.texts.known],
        "kinds": [*made.kinds.known],
        "scales": [*made.scales.known],
        "findings": found,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # Nothing in it can end the script's element or begin a comment.
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704
