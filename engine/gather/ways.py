"""The way to a host, and what it may lack: each a fact, so that what is missing has a name and one owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.gather.answer import must
from engine.gather.define import command, fact

if TYPE_CHECKING:
    from engine.gather.transport import Connection

# Nothing else is known of these than that nobody missed them.
WAYS = ("login", "shell", "tunnel")


@fact()
def login(host: Connection) -> str:  # noqa: ARG001 - it rests on it
    """The log-in of the suite's user; where the host answers and refuses it, the reason is here. Text."""
    return "accepted"


@fact()
def shell(host: Connection) -> str:  # noqa: ARG001 - it rests on it
    """Whether commands work for who is logged in, and all tools that the run needed are there; text."""
    return "commands run, and what they say comes back as it was"


@fact("a tunnel to 127.0.0.1:1 for each log-in with tunnels: refused where they are allowed, shut where they are not")
def tunnel(host: Connection) -> str:  # noqa: ARG001 - it rests on it
    """The way to the services of the host; what a client finds shut is missing here. Text."""
    return "no tunnel that was wanted is shut"


def parse_granted(text: str) -> str:
    """Returns what `sudo -l` lists, or `root`."""
    granted = text.strip() == "root" or "may run the following commands on " in text
    must(granted, f"sudo -l said '{text.strip()[:80]}'; expected a list of commands")
    return text


# Asks for the list of granted commands: it changes nothing and fails when a password would be needed [sudo(8)].
sudo = command(
    'if [ "$(id -u)" = 0 ]; then echo root; else sudo -n -l; fi',
    parse=parse_granted,
    doc="What sudo grants; text.",
    limit=16384,
)
