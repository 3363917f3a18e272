"""Commands as a program runs them for somebody: they ask for no password, and end by themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

# Where the shell expects a program.
START = r"(?P<start>^\s*|[;&|(]\s*|\b(?:do|then|else)\s+)"
# What stands before the program: its rights, and nothing that it runs.
AS = r"(?P<as>(?:sudo\s+(?:-n\s+)?(?:-u\s+\S+\s+)?)?)"
# A command's words up to the next one; what is quoted may have any.
REST = r"(?P<rest>(?:'[^']*'|\"[^\"]*\"|[^|;&\n'\"])*)"
SUDO = re.compile(rf"{START}sudo(?=\s)(?!\s+-\w*n\b)", re.MULTILINE)
WATCH = re.compile(
    rf"{START}watch\s+(?:-(?:n\s*[\d.]+|[a-zA-Z]+)\s+|--[\w-]+(?:=\S+)?\s+)*(?:'(?P<single>[^']+)'|\"(?P<double>[^\"$`\\]+)\"|(?=\w))",
    re.MULTILINE,
)
# Programs that go on until somebody ends them: their name, and how they are asked once instead.
ONCE: tuple[tuple[str, Callable[[str], str]], ...] = (
    (r"tail", lambda rest: _unfollowed(rest, "")),
    (
        r"journalctl",
        lambda rest: _unfollowed(rest, "" if re.search(r"\s-\w*n|\s--(?:lines|since)\b", rest) else " -n 100"),
    ),
    (
        r"(?:docker|podman|kubectl|oc)(?=[^|;&\n]*\slogs\s)",
        lambda rest: _unfollowed(rest, "" if "--tail" in rest else " --tail=100"),
    ),
    (r"pm2(?=\s+logs\b)", lambda rest: rest if "--nostream" in rest else f"{rest.rstrip()} --nostream"),
    (r"ping", lambda rest: rest if re.search(r"\s-\w*[cw]", rest) else f" -c 3{rest}"),
    (
        r"(?:docker|podman)(?=\s+stats\b)",
        lambda rest: rest if "--no-stream" in rest else f"{rest.rstrip()} --no-stream{rest[len(rest.rstrip()) :]}",
    ),
)
RULES = tuple((re.compile(rf"{START}{AS}(?P<name>{name}){REST}", re.MULTILINE), once) for name, once in ONCE)
FOLLOW = re.compile(
    r"(?P<blank>\s)(?:--follow(?:=\w+)?|--retry|-(?P<letters>[a-zA-Z]*?)[fF](?P<more>[a-zA-Z]*)|-(?P<lines>\d+)[fF])(?=\s|$)"
)


def unattended(command: str) -> str:
    """Returns a command that nobody waits for: its sudo never asks, and what goes on for ever is asked once.

    >>> unattended("sudo tail /var/log/x | sudo -n -u shop cat; grep sudo /var/log/auth.log")
    'sudo -n tail /var/log/x | sudo -n -u shop cat; grep sudo /var/log/auth.log'
    >>> unattended("tail -fn 20 /var/log/x"), unattended("journalctl -fu shop"), unattended("watch -n 1 'df -h'")
    ('tail -n 20 /var/log/x', 'journalctl -u shop -n 100', 'df -h')
    """
    command = WATCH.sub(lambda found: found["start"] + (found["single"] or found["double"] or ""), command)
    command = SUDO.sub(r"\g<start>sudo -n", command)
    for pattern, once in RULES:
        command = pattern.sub(partial(_once, once), command)
    return command


def _once(words: Callable[[str], str], found: re.Match[str]) -> str:
    return f"{found['start']}{found['as']}{found['name']}{words(found['rest'])}"


def _unfollowed(rest: str, instead: str) -> str:
    """The words of a command without what makes it go on, and with `instead` where there was such a word."""
    found = FOLLOW.sub(_without, rest)
    if found == rest:
        return rest
    kept = found.rstrip()
    return kept + instead + found[len(kept) :]


def _without(found: re.Match[str]) -> str:
    if found["lines"]:
        return f"{found['blank']}-{found['lines']}"
    letters = (found["letters"] or "") + (found["more"] or "")
    return f"{found['blank']}-{letters}" if letters else ""
