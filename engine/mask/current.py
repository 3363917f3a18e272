"""The secrets of the current process, for code that masks a text before cutting it and has no access to the run."""

from __future__ import annotations

from engine.mask.secrets import Secrets

_current = [Secrets()]


def use(secrets: Secrets) -> None:
    """Makes `secrets` the current secrets of the process until `leave`."""
    _current.append(secrets)


def leave(secrets: Secrets) -> None:
    """Undoes `use`; does nothing for secrets that are not in use."""
    if secrets in _current[1:]:
        _current.remove(secrets)


def masked(text: str) -> str:
    """Returns `text` with known secrets, and everything that looks like a secret, masked."""
    return _current[-1].redact(text)
