"""What people see of a fact: its value as text, and what was asked for it, as evidence."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any

from engine.gather.catalogue import Catalogue
from engine.gather.fact import Unavailable
from engine.judge.finding import Evidence
from engine.mistake import told
from engine.run.run import Run
from engine.run.target import Target
from engine.text import bounded, clean

EVIDENCE_LIMIT = 2000
# Characters of an entry of a fact that still reads well on one line.
LINE = 100


def shown(value: Any) -> str:
    """Returns a fact's value as text for people: a line for each entry, field or row, what is long beneath its name."""
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return "\n".join(_flat(entry) for entry in value) or "(none)"
    named = _named(value)
    if named is None:
        return str(value)
    return "\n".join(f"{name}: {_beneath(entry)}" for name, entry in named.items()) or "(none)"


def _named(value: Any) -> dict[Any, Any] | None:
    """What a value is made of, by name; None when it is one thing, or says itself how it wants to be shown."""
    if isinstance(value, dict):
        return value
    # A class of ours that hides something has a text of its own, which does not begin like a dataclass'.
    if is_dataclass(value) and str(value).startswith(f"{type(value).__qualname__}("):
        return {field.name: getattr(value, field.name) for field in fields(value) if field.repr}
    return None


def _beneath(value: Any) -> str:
    flat = _flat(value)
    if len(flat) <= LINE or not isinstance(value, (dict, list, tuple)):
        return flat
    return "\n" + textwrap.indent(shown(value), "  ")


def _flat(value: Any) -> str:
    return str(value).replace("\n", " ")


def evidence(
    run: Run, target: Target, catalogue: Catalogue, names: Iterable[str], limit: int = EVIDENCE_LIMIT
) -> tuple[Evidence, ...]:
    """Returns of each fact what was asked, and the answer, redacted and bounded to `limit` characters.

    One that cannot be shown says so in its place: it costs nothing but itself.
    """
    found = []
    for name in names:
        try:
            found.append(_evidence(run, target, catalogue, name, limit))
        except Exception as error:  # a fact's own text may break, whatever the fact
            found.append(Evidence(name, "", run.secrets.redact(f"(cannot be shown: {told(error, run.root)})")))
    return tuple(found)


def asked(target: Target, catalogue: Catalogue, name: str) -> str:
    """Returns what a fact asks of the host or service, as a person would type it; "" where it is computed."""
    return catalogue[name].asked(target).replace("$SUDO", "sudo -n")


def _evidence(run: Run, target: Target, catalogue: Catalogue, name: str, limit: int) -> Evidence:
    facts = run.facts[target.id]
    value, fact, answer = facts.get(name), catalogue[name], facts.answers.get(name)
    raw = answer.stdout if answer and not fact.hides else None
    text = value.reason if isinstance(value, Unavailable) else shown(value) if raw is None else raw
    if fact.secret:
        text = "(not shown: it holds secrets)"
    question = asked(target, catalogue, name) or f"computed from {', '.join(fact.needs)}"
    return Evidence(name, question, bounded(run.secrets.redact(clean(text)), limit))
