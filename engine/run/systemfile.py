"""What a `system.yml` may say: its components, its limits, and whom to call."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from pydantic import create_model

from engine.config import found
from engine.config.limits import Limits
from engine.config.settings import Settings


class Contact(Settings):
    """Whom to call."""

    name: str
    email: str | None = None
    phone: str | None = None


class SystemFile(Settings):
    """A whole `system.yml`, whose components and limits are those that were found."""

    name: str
    components: Any
    limits: Limits
    contacts: list[Contact] = []


@cache
def system_file() -> type[SystemFile]:
    """Returns the model of `system.yml`: each component is named once."""
    models = found.components()
    fields: dict[str, Any] = {
        name: (model, model()) if model.EVERYWHERE else (model | None, None) for name, model in models.items()
    }
    components = create_model("Components", __base__=Settings, **fields)
    limits = found.limits()
    extra: dict[str, Any] = {"components": (components, ...), "limits": (limits, limits())}
    return cast(type[SystemFile], create_model("SystemFile", __base__=SystemFile, **extra))
