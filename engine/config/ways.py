"""Connection options of a host: those of the command line, the inventory and the spec, merged."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.config.problems import ConfigError
from engine.config.spec import OPTIONS, PATHS, Spec, parse_value

# testinfra's command-line options that are honoured, and those that are refused with the reason.
HONOURED = ("ssh_config", "ssh_identity_file", "sudo", "sudo_user", "ansible_inventory", "force_ansible")
REFUSED = {
    "connection": "the backend stands in the spec: --hosts=ssh://web-1",
    "ssh_extra_args": "testinfra does not pass it on; expected the options in the file of --ssh-config",
    "nagios": "its output has no causes; expected the exit code, or findings.json",
}
# OpenSSH's value for no configuration file at all [ssh(1), -F].
NO_FILE = "none"


def command_line(option: Any, folder: Path) -> dict[str, str]:
    """Returns testinfra's options of the command line, by name; relative paths are resolved from `folder`.

    Raises ConfigError for a refused option and for an unreadable file.
    """
    for name, reason in REFUSED.items():
        if getattr(option, name, None):
            raise ConfigError(f"--{name.replace('_', '-')} is not honoured: {reason}")
    given = {name: getattr(option, name, None) for name in HONOURED}
    options = {name: "true" if value is True else str(value) for name, value in given.items() if value}
    if "sudo_user" in options and "sudo" not in options:
        raise ConfigError("--sudo-user needs --sudo")
    for name, value in options.items():
        flag = f"--{name.replace('_', '-')}"
        try:
            options[name] = parse_value(name, located(name, value, folder))
        except ValueError as error:
            raise ConfigError(f"{flag}: {error}") from None
        if problem := unreadable(name, options[name]):
            raise ConfigError(f"{flag}={value}: {problem}")
    return options


def located(option: str, value: str, folder: Path) -> str:
    """Returns an option's value; a relative path is resolved from `folder`."""
    if option not in PATHS or (option == "ssh_config" and value == NO_FILE):
        return value
    return os.path.normpath(folder / Path(value).expanduser())


def unreadable(option: str, value: str) -> str:
    """Returns the problem with the file that an option names; "" for a readable file or another kind of option."""
    if option not in PATHS or value == NO_FILE:
        return ""
    path = Path(value)
    if not path.exists():
        return f"{path} does not exist; expected a file that can be read"
    if path.is_dir() and option != "ansible_inventory":
        return f"{path} is a folder; expected a file"
    return "" if os.access(path, os.R_OK) else f"{path} may not be read by this user"


def options_of(spec: Spec, folder: Path, over: Mapping[str, str], under: Mapping[str, str]) -> dict[str, str]:
    """Returns the options of a host that its backend honours: those of the spec, else of `over`, else of `under`.

    The paths of the spec are relative to `folder`.
    """
    own = {name: located(name, value, folder) for name, value in spec.options.items()}
    return {name: value for name, value in {**under, **over, **own}.items() if name in OPTIONS[spec.backend]}


def refused_config(config: str | None, name: str, args: Sequence[str] = ()) -> str:
    """Returns ssh's error about a configuration file (None: the user's own) and arguments for a host, or ""."""
    command = ["ssh", *(["-F", config] if config else []), "-o", "RemoteCommand=none", *args, "-G", "--", name, "sh"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=10, check=False, stdin=subprocess.DEVNULL)
    except FileNotFoundError:
        return "ssh is not installed here; expected OpenSSH's client"
    except subprocess.TimeoutExpired:
        return "ssh does not end reading its configuration; is there a 'Match exec' in it that hangs?"
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return "; ".join(lines[:2]) or "ssh refuses its configuration" if done.returncode else ""
