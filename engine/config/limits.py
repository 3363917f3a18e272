"""Limits: the numbers that checks compare with, each with its unit, its reason and its source."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from engine.config.settings import Settings


def limit(
    default: float,
    unit: str,
    why: str,
    *,
    source: str = "",
    past: bool = False,
    least: float = 0,
    most: float | None = None,
) -> Any:
    """Returns the field of a limit: its default in `unit`, and `why` it is what it is.

    `source` names the document that the figure is from, where it is not our own judgement. `past` marks a limit that
    says how long something which is over still counts; `--since` shortens it. A limit below `least` or above `most` is
    refused: below zero it would fail every host, or none.
    """
    return Field(
        default, ge=least, le=most, json_schema_extra={"unit": unit, "why": why, "source": source, "past": past}
    )


class Limits(Settings):
    """The limits that a run itself has; those of components are added to them. Ratios are 0 to 1, times are seconds."""

    sample_s: float = limit(
        1.0,
        "s",
        "how long a host's counters are watched; the window is open while its deadline runs",
        least=0.1,
        most=60,
    )


def past_limits(model: type[Settings]) -> list[str]:
    """Returns the names of the limits that say how long something which is over still counts."""
    return [name for name, field in model.model_fields.items() if _said(field.json_schema_extra).get("past")]


def _said(extra: Any) -> dict[str, Any]:
    return extra if isinstance(extra, dict) else {}
