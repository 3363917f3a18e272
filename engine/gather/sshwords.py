"""Errors of OpenSSH's client when a log-in fails, translated into advice and into the missing fact."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.gather.fact import FactError
from engine.text import one_line

# The fact that is missing when the host answers and refuses the log-in; `os.login_accepted` owns it.
LOGIN = "login"
AUTHENTICATED = re.compile(r"^Authenticated to ", re.MULTILINE)
# A server with too many log-ins under way closes a new connection at once [sshd_config(5), MaxStartups].
TURNED_AWAY = re.compile(
    r"kex_exchange_identification|ssh_exchange_identification|banner exchange: .*(?:reset|closed)|Exceeded MaxStartups"
    r"|Not allowed at this time|^Connection (?:closed|reset) by (?:UNKNOWN|\S+) port \d+$",
    re.MULTILINE,
)
# Patterns of ssh's messages and their explanations; the first match counts.
MEANINGS = (
    (
        r"REMOTE HOST IDENTIFICATION HAS CHANGED",
        "the host presents another key than the one in known_hosts: it was reinstalled, or the connection is "
        "intercepted. Ask its operator before you remove the old key with ssh-keygen -R",
    ),
    (
        r"Host key verification failed|host key is known for|differs from the key for the IP address",
        "the host's key is not known here; expected it in known_hosts, added after its fingerprint was compared",
    ),
    (
        r"Too many authentication failures",
        "the agent offers more keys than the host accepts; expected 'IdentitiesOnly yes' and the right IdentityFile",
    ),
    (
        r"Unable to negotiate|no matching .* found",
        "the client here and the host's SSH server have no algorithm in common",
    ),
    (
        r"[Bb]ad configuration option|Bad owner or permissions|UNPROTECTED PRIVATE KEY|terminating, \d+ bad",
        "ssh refuses its configuration or key on this machine",
    ),
)
DENIED = re.compile(r"^(?:(?P<who>\S+): )?Permission denied \((?P<methods>[^)]*)\)", re.MULTILINE)
# Lines that do not say why the log-in failed.
IDLE_WORDS = re.compile(r"^(?:Authenticated |Warning: Permanently|\*\*|@+$|Connection closed by UNKNOWN|debug\d)")


@dataclass(frozen=True)
class Refused:
    """A failed log-in: ssh's log, its stderr, and whether it timed out (`silent`) after `seconds`."""

    log: str
    stderr: str
    silent: bool
    seconds: float

    @property
    def said(self) -> str:
        """The stderr and the log: a bastion's client writes to stderr, the client for the host to its log."""
        return f"{self.stderr}\n{self.log}"


def logged_in(log: str) -> bool:
    """Whether ssh's log says that the authentication succeeded."""
    return AUTHENTICATED.search(log) is not None


def turned_away(said: str) -> bool:
    """Whether a server closed the connection before the authentication, so that another try may succeed."""
    return TURNED_AWAY.search(said) is not None and not DENIED.search(said)


def refusal(name: str, refused: Refused, settings: Mapping[str, Sequence[str]], tries: int) -> FactError:
    """Returns the FactError of a failed log-in; its missing fact is `login`, or the host when it does not answer."""
    said = refused.said
    if denied := DENIED.search(said):
        return FactError(f"{name} refuses the log-in: {_denied(denied, settings)}", LOGIN)
    for pattern, meaning in MEANINGS:
        if match := re.search(f"^.*(?:{pattern}).*$", said, re.MULTILINE):
            return FactError(f"{name}: {meaning} ({one_line(match[0])})", LOGIN)
    if refused.silent:
        return FactError(f"{name} does not answer within {refused.seconds:g} s")
    last = _last(said)
    if turned_away(said):
        reason = "its SSH server closes connections before the log-in; are there too many at once (MaxStartups)?"
        return FactError(f"{name}: {reason} {tries} tries, the last said: {last}", LOGIN)
    return FactError(f"{name} cannot be reached: {last}")


def _denied(denied: re.Match[str], settings: Mapping[str, Sequence[str]]) -> str:
    methods = denied["methods"].split(",")
    who = f"{denied['who']} was denied ({denied['methods']})" if denied["who"] else f"denied ({denied['methods']})"
    if not any(method in methods for method in ("publickey", "hostbased", "gssapi-with-mic")):
        return (
            f"{who}; it wants a password or a second factor too, and the suite types none. Expected a key to be enough"
        )
    if locked := _locked(settings):
        return f"{who}; the key {locked} has a passphrase. Expected it in the agent: ssh-add {locked}"
    return f"{who}; expected a key of that user's, without a passphrase or in the agent (ssh-add -l)"


def _locked(settings: Mapping[str, Sequence[str]]) -> str:
    """Returns the first configured key that has a passphrase, which only an agent can use; "" when there is none."""
    for given in settings.get("identityfile", ()):
        path = Path(given).expanduser()
        command = ["ssh-keygen", "-y", "-P", "", "-f", str(path)]
        if path.is_file():
            done = subprocess.run(command, capture_output=True, timeout=5, check=False, stdin=subprocess.DEVNULL)
            if b"incorrect passphrase" in done.stderr:
                return given
    return ""


def _last(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip() and not IDLE_WORDS.match(line)]
    return one_line(lines[-1]) if lines else "ssh ended without a message"
