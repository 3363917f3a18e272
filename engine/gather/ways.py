"""Facts about the connection to a host, so that a missing log-in, shell, tunnel or right has one owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.gather.answer import must
from engine.gather.define import command, fact, lacking
from engine.gather.fact import Unavailable

if TYPE_CHECKING:
    from engine.gather.facts import Facts
    from engine.gather.transport import Connection

# Facts that are available unless another fact reports them as missing.
WAYS = ("login", "shell", "in_time", "tunnel")
BACKEND = "backend"


@fact()
def login(host: Connection) -> str:  # noqa: ARG001 - it rests on it
    """The log-in of the suite's user; missing, with the reason, when the host refuses it. Text."""
    return "accepted"


@fact()
def shell(host: Connection) -> str:  # noqa: ARG001 - it rests on it
    """Whether commands work after the log-in, and all tools that the run needed are there; text."""
    return "commands run, and their output arrives unchanged"


@fact()
def in_time(host: Connection) -> str:  # noqa: ARG001 - it rests on it
    """Whether all commands were asked within the host's time; text."""
    return "every command was asked"


@fact("a tunnel to 127.0.0.1:1 for each log-in with tunnels: refused where they are allowed, shut where they are not")
def tunnel(host: Connection) -> str:  # noqa: ARG001 - it rests on it
    """The tunnels to the services of the host; missing when the SSH server prohibits one. Text."""
    return "no tunnel was prohibited"


# No check owns it, because nobody can repair it on the host.
backend = lacking("What the kind of connection can do; missing, with the reason, where a check needs more.")


def parse_granted(text: str) -> str:
    """Returns the output of `sudo -l`, or `root`; raises FactError for any other text."""
    granted = text.strip() == "root" or "may run the following commands on " in text
    must(granted, f"sudo -l said '{text.strip()[:80]}'; expected a list of commands")
    return text


# It lists the granted commands, changes nothing, and fails when a password would be needed [sudo(8)].
sudo = command(
    'if [ "$(id -u)" = 0 ]; then echo root; else sudo -n -l; fi',
    parse=parse_granted,
    doc="The commands that sudo grants; text.",
    limit=16384,
)


def tell_owners(facts: Facts) -> None:
    """Marks a fact about the connection as missing when other facts report it, with the longest of their reasons."""
    missing = {value for value in facts.values.values() if isinstance(value, Unavailable) and value.fact in WAYS}
    for value in sorted(missing, key=lambda lost: (len(lost.reason), lost.reason)):
        if value.fact in facts.values:
            facts.values[value.fact] = value
    limited = next((v for v in facts.values.values() if isinstance(v, Unavailable) and v.fact == BACKEND), None)
    if limited and tunnel.fact.name in facts.values:
        facts.values[tunnel.fact.name] = limited
