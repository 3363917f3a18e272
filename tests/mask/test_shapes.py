"""Secrets that nobody registered are covered whole, whatever text is around them; what is harmless stays."""

from __future__ import annotations

import html
import json
from urllib.parse import quote

import pytest

from engine.mask.secrets import MASK, Secrets
from tests.mask.kinds import NAMED, PHRASES, PLACES, TOKENS, Kind

FRAGMENT = 12
NOBODY = Secrets()


def fragments(secret: str) -> set[str]:
    """Returns whatever of a secret must not be seen, in any spelling: it, or its pieces of twelve characters."""
    spelled = {
        secret,
        quote(secret, safe=""),
        html.escape(secret),
        repr(secret)[1:-1],
        json.dumps(secret)[1:-1],
        json.dumps(json.dumps(secret)[1:-1])[1:-1],
    }
    return {s[at : at + FRAGMENT] for s in spelled for at in range(max(1, len(s) - FRAGMENT + 1))}


def seen(kind: Kind, text: str) -> list[str]:
    """Returns the fragments of a secret that are seen in a text."""
    return sorted(part for part in fragments(kind.secret) if part in text)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", [*TOKENS, *PHRASES], ids=lambda kind: kind.name)
def test_by_its_looks(kind: Kind, place: str) -> None:
    """A secret that is known by its looks is covered, although the name beside it says nothing."""
    text = PLACES[place]("note", kind.text)
    shown = NOBODY.redact(text)
    assert MASK in shown
    assert not seen(kind, shown), shown


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", NAMED, ids=lambda kind: kind.name)
def test_by_its_name(kind: Kind, place: str) -> None:
    """A value is covered because of the name beside it, although it looks like nothing."""
    shown = NOBODY.redact(PLACES[place](kind.name, kind.text))
    assert MASK in shown
    assert not seen(kind, shown), shown


def test_the_table_is_large_enough() -> None:
    """At least 60 kinds of secrets in at least 12 kinds of text."""
    assert len({kind.name for kind in [*TOKENS, *PHRASES, *NAMED]}) >= 60
    assert len(PLACES) >= 12


@pytest.mark.parametrize("kind", [*TOKENS, *PHRASES], ids=lambda kind: kind.name)
@pytest.mark.parametrize("place", PLACES)
def test_covering_twice_is_covering_once(kind: Kind, place: str) -> None:
    """What was covered already is left as it is: most texts are covered more than once on their way."""
    once = NOBODY.redact(PLACES[place]("note", kind.text))
    assert NOBODY.redact(once) == once
