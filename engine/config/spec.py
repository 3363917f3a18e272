"""Host specs: connections to hosts in testinfra's notation, such as `ssh://deploy@web-1:2222?timeout=3`.

A spec becomes part of other programs' command lines, so anything that could be an option or a command there is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import IPv6Address
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from testinfra.backend import BACKENDS, get_backend_class

from engine.config.problems import nearest

SUDO = ("sudo", "sudo_user")
CONTAINER = ("container", "namespace", "kubeconfig")
# The options that each backend honours [testinfra.backend.parse_hostspec and the classes of the backends].
OPTIONS = {
    "ssh": (*SUDO, "ssh_config", "ssh_identity_file", "timeout"),
    "paramiko": (*SUDO, "ssh_config", "ssh_identity_file", "timeout"),
    "ansible": (*SUDO, "ssh_config", "ssh_identity_file", "ansible_inventory", "force_ansible"),
    "kubectl": (*SUDO, *CONTAINER, "context"),
    "openshift": (*SUDO, *CONTAINER),
    **dict.fromkeys(("local", "docker", "podman", "lxc", "salt", "chroot"), SUDO),
}
# The options whose value is a path on this machine.
PATHS = ("ssh_config", "ssh_identity_file", "ansible_inventory", "kubeconfig")
FLAGS = ("sudo", "force_ansible")
# The backends whose spec may name a user.
USERS = ("ssh", "paramiko", "docker", "podman")
PORTS = ("ssh", "paramiko")
REFUSED_BACKENDS = {
    "safe-ssh": "it writes temporary files on the host; expected ssh://, whose answers are as safe",
    "winrm": "it reaches Windows, which has no shell for the checks' commands",
}
REFUSED_OPTIONS = {
    "controlpersist": "the checks keep one log-in of their own, which ends with the run",
    "controlpath": "the checks keep one log-in of their own, in a private folder",
    "ssh_extra_args": "testinfra does not pass it on; expected the options in the file of ssh_config",
}
LONGEST_TIMEOUT_S = 120
# Characters that OpenSSH too refuses in names of hosts and users [ssh.c, valid_hostname and valid_ruser].
_UNSAFE = re.compile(r"[\s\x00-\x20\x7f'`\"$\\;&<>|(){}#?@/%*!,\[\]\ufffd]")
_UNSAFE_USER = re.compile(r"[\s\x00-\x20\x7f'`\"$;&<>|(){}#?/%*!,:\[\]\ufffd]")
_UNSAFE_PATH = re.compile(r"[\x00-\x1f\x7f]")
# Characters in values that testinfra quotes twice.
_UNSAFE_QUOTED = re.compile(r"[^\w@%+=:,./~-]")
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class Spec:
    """A parsed and validated host spec. `name` is a host, a container or a chroot's folder, or "" for this machine.

    `options` are those of `OPTIONS`, as text; `text` is the original spec.
    """

    text: str
    backend: str
    name: str = ""
    user: str | None = None
    port: int | None = None
    options: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The host's name, with the port where the spec has one; the backend, such as `local`, without a name."""
        name = f"[{self.name}]" if self.port and ":" in self.name else self.name
        return f"{name or self.backend}{f':{self.port}' if self.port else ''}"

    def flag(self, option: str) -> bool:
        """Whether an option of FLAGS is on."""
        return self.options.get(option) == "true"


def parse_spec(text: str) -> Spec:
    """Returns the parsed spec. Raises ValueError with one line, which contains no password."""
    backend, separator, rest = text.partition("://")
    if bad := next((character for character in text if not character.isprintable() or character.isspace()), ""):
        raise ValueError(f"a host spec must not contain a {_character(bad)}; expected for example 'ssh://user@web-1'")
    if not separator:
        raise ValueError(f"'{_shown(text)}' names no backend; expected for example 'ssh://user@web-1' or 'local://'")
    if backend in REFUSED_BACKENDS:
        raise ValueError(f"the backend '{backend}' cannot be used: {REFUSED_BACKENDS[backend]}")
    if backend not in BACKENDS:
        raise ValueError(f"unknown backend '{_shown(backend)}'; {nearest(backend, OPTIONS)}")
    if backend == "chroot":
        return _chroot(text, rest)
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise ValueError(f"'{_shown(text)}' is not a host spec: {error}") from None
    if parts.path or parts.fragment:
        extra = f"{parts.path}{'#' if parts.fragment else ''}{parts.fragment}"
        raise ValueError(f"'{_shown(text)}': '{extra}' has no meaning; expected the spec to end with the name")
    user, name, port = _netloc(backend, parts, _shown(text))
    spec = Spec(text, backend, name, user, port, _options(backend, parts.query))
    _usable(backend)
    return spec


def _chroot(text: str, rest: str) -> Spec:
    folder, _, query = rest.partition("?")
    if not folder.startswith("/") or _UNSAFE_PATH.search(folder):
        raise ValueError(f"'{text}' names no folder; expected for example 'chroot:///srv/root'")
    return Spec(text, "chroot", folder, options=_options("chroot", query))


