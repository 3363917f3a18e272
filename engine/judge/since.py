"""`--since`: from when on what a log says counts, for whoever verifies a repair."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from engine.config.limits import Limits, past_limits
from engine.config.problems import ConfigError
from engine.judge import quiet
from engine.run.target import Target

# A log is read some seconds after the run's start, and no clock is exact: what was logged shortly before counts too.
MARGIN_S = quiet.MARGIN_S
EXPECTED = "expected this machine's time, as 14:05, 14:05:30 or 2026-11-24T14:05"


def parse_since(text: str, now: datetime) -> datetime:
    """Returns the last such time of day before `now`, or the very time where the date is given, with its zone.

    Raises ConfigError for what is no time, and for one that is still to come.
    """
    try:
        since = datetime.fromisoformat(text if "-" in text else f"{now:%Y-%m-%d}T{text}")
    except ValueError:
        raise ConfigError(f"--since={text} is no time; {EXPECTED}") from None
    since = since.replace(tzinfo=since.tzinfo or now.tzinfo).astimezone(now.tzinfo)
    if since > now and "-" not in text:
        since -= timedelta(days=1)
    if since > now:
        raise ConfigError(f"--since={text} is still to come; {EXPECTED}")
    return since


def counted_from(since: datetime, now: datetime, targets: Iterable[Target]) -> list[Target]:
    """Returns the targets with limits under which nothing that was logged before `since` counts."""
    age = (now - since).total_seconds() + MARGIN_S
    return [replace(target, limits=_within(target, age)) for target in targets]


def _within(target: Target, age: float) -> Limits:
    limits = target.limits
    return limits.model_copy(update={name: min(getattr(limits, name), age) for name in past_limits(type(limits))})
