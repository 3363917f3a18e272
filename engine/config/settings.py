"""What every settings model is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _regex(text: str) -> str:
    try:
        re.compile(text)
    # Beside re.error: a pattern nested too deep, or a number in it that is too large.
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"this is no regular expression of Python's: {error}") from None
    return text


Port = Annotated[int, Field(ge=1, le=65535)]
AbsolutePath = Annotated[str, Field(pattern=r"^/[\w./@+-]*$")]
Regex = Annotated[str, AfterValidator(_regex)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][\w.@:-]*$")]


class Settings(BaseModel):
    """Strict: an unknown key is a mistake, never ignored; nothing is compared with what is no number, or infinite."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class FromEnvFile(Settings):
    """A secret that an environment file on the host holds; read at run time, never shown."""

    from_env_file: AbsolutePath
    key: Name


class Component(Settings):
    """What every component may say.

    `depends_on`: components that it cannot work without. `carried_by`: it is checked on every host that carries that
    component, so that an inventory need not name it. `absent`: why the component is not there, shown in every report.
    NEEDS: the setting, or the entry of one (`keyspaces.cache`), without which a check of this component has no sense.
    CLIENT: the client library by which it is asked, imported while hosts are still being logged in to.
    FOLDERS: where its configuration is; its latest changes are handed over.
    EVERYWHERE: every host carries it, every other component rests on it, and a system.yml need not name it.
    """

    NEEDS: ClassVar[dict[str, str]] = {}
    CLIENT: ClassVar[str] = ""
    FOLDERS: ClassVar[tuple[str, ...]] = ()
    EVERYWHERE: ClassVar[bool] = False

    depends_on: list[str] = []
    carried_by: str | None = None
    absent: Annotated[str, Field(min_length=3)] | None = None

    @property
    def watched(self) -> tuple[str, ...]:
        """The folders and files whose latest changes are handed over."""
        return self.FOLDERS

    @property
    def unwatched(self) -> tuple[str, ...]:
        """The folders beneath those that are left out, because what is in them is somebody else's."""
        return ()

    @property
    def units(self) -> list[str]:
        """The systemd units that it names, its own and those of what it lists."""
        return list(_units(self))

    @property
    def env_files(self) -> list[str]:
        """The environment files that it names, its own and those that secrets are in."""
        found = []
        for key, value in self:
            if isinstance(value, FromEnvFile):
                found.append(value.from_env_file)
            elif key == "env_file":
                found.append(str(value))
            elif isinstance(value, list):
                found.extend(entry.from_env_file for entry in value if isinstance(entry, FromEnvFile))
        return found

    def lacks(self, check: str) -> str:
        """Returns the setting that a check of this component needs and that is not set, "" when nothing is missing."""
        setting = self.NEEDS.get(check, "")
        name, _, entry = setting.partition(".")
        value = getattr(self, name) if name else None
        entries = list(value) if isinstance(value, dict) else map(entry_name, value) if isinstance(value, list) else ()
        return "" if not setting or (value and (not entry or entry in entries)) else setting


def _units(settings: Settings) -> Iterator[str]:
    for key, value in settings:
        if key == "unit" and value:
            yield str(value)
        for entry in value if isinstance(value, list) else [value]:
            if isinstance(entry, Settings):
                yield from _units(entry)


def entry_name(entry: Any) -> str:
    """Returns what to call an entry of a list in system.yml: its name, unit, path, key or text."""
    for key in ("name", "unit", "path", "key"):
        if hasattr(entry, key):
            return str(getattr(entry, key))
    return str(entry)
