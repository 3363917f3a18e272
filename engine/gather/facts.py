"""The gathered facts of one target, and their transfer to another process."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from typing import Any

import pytest

from engine.gather.fact import Output, Unavailable
from engine.mistake import place


@dataclass
class Facts:
    """The gathered facts of one target: `values` holds each fact's value or an Unavailable, `answers` the outputs.

    `seconds` is how long each command and each query of a client took.
    """

    values: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Output] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def get(self, name: str) -> Any:
        """Returns a fact's value, or an Unavailable when it cannot be had or was not gathered."""
        return self.values.get(name, Unavailable(name, f"the fact '{name}' was not gathered"))

    def __getstate__(self) -> dict[str, Any]:
        """Pickles each value separately, so that one that cannot be pickled loses only its own fact."""
        packed = {name: _packed(name, value) for name, value in self.values.items()}
        return {"answers": self.answers, "seconds": self.seconds, "values": packed}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.answers, self.seconds = state["answers"], state["seconds"]
        self.values = {name: _unpacked(name, packed) for name, packed in state["values"].items()}


def _packed(name: str, value: Any) -> bytes:
    try:
        return pickle.dumps(value)
    # Pickling runs methods of the value, which may raise anything.
    except Exception as error:
        return pickle.dumps(_lost(name, error))


def _unpacked(name: str, packed: bytes) -> Any:
    try:
        return pickle.loads(packed)  # noqa: S301 - a process of this run packed it
    except Exception as error:
        return _lost(name, error)


def _lost(name: str, error: Exception) -> Unavailable:
    # The error's own text may quote the value, which may be secret.
    words = f"the value of '{name}' cannot be handed to another process ({type(error).__name__}); it must be picklable"
    return Unavailable(name, words, place(error) or "-n")


# The facts of a run, by target id; the fixtures of facts read them.
KNOWN: pytest.StashKey[dict[str, Facts]] = pytest.StashKey()
