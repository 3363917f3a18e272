"""Values of a JSON file that anybody may have edited: each is asked for with its type, and a wrong one is named."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime

from engine.text import one_line

# No name is longer. Digits of a longer one could not be sorted as a number.
NAME_LIMIT = 4000
# A time outside of these years cannot be added to.
YEARS = range(1971, 3000)
SHOWN = 60
KINDS = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}


class DamageError(Exception):
    """A value is not what its place in the file asks for: the text names the place, the value, what was expected."""


@dataclass(frozen=True)
class Node:
    """A value of a JSON document, and its `path` there (`findings[3].severity`)."""

    value: object
    path: str = ""

    def at(self, key: str) -> Node:
        """Returns the value of a key. Raises DamageError when this is no object, or has no such key."""
        found = self._object()
        if key not in found:
            raise DamageError(f"{self.path or 'the file'} has no '{key}'; expected one")
        return Node(found[key], f"{self.path}.{key}".removeprefix("."))

    def get(self, key: str, default: object) -> Node:
        """Returns the value of a key, or `default` where it is not there. Raises DamageError for no object."""
        return Node(self._object().get(key, default), f"{self.path}.{key}".removeprefix("."))

    def items(self) -> list[Node]:
        """Returns the entries of a list. Raises DamageError."""
        if not isinstance(self.value, list):
            raise self._wrong("a list")
        return [Node(each, f"{self.path}[{number}]") for number, each in enumerate(self.value)]

    def entries(self) -> dict[str, Node]:
        """Returns the values of an object by their keys. Raises DamageError."""
        return {key: Node(each, f"{self.path}.{key}") for key, each in self._object().items()}

    def text(self, *allowed: str) -> str:
        """Returns a text, which must be one of `allowed` where these are given. Raises DamageError."""
        if not isinstance(self.value, str) or (allowed and self.value not in allowed):
            raise self._wrong(f"one of {', '.join(allowed)}" if allowed else "a text")
        return self.value

    def name(self) -> str:
        """Returns a text of a name's length. Raises DamageError."""
        if len(text := self.text()) > NAME_LIMIT:
            raise self._wrong(f"a name of at most {NAME_LIMIT} characters")
        return text

    def texts(self) -> tuple[str, ...]:
        """Returns the texts of a list. Raises DamageError."""
        return tuple(each.text() for each in self.items())

    def flag(self) -> bool:
        """Returns a truth value. Raises DamageError."""
        if not isinstance(self.value, bool):
            raise self._wrong("true or false")
        return self.value

    def number(self, low: float = -math.inf, high: float = math.inf) -> float:
        """Returns a finite number from `low` to `high`. Raises DamageError."""
        value = self.value
        if isinstance(value, int | float) and not isinstance(value, bool):
            try:
                # A whole number that no float holds would break every division.
                if math.isfinite(float(value)) and low <= value <= high:
                    return value
            except OverflowError:
                pass
        raise self._wrong("a number" if math.isinf(low) else f"a number from {low} to {high}")

    def whole(self, low: int, high: int) -> int:
        """Returns a whole number from `low` to `high`. Raises DamageError."""
        if isinstance(self.value, int) and not isinstance(self.value, bool) and low <= self.value <= high:
            return self.value
        raise self._wrong(f"a whole number from {low} to {high}")

    def time(self) -> datetime:
        """Returns a time with its zone. Raises DamageError."""
        try:
            time = datetime.fromisoformat(self.text())
        except ValueError:
            time = datetime.min
        if time.tzinfo is None or time.year not in YEARS:
            raise self._wrong("a time such as 2026-11-26T03:55:00+00:00")
        return time

    def utc(self) -> datetime:
        """Returns a time in UTC. Raises DamageError."""
        return self.time().astimezone(UTC)

    def _object(self) -> dict[str, object]:
        if not isinstance(self.value, dict):
            raise self._wrong("an object")
        return self.value

    def _wrong(self, expected: str) -> DamageError:
        value = self.value
        # The text of a list or an object may be as long as the file.
        found = KINDS[type(value)] if isinstance(value, dict | list) else one_line(_shown(value), SHOWN)
        return DamageError(f"{one_line(self.path, 200) or 'the file'} is {found}; expected {expected}")


def _shown(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return KINDS[type(value)] if value is None else str(value).lower()
    if isinstance(value, str):
        return f"'{value[:NAME_LIMIT]}'"
    # Python refuses to write out a very long number.
    return "a very large number" if isinstance(value, int) and value.bit_length() > 256 else str(value)
