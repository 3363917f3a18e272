"""The reference page: every check and every fact, written from what they say of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from engine.config.host import Host
from engine.gather.catalogue import catalogue
from engine.gather.fact import Fact, Name
from engine.run.checks import Check, read_checks
from engine.run.run import all_systems
from engine.run.target import Target

ROOT = Path(__file__).parents[2]
FILE = "docs/reference.md"
HEAD = """# Reference

Every check and every fact, from their own docstrings; `python -m engine.pages` writes this page.

A check marked *symptom* judges what shows and is explained by a cause beneath it (a *shared* one by a cause on any host
of its cluster), *vital* ones explain symptoms above them, and one that *owns* a fact fails in its stead when it cannot
be had ([causes](causes.md)).
"""

# Characters of a command that are still read.
WIDE = 160
LANES = {
    "batch": "in the batch",
    "sample": "sampled",
    "heavy": "after the batch",
    "client": "over a client",
    "derived": "computed",
}


def page(root: Path) -> str:
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
    lines += ["", "## Facts", "", "| fact | what | rests on | asked | with |", "| --- | --- | --- | --- | --- |"]
    targets = _targets(root)
    facts = catalogue()
    for name in sorted(facts):
        fact = facts[name]
        way = "never" if isinstance(fact, Name) else LANES[fact.lane]
        lines.append(
            _row(
                f"[`{name}`](../{_place(fact)})",
                " ".join(fact.doc.split()),
                _code(fact.needs),
                way,
                _asks(fact, targets),
            )
        )
    return "\n".join(lines) + "\n"


def _targets(root: Path) -> list[Target]:
    """A target of each system on which it has all of its components, to show what facts ask there."""
    host = Host("HOST", "ssh://HOST", {})
    return [Target("HOST", host, system, tuple(system.components), system.limits) for system in all_systems(root)]


def _place(fact: Fact) -> str:
    """The file that defines a fact, from the suite's root."""
    return Path(fact.place.rpartition(":")[0]).relative_to(ROOT).as_posix()


def _asks(fact: Fact, targets: Iterable[Target]) -> str:
    """The first line of what a fact asks, of the first system that it can be asked of; `--plan` has the whole."""
    for target in targets:
        with suppress(KeyError):
            first, *more = fact.asked(target).splitlines() or [""]
            text = first.replace("`", "'").strip()
            cut = f"{text[:WIDE]} …" if len(text) > WIDE or more else text
            return f"`{cut}`" if cut else ""
    return ""


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
