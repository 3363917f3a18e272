"""The reference page: every check and every fact, from their docstrings."""

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

Every check and every fact, from their docstrings; `python -m engine.pages` writes this page.

A check marked *symptom* judges an effect, which a cause beneath it explains (a *shared* symptom: a cause on any host of
its cluster). A failed *vital* check explains symptoms above it. A check that *owns* a fact fails when that fact cannot
be had ([causes](causes.md)).
"""

FACTS = """
## Facts

A fact links to the file that defines it; `pytest --fixtures` shows the line. What it *rests on* must be had first:
other facts, the log-in (`host`), and root's rights for single commands (`sudo`). It is *asked*

- in the batch: a command, sent with all others of the host,
- sampled: a command that runs twice, at both ends of the sampling window,
- after the batch: a command that keeps a processor busy,
- over a client: a connection through the log-in's tunnel,
- computed: it is worked out from what it rests on, and runs nothing,
- never: it is a name for what another fact may find missing.

*With* shows the beginning of the command or query on a host of the system in parentheses, with `$SUDO` before what
runs as root, and `$AS USER --` before what USER runs. `pytest --hosts=NAME --plan` shows the whole, as it runs on a
host of yours.

| fact | what | rests on | asked | with |
| --- | --- | --- | --- | --- |"""

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
    lines.append(FACTS)
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
    """Returns a target of each system with all of its components, to show what facts ask there."""
    host = Host("HOST", "ssh://HOST", {})
    return [Target("HOST", host, system, tuple(system.components), system.limits) for system in all_systems(root)]


def _place(fact: Fact) -> str:
    """Returns the file that defines a fact, relative to the suite's root."""
    return Path(fact.place.rpartition(":")[0]).relative_to(ROOT).as_posix()


def _asks(fact: Fact, targets: Iterable[Target]) -> str:
    """Returns the first line of a fact's command or query on the first system that has it; `--plan` has all of it."""
    for target in targets:
        with suppress(KeyError):
            first, *more = fact.asked(target).strip().splitlines() or [""]
            # A setting that this system does not have.
            if "None" in first:
                continue
            text = first.replace("`", "'").strip()
            cut = f"{text[:WIDE]} …" if len(text) > WIDE or more else text
            return f"`{cut}` ({target.system.id})" if cut else ""
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