def _netloc(backend: str, parts: SplitResult, shown: str) -> tuple[str | None, str, int | None]:
    """Returns the decoded user, name and port of a spec; the last @ ends the user. Raises ValueError."""
    login, at, place = parts.netloc.rpartition("@")
    if backend == "local":
        if place or at:
            raise ValueError(f"'{shown}': local:// is this machine and takes no name")
        return None, "", None
    if ":" in login:
        raise ValueError(
            f"'{shown}' contains a password; expected a key, because secrets must not be on a command line"
        )
    if "@" in login:
        raise ValueError(f"'{shown}': an @ in the name of a user must be written as %40")
    if at and backend not in USERS:
        raise ValueError(f"'{shown}': {backend}:// takes no user; expected {backend}://NAME")
    name, port = _place(backend, place, shown)
    if not name:
        raise ValueError(f"'{shown}' names no host; expected for example '{backend}://web-1'")
    user = _decoded(login, shown) if at else None
    if user is not None and (not user or user.startswith("-") or _UNSAFE_USER.search(user) or user.endswith("\\")):
        raise ValueError(f"'{shown}': '{_printable(user)}' is not the name of a user")
    return user, name, port


def _place(backend: str, place: str, shown: str) -> tuple[str, int | None]:
    bracketed = re.fullmatch(r"\[([^\]]*)\](?::(.*))?", place)
    if bracketed:
        name, given = _address(bracketed[1], shown), bracketed[2]
    elif backend in PORTS:
        name, colon, number = place.partition(":")
        given = number if colon else None
        if given is not None and ":" in given:
            raise ValueError(f"'{shown}': an IPv6 address needs brackets; expected for example 'ssh://[::1]:22'")
    else:
        name, given = place, None
    if not bracketed:
        name = _decoded(name, shown)
        if name.startswith("-") or _UNSAFE.search(name) or (":" in name and backend in PORTS):
            raise ValueError(f"'{shown}': '{_printable(name)}' is not the name of a host")
    if given is None:
        return name, None
    if not re.fullmatch(r"[0-9]{1,5}", given) or not 1 <= int(given) <= 65535:
        raise ValueError(f"'{shown}': '{given}' is not a port; expected a number from 1 to 65535")
    return name, int(given)


def _address(text: str, shown: str) -> str:
    address = unquote(text)
    try:
        IPv6Address(address)
    except ValueError:
        raise ValueError(f"'{shown}': '{_printable(address)}' is not an IPv6 address") from None
    return address


def _options(backend: str, query: str) -> dict[str, str]:
    known = OPTIONS[backend]
    options: dict[str, str] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        if key in REFUSED_OPTIONS:
            raise ValueError(f"the option '{key}' is not honoured: {REFUSED_OPTIONS[key]}")
        if key not in known:
            raise ValueError(f"unknown option '{_printable(key)}' of {backend}://; {nearest(key, known)}")
        if key in options:
            raise ValueError(f"the option '{key}' is given twice; expected it once")
        options[key] = parse_value(key, value)
    if "sudo_user" in options and options.get("sudo") != "true":
        raise ValueError("the option 'sudo_user' needs sudo; expected '?sudo=true&sudo_user=…'")
    return options


def parse_value(key: str, value: str) -> str:
    """Returns the normalised value of an option; raises ValueError for an invalid one."""
    if key in FLAGS:
        if value.lower() not in ("true", "false"):
            raise ValueError(f"the option '{key}' is '{_printable(value)}'; expected true or false")
        return value.lower()
    if key == "timeout":
        if not re.fullmatch(r"[0-9]{1,4}", value) or not 1 <= int(value) <= LONGEST_TIMEOUT_S:
            expected = f"expected seconds, from 1 to {LONGEST_TIMEOUT_S}"
            raise ValueError(f"the option 'timeout' is '{_printable(value)}'; {expected}")
        return value
    unsafe = {"kubeconfig": _UNSAFE_QUOTED, "sudo_user": _UNSAFE_USER}.get(
        key, _UNSAFE_PATH if key in PATHS else _UNSAFE
    )
    if not value or value.startswith("-") or unsafe.search(value):
        raise ValueError(f"the option '{key}' is '{_printable(value)}', which cannot be used there")
    return value


def _usable(backend: str) -> None:
    """Raises ValueError, with testinfra's text, when the library of a backend is not installed."""
    try:
        get_backend_class(backend)
    except Exception as error:
        raise ValueError(f"{backend}:// cannot be used: {error}") from None


def _decoded(text: str, shown: str) -> str:
    if _PERCENT.search(text):
        raise ValueError(
            f"'{shown}': a % begins an encoded character, such as %40 for @; expected two digits behind it"
        )
    return unquote(text)


def _shown(text: str) -> str:
    """Returns a spec for messages, with a possible password masked."""
    return _printable(re.sub(r":(?!//)[^@]*@", ":•••@", text))


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in text)[:120]


def _character(character: str) -> str:
    return {" ": "space", "\n": "line break", "\t": "tab"}.get(character, f"control character {ord(character)}")
