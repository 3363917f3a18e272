"""Limits: the numbers that checks compare measures with, each with its unit, reason and source."""

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
    """Returns the pydantic field of a limit with its `default` in `unit` and the reason `why`.

    `source` is the document of the figure; "" for the project's own judgement. `past` marks a limit on how long past
    events count, which `--since` shortens. Values below `least` or above `most` are refused.
    """
    shown = f"a share {unit}" if unit.startswith("of ") else unit
    words = f"Unit: {shown}. Reason: {why}.{' It is shortened by `--since`.' if past else ''}"
    extra: dict[str, Any] = {"unit": unit, "why": why, "source": source, "past": past}
    return Field(default, ge=least, le=most, description=words, json_schema_extra=extra)


class Limits(Settings):
    """The limits that a run itself has; those of components are added to them. Ratios are 0 to 1, times are seconds."""

    sample_s: float = limit(
        1.0,
        "s",
        "a host's counters are watched for this long; the window is open while its deadline runs",
        least=0.1,
        most=60,
    )


def past_limits(model: type[Settings]) -> list[str]:
    """Returns the names of the limits on how long past events count."""
    return [name for name, field in model.model_fields.items() if _extra(field.json_schema_extra).get("past")]


def _extra(extra: Any) -> dict[str, Any]:
    return extra if isinstance(extra, dict) else {}
