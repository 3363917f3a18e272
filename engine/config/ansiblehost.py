"""The way to a host of an Ansible inventory, as its variables say it: user, port, key, jump host, connection."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from engine.config.spec import parse_spec

# The backend for each connection plugin, by the last part of its name. Ansible's two clients of SSH log in alike.
BACKENDS = {
    **dict.fromkeys(("ssh", "smart", "paramiko", "paramiko_ssh"), "ssh"),
    **dict.fromkeys(("lxc", "lxd"), "lxc"),
    **{name: name for name in ("local", "docker", "podman")},
}
# The variables that hold passwords: none of them is used or kept.
PASSWORDS = frozenset(
    f"ansible_{name}"
    for name in ("password", "ssh_pass", "ssh_password", "become_pass", "become_password", "sudo_pass", "su_pass")
)
# In the order in which Ansible's own plugin `ssh` appends them.
ARGUMENTS = ("ansible_ssh_args", "ansible_ssh_common_args", "ansible_ssh_extra_args")
# Options of ssh without a value: those that are kept, and those that the suite decides itself.
KEPT, LEFT = "46C", "AaqTtvXxYkKnN"


@dataclass(frozen=True)
class Way:
    """A connection as a host spec, and further arguments for ssh."""

    connection: str
    ssh_args: tuple[str, ...] = ()


class _Variables:
    """A host's variables. Templates are filled in from the host's own; ansible-inventory leaves them as they are."""

    def __init__(self, host: str, variables: Mapping[str, Any]) -> None:
        self._known = {"inventory_hostname": host, "inventory_hostname_short": host.partition(".")[0], **variables}

    def text(self, *names: str) -> str:
        """Returns the first of these variables that is set, as text, or "". Raises ValueError for an encrypted one."""
        for name in names:
            value = self._known.get(name)
            if isinstance(value, Mapping) and "__ansible_vault" in value:
                raise ValueError(
                    f"{name} is encrypted by itself, and ansible-inventory leaves it so; expected it plain, or its "
                    "whole file encrypted"
                )
            if value not in (None, ""):
                return self._filled(name, str(value))
        return ""

    def _filled(self, name: str, text: str) -> str:
        if "{{" not in text and "{%" not in text:
            return text
        from jinja2 import StrictUndefined, TemplateError
        from jinja2.sandbox import SandboxedEnvironment

        template = SandboxedEnvironment(undefined=StrictUndefined)
        try:
            filled = template.from_string(text).render(self._known)
            return template.from_string(filled).render(self._known) if "{{" in filled else filled
        except (TemplateError, TypeError, ValueError, OverflowError, RecursionError) as error:
            raise ValueError(
                f"{name} is a template that only Ansible can fill in ({error}); expected one of the host's variables"
            ) from None


def way_to(host: str, variables: Mapping[str, Any], folder: Path) -> Way:
    """Returns the way to a host; relative paths of its variables begin at `folder`.

    Raises ValueError with one line, in which no value of a password is, when the suite cannot go that way.

    >>> way_to("web-1", {"ansible_host": "10.0.0.5", "ansible_user": "me", "ansible_port": 2222}, Path("/"))
    Way(connection='ssh://me@10.0.0.5:2222', ssh_args=())
    """
    known = _Variables(host, variables)
    plugin = known.text("ansible_connection") or "ssh"
    backend = BACKENDS.get(plugin.rpartition(".")[2])
    if backend is None:
        raise ValueError(f"ansible_connection is '{plugin}'; expected ssh, local, docker, podman or lxc")
    if backend == "local":
        return Way("local://")
    user = known.text("ansible_user", "ansible_ssh_user") if backend != "lxc" else ""
    place = _quoted(known.text("ansible_host", "ansible_ssh_host") or host)
    spec = f"{backend}://{quote(user, safe='') + '@' if user else ''}{place}"
    if backend != "ssh":
        return Way(parse_spec(spec).text)
    port = known.text("ansible_port", "ansible_ssh_port")
    args, options = _ssh_args(" ".join(filter(None, map(known.text, ARGUMENTS))))
    if key := known.text("ansible_ssh_private_key_file", "ansible_private_key_file"):
        options["ssh_identity_file"] = key
    paths = {name: str(folder / Path(value).expanduser()) for name, value in options.items()}
    query = f"?{urlencode(paths, quote_via=quote)}" if paths else ""
    return Way(parse_spec(f"{spec}{f':{port}' if port else ''}{query}").text, tuple(args))


def _quoted(name: str) -> str:
    try:
        return f"[{name}]" if ip_address(name).version == 6 else name
    except ValueError:
        return quote(name, safe="")


def _ssh_args(text: str) -> tuple[list[str], dict[str, str]]:
    """Returns the arguments for ssh in `text`, and the files that it names, by the option of a spec.

    >>> _ssh_args("-C -o ControlMaster=auto -J me@bastion -F ssh.cfg")
    (['-C', '-oControlMaster=auto', '-Jme@bastion'], {'ssh_config': 'ssh.cfg'})
    """
    args: list[str] = []
    options: dict[str, str] = {}
    for flag, value in _flags(text):
        match flag:
            case "-o" | "-J":
                args.append(f"{flag}{value}")
            case "-F" | "-i":
                options["ssh_config" if flag == "-F" else "ssh_identity_file"] = value
            case _:
                args += [flag] if flag[1] in KEPT else []
    return args, options


def _flags(text: str) -> Iterator[tuple[str, str]]:
    """Yields each option of ssh with its value, "" for one without; raises ValueError for what is not understood."""
    try:
        words = iter(shlex.split(text))
    except ValueError as error:
        raise ValueError(f"ansible_ssh_common_args and its like cannot be read: {error}") from None
    for word in words:
        flag, value = word[:2], word[2:]
        if flag in ("-o", "-J", "-F", "-i"):
            yield flag, value or next(words, "")
        elif flag.startswith("-") and set(word[1:]) <= set(KEPT + LEFT):
            yield from ((f"-{letter}", "") for letter in word[1:])
        else:
            raise ValueError(f"ansible_ssh_common_args and its like have '{word[:40]}'; expected -o, -J, -F and -i")
