"""The model of a `system.yml`: its components, its limits, and the people to call."""

from __future__ import annotations

from functools import cache
from inspect import cleandoc
from typing import Annotated, Any, cast

from pydantic import Field, create_model

from engine.config import found
from engine.config.limits import Limits
from engine.config.settings import FILE as CONFIG
from engine.config.settings import Settings
from engine.runbook.chapters import FILE
from engine.runbook.expect import Severity

# A Markdown file; what is outside of runbooks/ is refused where it is read.
Chapter = Annotated[str, Field(pattern=r"^[\w./-]+\.md$")]
COMPONENTS = "The components of a system, each at most once."


class Contact(Settings):
    """A person or a team to call when a repair does not help."""

    name: str
    """The name of the person or team. A section's escalation that mentions it shows this contact, and one that mentions
    none shows all."""
    email: str | None = None
    """Their e-mail address, shown as it is."""
    phone: str | None = None
    """Their telephone number, shown as it is: `+1-555-0123`."""


class SystemFile(Settings):
    """The particulars of one system: a file `runbooks/NAME/system.yml` beside its runbook."""

    model_config = CONFIG

    name: str
    """The system's full name in reports: `Santa's AI Gift Finder`. Inventories call the system by its folder's name."""
    chapters: list[Chapter] = Field([FILE], min_length=1)
    """The files of the runbook, in their order, relative to this file: `[runbook.md, ../shared/host.md, front.md]`. A
    section with the title of one in an earlier file changes that one. Of a file outside this folder everything is left
    out that is about a component or a setting which the system does not have."""
    severities: dict[str, Severity] = {}
    """Words for how grave a section is, beside the usual ones, as P1, P2 or P3: `{critical: P1, tier two: P2}`."""
    components: Any
    """The components of which the system consists, with their settings. A component that is not named is not checked;
    those that every host carries (`os`, `network`, `units`) are always there."""
    limits: Limits
    """Limits that differ from their defaults. An inventory's limits take their place."""
    contacts: list[Contact] = []
    """Persons and teams to call. Without this list the contacts that the runbook itself lists are shown. `[]` says
    that nobody in particular is called, and the escalations name roles."""


@cache
def system_file() -> type[SystemFile]:
    """Returns the model of `system.yml`: each component is named once."""
    fields: dict[str, Any] = {}
    for name, model in found.components().items():
        kind, default = (model, model()) if model.EVERYWHERE else (model | None, None)
        fields[name] = (kind, Field(default, description=cleandoc(model.__doc__ or "")))
    components = create_model("Components", __base__=Settings, __doc__=COMPONENTS, **fields)
    limits = found.limits()
    extra: dict[str, Any] = {
        "components": (components, ...),
        "limits": (limits, limits()),
        "__doc__": SystemFile.__doc__,
    }
    return cast(type[SystemFile], create_model("SystemFile", __base__=SystemFile, **extra))
