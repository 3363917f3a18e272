"""Inventories of Ansible, as its own command reads them: with groups of groups, ranges, scripts, plugins and vaults."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.bounded import run_bounded
from engine.config.problems import ConfigError, nearest
from engine.text import one_line

COMMAND = "ansible-inventory"
MISSING = f"{COMMAND} is not installed here; expected Ansible beside the suite: pip install ansible-core"
# Seconds: a dynamic inventory asks the interface of a cloud. Bytes: ten thousand hosts with a hundred variables each.
LONGEST_S, LARGEST, LARGEST_WORDS = 60, 32 * 1024 * 1024, 256 * 1024
# What would change the output, or have a file that is no inventory pass as an empty one.
ENVIRONMENT = {
    "ANSIBLE_VERBOSITY": "0",
    "ANSIBLE_NOCOLOR": "1",
    "ANSIBLE_INVENTORY_UNPARSED_FAILED": "1",
    "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1",
    "LC_ALL": "C.UTF-8",
}
_ERROR = re.compile(r"^(?:\[ERROR\]: |ERROR! )(.+)", re.MULTILINE)


@dataclass(frozen=True)
class AnsibleInventory:
    """An inventory: its groups, and the variables of its hosts by name. Relative paths in them begin at `folder`."""

    groups: Mapping[str, Any]
    variables: Mapping[str, Mapping[str, Any]]
    folder: Path

    def hosts(self, name: str) -> list[str]:
        """Returns the hosts of a group, those of its groups included, or the one host of that name, in their order.

        Raises ValueError for a name that is neither, and for a group without hosts.
        """
        known = [group for group in self.groups if group != "_meta"]
        found = list(dict.fromkeys(self._within(name, set()))) if name in known else []
        if not found and name in self._within("all", set()):
            return [name]
        # ansible-inventory leaves out groups that are empty.
        if not found:
            raise ValueError(f"Ansible's inventory has no group '{name}' with hosts; {nearest(name, known)}")
        return found

    def _within(self, group: str, seen: set[str]) -> Iterator[str]:
        seen.add(group)
        about = self.groups.get(group) or {}
        yield from about.get("hosts") or ()
        for child in about.get("children") or ():
            if child not in seen:
                yield from self._within(child, seen)


def ask(source: Path | None) -> AnsibleInventory:
    """Returns the inventory at `source`, or the one that Ansible's own configuration names where it is None.

    Raises ConfigError with one line when Ansible is not installed, refuses it, or does not answer in time.
    """
    beside = str(Path(sys.executable).parent)
    program = shutil.which(COMMAND, path=os.pathsep.join([beside, os.environ.get("PATH", os.defpath)]))
    if program is None:
        raise ConfigError(MISSING)
    if source is not None and not source.exists():
        raise ConfigError(f"{source} does not exist; expected an inventory of Ansible")
    folder = _folder(source)
    command = [program, "--list", *(["-i", str(source)] if source else [])]
    try:
        ended = run_bounded(command, LONGEST_S, (LARGEST, LARGEST_WORDS), folder, {**os.environ, **ENVIRONMENT})
    except TimeoutError:
        raise ConfigError(f"{COMMAND} did not answer within {LONGEST_S} s; try it: {COMMAND} --list") from None
    if len(ended.out) > LARGEST:
        raise ConfigError(f"{COMMAND} answered more than {LARGEST // 1024**2} MiB; expected a smaller inventory")
    words, code = ended.said.decode(errors="replace"), ended.code
    if code:
        said = _ERROR.search(words)
        raise ConfigError(f"{COMMAND} refuses it: {one_line(said[1] if said else words) or f'exit status {code}'}")
    try:
        listed = json.loads(ended.out)
        return AnsibleInventory(listed, listed["_meta"]["hostvars"], folder)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ConfigError(f"{COMMAND} did not answer with an inventory in JSON; is it Ansible's own?") from None


def _folder(source: Path | None) -> Path:
    """Returns the folder to ask in: the nearest one at or above the inventory that has an ansible.cfg, else its own."""
    if source is None:
        return Path.cwd()
    own = source if source.is_dir() else source.parent
    return next((folder for folder in (own, *own.parents) if (folder / "ansible.cfg").is_file()), own)
