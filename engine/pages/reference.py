"""The reference page: every check and every fact, written from what they say of themselves.

`python -m engine.pages.reference` writes docs/reference.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from engine.gather.catalogue import catalogue
from engine.gather.fact import Name
from engine.run.checks import Check, read_checks

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference.md"
HEAD = """# Reference

Every check and every fact, from their own docstrings; `python -m engine.pages.reference` writes this page.

A check marked *symptom* judges what shows and is explained by a cause beneath it (a *shared* one by a cause on any host
of its cluster), *vital* ones explain symptoms above them, and one that *owns* a fact fails in its stead when it cannot
be had ([causes](causes.md)).
"""

LANES = {
    "batch": "in the batch",
    "sample": "sampled",
    "heavy": "after the batch",
    "client": "over a client",
    "derived": "computed",
}


def page(root: Path = ROOT) -> str:
    """Returns the page of the checks in `root`, as Markdown."""
    lines = [HEAD, "## Checks"]
    component = ""
    for check in read_checks(root / "checks").values():
        if (named := check.name.partition(".")[0]) != component:
            component = named
            lines += [
                "",
                f"### {component}",
                "",
                "| check | what must be true | facts | marks |",
                "| --- | --- | --- | --- |",
            ]
        lines.append(_row(f"`{check.name}`", check.expected, _code(check.facts), ", ".join(_marks(check))))
    lines += ["", "## Facts", "", "| fact | what | rests on | asked |", "| --- | --- | --- | --- |"]
    facts = catalogue()
    for name in sorted(facts):
        fact = facts[name]
        way = "never" if isinstance(fact, Name) else LANES[fact.lane]
        lines.append(_row(f"`{name}`", " ".join(fact.doc.split()), _code(fact.needs), way))
    return "\n".join(lines) + "\n"


def _marks(check: Check) -> Iterator[str]:
    if check.vital:
        yield "vital"
    if check.symptom:
        yield "shared symptom" if check.shared else "symptom"
    if check.owns:
        yield f"owns {_code(check.owns)}"
    if check.each:
        yield f"one for each of `{check.each}`"


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
