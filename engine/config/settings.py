"""The base classes and types of all settings models."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Annotated, Any, ClassVar, Self

import regex
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)

from engine.config.yamlfile import FRAGMENT
from engine.text import UnitName


def _regex(text: str) -> str:
    try:
        regex.compile(text)
    # Besides re.error: a pattern that is nested too deeply, or a number in it that is too large.
    except (regex.error, RecursionError, OverflowError) as error:
        raise ValueError(f"this is not a regular expression of Python: {error}") from None
    return text


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError("this is not an IPv4 or IPv6 address") from None


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


# A list of words; a single one may stand without brackets.
Words = Annotated[list[str], BeforeValidator(_listed, json_schema_input_type=list[str] | str)]
Address = Annotated[str, AfterValidator(_address)]
Port = Annotated[int, Field(ge=1, le=65535)]
AbsolutePath = Annotated[str, Field(pattern=r"^/[\w./@+-]*$")]
Regex = Annotated[str, AfterValidator(_regex)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][\w.@:-]*$")]
# Letters and digits of ASCII, `:`, `-`, `_`, `.`, `\`, and `@` [systemd.unit(5)]: `my\x2dapp@1`.
Unit = Annotated[str, Field(pattern=r"^[A-Za-z0-9_:][A-Za-z0-9_:.@\\-]*$"), AfterValidator(UnitName)]


class Settings(BaseModel):
    """Strict: an unknown key is a mistake, never ignored; nothing is compared with what is no number, or infinite.

    The text below a field is its description in docs/settings.md and in the JSON schemas.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


# The configuration of a model of a whole file: editors too let keys stand that hold what is merged elsewhere.
FILE = ConfigDict(json_schema_extra={"patternProperties": {f"^{FRAGMENT}": True}})


class FromEnvFile(Settings):
    """A secret in an environment file on the host. It is read at run time and never shown."""

    from_env_file: AbsolutePath
    """The path of an environment file on the host, in systemd's format: `/etc/runbook-checks/monitoring.env`."""
    key: Name
    """The name of the variable that holds the secret in this file: `REDIS_URL`."""


def _unless_absent(schema: dict[str, Any]) -> None:
    """Lets editors know that a component which is not there needs no settings."""
    if required := schema.pop("required", None):
        schema["anyOf"] = [{"required": required}, {"required": ["absent"]}]


class Component(Settings):
    """Settings that every component has."""

    model_config = ConfigDict(json_schema_extra=_unless_absent)

    # By check: the settings, or the entries of one (`keyspaces.cache`), without which it has no sense; blanks between.
    NEEDS: ClassVar[dict[str, str]] = {}
    # The client library by which the component is asked, imported while hosts are still being logged in to.
    CLIENT: ClassVar[str] = ""
    # Where its configuration is; its latest changes are handed over.
    FOLDERS: ClassVar[tuple[str, ...]] = ()
    # The fact that answers what a runbook asks in the component's own language (`# expect:` in a fence of SQL).
    ASKED: ClassVar[str] = ""
    # Checks of the way that users come, for environments whose inventory says where that is (`public`).
    FROM_OUTSIDE: ClassVar[tuple[str, ...]] = ()
    # Checks that compare the hosts that carry the component: of one alone there is nothing to say.
    OF_SEVERAL: ClassVar[tuple[str, ...]] = ()
    # Settings that name a systemd unit, without its suffix, which a timer starts.
    TIMED: ClassVar[tuple[str, ...]] = ()
    # Every host carries it, every other component rests on it, and a system.yml need not name it.
    EVERYWHERE: ClassVar[bool] = False

    depends_on: Words = []
    """Components of the same system without which this one does not work: `[postgres, redis]`. A failure here may be
    explained by a failure there."""
    carried_by: str | None = None
    """Another component of the same system. Every host that carries that one carries this one too, and an inventory
    need not name it."""
    absent: Annotated[str, Field(min_length=3)] | None = None
    """The reason why the system does not have this component, at least three characters. Reports show it, and nothing
    of the component is checked. No other setting is required beside it."""

    @model_validator(mode="wrap")
    @classmethod
    def is_there_or_absent(cls, given: Any, validated: ModelWrapValidatorHandler[Self]) -> Self:
        """Returns the settings; those of a component that is absent may lack what is required otherwise."""
        try:
            return validated(given)
        except ValidationError as error:
            left = [each for each in error.errors() if each["type"] != "missing" or len(each["loc"]) > 1]
            if left or not given.get("absent"):
                raise
            common = {name: given[name] for name in Component.model_fields if name in given}
            return cls.model_construct(**{**given, **dict(Component.model_validate(common))})

    @property
    def watched(self) -> tuple[str, ...]:
        """The folders and files whose latest changes are handed over as evidence."""
        return self.FOLDERS

    @property
    def unwatched(self) -> tuple[str, ...]:
        """The folders below those that are left out, because their contents belong to others."""
        return ()

    @property
    def units(self) -> list[str]:
        """The systemd units in its settings, also those in its lists."""
        return list(_units(self))

    @property
    def timed(self) -> list[str]:
        """The systemd units, without their suffix, that a timer starts. What nobody wrote down is not believed."""
        return [unit for name in self.TIMED if name in self.model_fields_set and (unit := getattr(self, name))]

    @property
    def env_files(self) -> list[str]:
        """The paths of the environment files in its settings, also those of its secrets."""
        return list(_env_files(self))

    def lacks(self, check: str) -> str:
        """Returns the unset setting that a check of this component requires, or "" when none is missing."""
        return next((setting for setting in self.NEEDS.get(check, "").split() if not self._has(setting)), "")

    def _has(self, setting: str) -> bool:
        name, _, entry = setting.partition(".")
        value = getattr(self, name)
        if isinstance(value, Settings):
            value = {key: each for key, each in value if each}
        entries = list(value) if isinstance(value, dict) else map(entry_name, value) if isinstance(value, list) else ()
        return bool(value and (not entry or entry in entries))


def _units(settings: Settings) -> Iterator[str]:
    for key, value in settings:
        if key == "unit" and value:
            yield str(value)
        for entry in value if isinstance(value, list) else [value]:
            if isinstance(entry, Settings):
                yield from _units(entry)


def _env_files(settings: Settings) -> Iterator[str]:
    for key, value in settings:
        if key == "env_file" and value:
            yield str(value)
        for entry in value if isinstance(value, list) else [value]:
            if isinstance(entry, FromEnvFile):
                yield entry.from_env_file
            elif isinstance(entry, Settings):
                yield from _env_files(entry)


def entry_name(entry: Any) -> str:
    """Returns the name of an entry of a list in system.yml: its name, unit, path, key or text."""
    for key in ("name", "unit", "path", "key"):
        if hasattr(entry, key):
            return str(getattr(entry, key))
    return str(entry)
