"""The model of a `system.yml`: its components, its limits, and the people to call."""

from __future__ import annotations

from functools import cache
from inspect import cleandoc
from typing import Annotated, Any, Literal, cast

from pydantic import ConfigDict, Field, create_model

from engine.config import found
from engine.config.inventoryfile import optional_limits
from engine.config.limits import Limits
from engine.config.settings import FILE as CONFIG
from engine.config.settings import Settings
from engine.runbook.chapters import FILE
from engine.runbook.expect import Severity

# A Markdown file; what is outside of runbooks/ is refused where it is read.
Chapter = Annotated[str, Field(pattern=r"^[\w./-]+\.md$")]
COMPONENTS = "The components of a system, each name at most once."


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
    those that every host carries (`os`, `network`, `units`) are always there. One more of a kind has a name of its own:
    `queue: {kind: redis, port: 6380}`, with the settings of its kind, and `limits` where its own differ."""
    limits: Limits
    """Limits that differ from their defaults. An inventory's limits take their place."""
    contacts: list[Contact] = []
    """Persons and teams to call. Without this list the contacts that the runbook itself lists are shown. `[]` says
    that nobody in particular is called, and the escalations name roles."""


def _named_freely(schema: dict[str, Any]) -> None:
    """Lets editors know that a component may have a name of its own when it says its kind."""
    kinds = [name for name, model in found.components().items() if not model.EVERYWHERE]
    about = {"description": "A kind of component: it has this one's settings.", "enum": kinds}
    schema["additionalProperties"] = {"type": "object", "required": ["kind"], "properties": {"kind": about}}


class Components(Settings):
    """What the models of a system's components have in common."""

    model_config = ConfigDict(json_schema_extra=_named_freely)


@cache
def system_file(further: tuple[tuple[str, str], ...] = ()) -> type[SystemFile]:
    """Returns the model of `system.yml`: each component is named once.

    `further` has the name and the kind of each component beyond the first of its kind.
    """
    fields: dict[str, Any] = {}
    for name, model in found.components().items():
        kind, default = (model, model()) if model.EVERYWHERE else (model | None, None)
        fields[name] = (kind, Field(default, description=cleandoc(model.__doc__ or "")))
    fields |= {name: (_one_more(kind), ...) for name, kind in further}
    components = create_model("Components", __base__=Components, __doc__=COMPONENTS, **fields)
    limits = found.limits()
    extra: dict[str, Any] = {
        "components": (components, ...),
        "limits": (limits, limits()),
        "__doc__": SystemFile.__doc__,
    }
    return cast(type[SystemFile], create_model("SystemFile", __base__=SystemFile, **extra))


def _one_more(kind: str) -> type[Settings]:
    """Returns the model of one more component of a kind."""
    extra: dict[str, Any] = {"kind": (Literal[kind], ...), "limits": (optional_limits() | None, None)}
    return cast(type[Settings], create_model(f"Another{kind.title()}", __base__=found.components()[kind], **extra))
