"""`--since`: log lines before it do not count, so that a repair can be verified."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from engine.config.limits import Limits, past_limits
from engine.config.problems import ConfigError
from engine.judge import quiet
from engine.run.target import Target

# A log is read some seconds after the start of the run, and clocks differ: lines shortly before --since count too.
MARGIN_S = quiet.MARGIN_S
EXPECTED = "expected this machine's time, as 14:05, 14:05:30 or 2026-11-24T14:05"


def parse_since(text: str, now: datetime) -> datetime:
    """Returns the time that `text` names, in the zone of `now`; without a date, the last such time before `now`.

    Raises ConfigError for an invalid time and for one in the future.
    """
    try:
        since = datetime.fromisoformat(text if "-" in text else f"{now:%Y-%m-%d}T{text}")
    except ValueError:
        raise ConfigError(f"--since={text} is not a time; {EXPECTED}") from None
    since = since.replace(tzinfo=since.tzinfo or now.tzinfo).astimezone(now.tzinfo)
    if since > now and "-" not in text:
        since -= timedelta(days=1)
    if since > now:
        raise ConfigError(f"--since={text} is in the future; {EXPECTED}")
    return since


def counted_from(since: datetime, now: datetime, targets: Iterable[Target]) -> list[Target]:
    """Returns the targets with the limits of past events shortened to the time after `since`."""
    age = (now - since).total_seconds() + MARGIN_S
    return [replace(target, limits=_within(target, age)) for target in targets]


def _within(target: Target, age: float) -> Limits:
    limits = target.limits
    return limits.model_copy(update={name: min(getattr(limits, name), age) for name in past_limits(type(limits))})
