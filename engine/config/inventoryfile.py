"""The model of an inventory: hosts, the ways to them, what they carry, limits and waivers."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Annotated, Any, cast

from pydantic import AfterValidator, Field, create_model, field_validator

from engine.config import found
from engine.config.settings import FILE, Settings, Words
from engine.config.spec import parse_spec

# The name of a host appears in pytest's ids, file names and reports. A ':' separates it from the system in a target's
# id, so it must not contain one.
HOST_NAME = re.compile(r"\w[\w.@+-]{0,199}")


def host_name(name: str) -> str:
    """Returns the name of a host; raises ValueError for one that cannot be."""
    if not HOST_NAME.fullmatch(name):
        raise ValueError(
            "this is not a name for a host; expected letters, digits and . _ - @ +, the address goes under 'connection'"
        )
    return name


HostName = Annotated[str, AfterValidator(host_name)]


class HostEntry(Settings):
    """One host of an inventory."""

    connection: str
    """The way to the host, as a testinfra host spec: `ssh://deploy@web-1.example.net:2222`, `local://`,
    `docker://NAME`. Options follow behind a `?`, such as `?timeout=10`; a password is refused."""
    systems: dict[str, Words] = Field(min_length=1)
    """The components that the host carries, for each system by the name of its folder in `runbooks/`:
    `{shop: [app, redis]}`; a single one may stand without brackets. The operating system (`os`), and components that a
    listed one carries (`carried_by`), need not be named; `[]` stands for the operating system alone."""

    @field_validator("connection")
    @classmethod
    def known_backend(cls, spec: str) -> str:
        return parse_spec(spec).text


class HostsFrom(Settings):
    """Hosts that an inventory of Ansible lists, by its groups."""

    ansible: str
    """The inventory of Ansible, a file, a script or a folder, relative to this file: `../ansible/hosts.yml`. Its own
    `ansible-inventory` reads it; users, ports, keys and jump hosts are taken over, passwords are not."""
    groups: dict[str, dict[str, Words]] = Field(min_length=1)
    """What the hosts of a group carry, by the name of the group (or of a host), as `systems` of a host says it:
    `{web: {shop: [app, nginx]}, db: {shop: postgres}}`. A host in several groups carries what each of them says."""


class Waiver(Settings):
    """A failure that is accepted until a date."""

    check: str
    """The check whose failure is accepted, as a shell pattern: `postgres.dead_tuples`, `tls.*`."""
    hosts: Words = Field(["*"], min_length=1)
    """The hosts on which it is accepted, as shell patterns of their names in this inventory: `db-*`, or several as
    `[db-*, web-1]`."""
    reason: Annotated[str, Field(min_length=3)]
    """The reason, at least three characters. It is shown beside the failure."""
    expires: date
    """The last day on which the failure is accepted, as YYYY-MM-DD: `2027-01-31`. After it the gate fails again."""


class InventoryFile(Settings):
    """An environment, its hosts and the ways to them: a file `inventory/NAME.yml`, which `--hosts=NAME` selects."""

    model_config = FILE

    hosts: dict[HostName, HostEntry] = Field({}, min_length=1)
    """The hosts, by the names that reports show. A name has letters, digits and `. _ - @ +`. It is required unless
    `hosts_from` is there."""
    hosts_from: HostsFrom | None = None
    """More hosts, of an inventory of Ansible. One that stands under `hosts` too is taken from there."""
    ssh_config: str | None = None
    """The ssh_config file for every host, relative to `inventory/`; `none` leaves out the user's own as well. The
    option `--ssh-config` and `?ssh_config=` of a host's `connection` take its place."""
    connect_timeout_s: Annotated[int, Field(ge=1, le=120)] = 5
    """Seconds within which the log-in to a host must succeed, 1 to 120; `?timeout=` of an `ssh://` connection takes
    its place."""
    deadline_s: Annotated[int, Field(ge=2, le=600)] = 15
    """Seconds that one host has to be reached and to answer everything, 2 to 600."""
    runbooks_url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    """The address under which people read the repository of the runbooks: `https://git.example.net/ops/checks/blob/main`.
    Reports then lead to a section there; its path in the repository and its anchor follow."""
    public: dict[str, Annotated[str, Field(pattern=r"^https?://[^\s/?#@]+(/\S*)?$")]] = Field(default={})
    """For a system, by the name of its folder in `runbooks/`, the address at which its users reach it:
    `{shop: "https://shop.example.net/health"}`. It is asked from the machine of the checks, as users' programs ask."""
    limits: Settings
    """Limits of this environment. They take the place of the system's own."""
    waivers: tuple[Waiver, ...] = ()
    """Failures that are accepted until a date. They are shown, and do not fail the gate."""


@cache
def optional_limits() -> type[Settings]:
    """Returns the model of limits that go over others: those of all components, each optional."""
    optional: dict[str, Any] = {
        name: (Annotated[limit.annotation, Field(description=limit.description), *limit.metadata], None)
        for name, limit in found.limits().model_fields.items()
    }
    return create_model("Limits", __base__=Settings, **optional)


@cache
def inventory_file() -> type[InventoryFile]:
    """Returns the model of an inventory, whose limits are those of the components, each optional."""
    over = optional_limits()
    extra: dict[str, Any] = {"limits": (over, over()), "__doc__": InventoryFile.__doc__}
    return cast(type[InventoryFile], create_model("InventoryFile", __base__=InventoryFile, **extra))
