"""The process' own secrets: what is cut where nobody knows the run is masked with these first."""

from __future__ import annotations

from engine.mask.secrets import Secrets

_current = [Secrets()]


def use(secrets: Secrets) -> None:
    """Makes `secrets` those of the process, until `leave`."""
    _current.append(secrets)


def leave(secrets: Secrets) -> None:
    """Ends what `use` began."""
    if secrets in _current[1:]:
        _current.remove(secrets)


def masked(text: str) -> str:
    """Returns `text` without the secrets that the process knows, and without what looks like one."""
    return _current[-1].redact(text)
