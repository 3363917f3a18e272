"""Files in Ansible's own form where one of ours is expected: recognised, so that its user is told how it is used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from engine.config.problems import ConfigError
from engine.config.textfile import read_text
from engine.config.yamlfile import SUFFIXES
from engine.config.yamltree import Tree

HOW = (
    "this is an inventory of Ansible; expected one of ours that names it: hosts_from: {{ansible: FILE, "
    "groups: {{GROUP: {{SYSTEM: [COMPONENT]}}}}}} (docs/adding.md); or "
    "--hosts=ansible://GROUP?ansible_inventory={path} with --system"
)
# What a group may have in Ansible's YAML form; and a host or a group of its INI form. Other INI files have settings
# under their headings.
GROUP = {"hosts", "children", "vars"}
INI = re.compile(
    r"^[ \t]*(?:\[[\w.-]+(?::(?:children|vars))?\][ \t]*$(?!\s*[\w.-]+\s*=)|[\w.-]+[ \t].*\bansible_\w+=)", re.MULTILINE
)


def is_ansibles(data: Any) -> bool:
    """Whether the data of a YAML file are in Ansible's form: every key at the top is a group.

    >>> is_ansibles({"all": {"children": {"web": {"hosts": {"web-1": None}}}}})
    True
    >>> is_ansibles({"hosts": {"web-1": {"connection": "ssh://web-1"}}})
    False
    """
    if not isinstance(data, Mapping) or not data:
        return False
    groups = list(data.values())
    return any(groups) and all(
        group is None or (isinstance(group, Mapping) and group.keys() <= GROUP) for group in groups
    )


def told_of_ansible(name: Path, folder: Path) -> Iterator[str]:
    """Yields a line when `name`, given to `--hosts`, is a file, or a file without a suffix of ours in `folder`."""
    for path in (name, *(folder / f"{name}{suffix}" for suffix in ("", ".ini", ".cfg"))):
        if not path.is_file() or (path != name and path.suffix in SUFFIXES):
            continue
        if _holds(path):
            yield f"{path}: {HOW.format(path=path)}"
        else:
            yield f"{path} is a file; expected an inventory, whose name ends in .yml or .yaml"
        return


def _holds(path: Path) -> bool:
    """Whether a file is an inventory of Ansible."""
    try:
        text = read_text(path, str(path))
        return is_ansibles(Tree(text, str(path)).data) if path.suffix in SUFFIXES else bool(INI.search(text))
    except ConfigError:
        return False
