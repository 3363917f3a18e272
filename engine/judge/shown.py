"""Facts as evidence: the value of a fact as text, with the command or query that it came from."""

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
# The most characters of an entry that is shown on one line.
LINE = 100


def shown(value: Any) -> str:
    """Returns a fact's value as readable text: a line for each entry or field, and long values indented below it."""
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return "\n".join(_flat(entry) for entry in value) or "(none)"
    named = _named(value)
    if named is None:
        return str(value)
    return "\n".join(f"{name}: {_beneath(entry)}" for name, entry in named.items()) or "(none)"


def _named(value: Any) -> dict[Any, Any] | None:
    """Returns the entries or fields of a value by name; None for a single value or one with its own __str__."""
    if isinstance(value, dict):
        return value
    # A class that hides something has its own __str__, which does not begin like that of a dataclass.
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
    """Returns the command or query and the answer of each fact, redacted and shortened to `limit` characters.

    A fact that cannot be shown has the reason in place of its answer.
    """
    shown_facts = []
    for name in names:
        try:
            shown_facts.append(_evidence(run, target, catalogue, name, limit))
        except Exception as error:  # the __str__ of a value may raise anything
            shown_facts.append(Evidence(name, "", run.secrets.redact(f"(cannot be shown: {told(error, run.root)})")))
    return tuple(shown_facts)


def asked(target: Target, catalogue: Catalogue, name: str) -> str:
    """Returns the command or query of a fact as a person would type it; "" for a computed fact."""
    return catalogue[name].typed(target)


def _evidence(run: Run, target: Target, catalogue: Catalogue, name: str, limit: int) -> Evidence:
    facts = run.facts[target.id]
    value, fact, answer = facts.get(name), catalogue[name], facts.answers.get(name)
    raw = answer.stdout if answer and not fact.hides else None
    text = value.reason if isinstance(value, Unavailable) else shown(value) if raw is None else raw
    if fact.secret:
        text = "(not shown: it holds secrets)"
    question = asked(target, catalogue, name) or f"computed from {', '.join(fact.needs)}"
    return Evidence(name, question, bounded(run.secrets.redact(clean(text)), limit))
