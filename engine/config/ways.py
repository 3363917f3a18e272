"""The options of the way to a host: what testinfra's command line, an inventory and a spec say, made one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.config.problems import ConfigError
from engine.config.spec import OPTIONS, PATHS, Spec, parse_value

# testinfra's options on the command line that mean something here, and those that do not.
HONOURED = ("ssh_config", "ssh_identity_file", "sudo", "sudo_user", "ansible_inventory", "force_ansible")
REFUSED = {
    "connection": "the backend stands in the spec: --hosts=ssh://web-1",
    "ssh_extra_args": "testinfra does not pass it on; expected the options in the file of --ssh-config",
    "nagios": "it counts tests and knows no cause; expected the exit code, or findings.json",
}
# The word that OpenSSH takes for no configuration at all [ssh(1), -F].
NO_FILE = "none"


def command_line(option: Any, folder: Path) -> dict[str, str]:
    """Returns what testinfra's options on the command line say of every host; paths are relative to `folder`.

    Raises ConfigError for one that cannot be honoured, and for a file that cannot be read.
    """
    for name, reason in REFUSED.items():
        if getattr(option, name, None):
            raise ConfigError(f"--{name.replace('_', '-')} is not honoured: {reason}")
    given = {name: getattr(option, name, None) for name in HONOURED}
    found = {name: "true" if value is True else str(value) for name, value in given.items() if value}
    if "sudo_user" in found and "sudo" not in found:
        raise ConfigError("--sudo-user needs --sudo")
    for name, value in found.items():
        flag = f"--{name.replace('_', '-')}"
        try:
            found[name] = parse_value(name, located(name, value, folder))
        except ValueError as error:
            raise ConfigError(f"{flag}: {error}") from None
        if problem := unreadable(name, found[name]):
            raise ConfigError(f"{flag}={value}: {problem}")
    return found


def located(option: str, value: str, folder: Path) -> str:
    """Returns an option's value; a path is made absolute, from `folder`."""
    if option not in PATHS or (option == "ssh_config" and value == NO_FILE):
        return value
    return os.path.normpath(folder / Path(value).expanduser())


def unreadable(option: str, value: str) -> str:
    """Returns what is wrong with the file that an option names; "" when it can be read, or is none."""
    if option not in PATHS or value == NO_FILE:
        return ""
    path = Path(value)
    if not path.exists():
        return f"{path} does not exist; expected a file that can be read"
    if path.is_dir() and option != "ansible_inventory":
        return f"{path} is a folder; expected a file"
    return "" if os.access(path, os.R_OK) else f"{path} may not be read by this user"


def options_of(spec: Spec, folder: Path, over: Mapping[str, str], under: Mapping[str, str]) -> dict[str, str]:
    """Returns all options of a host's: what the spec says itself, else `over`, else `under`, as far as they mean
    something to its backend. The paths of the spec are relative to `folder`."""
    own = {name: located(name, value, folder) for name, value in spec.options.items()}
    return {name: value for name, value in {**under, **over, **own}.items() if name in OPTIONS[spec.backend]}


def refused_config(config: str | None, name: str) -> str:
    """Returns what ssh itself says against a configuration (None: the user's own) for a host; "" when nothing."""
    command = ["ssh", *(["-F", config] if config else []), "-o", "RemoteCommand=none", "-G", "--", name, "sh"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=10, check=False, stdin=subprocess.DEVNULL)
    except FileNotFoundError:
        return "ssh is not installed here; expected OpenSSH's client"
    except subprocess.TimeoutExpired:
        return "ssh does not end reading its configuration; is there a 'Match exec' in it that hangs?"
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return "; ".join(lines[:2]) or "ssh refuses its configuration" if done.returncode else ""
