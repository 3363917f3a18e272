"""The proof that a log-in is worth something: commands run, enough of them, and what they say comes back as it was."""

from __future__ import annotations

import re

from engine.gather.fact import FactError
from engine.gather.shell import Answer, Shell, ShellError
from engine.text import one_line

# What cannot be had when somebody is logged in and commands do not work; `os.commands_work` owns it.
FACT = "shell"
# Every kind of byte that a terminal, a wrapper or a character set on the way would change.
BYTES = bytes([*range(1, 32), 127, 128, 195, 169, 254, 255])
# Without these a batch says nothing (engine/gather/batch.py).
NEEDED = ("sh", "head", "id", "cat")
# A batch runs this many processes at the same time at most, for a command with a pipe of its own.
PROCESSES = 16
# The pipe of empty commands is as many processes as a batch.
SCRIPT = rf"""
printf '{"".join(f"{chr(92)}{byte:03o}" for byte in BYTES)}'
{" | ".join([":"] * PROCESSES)} && echo forked | cat
for tool in {" ".join(NEEDED)}; do command -v "$tool" >/dev/null 2>&1 || echo "lacks $tool"; done
"""
# What the commands of facts are made of: coreutils, findutils, procps, util-linux, iproute2, grep, sed, awk.
TOOLS = frozenset(
    """
    awk basename cat cmp comm cut date df dirname du env expr find findmnt fold free getent grep head hostname id ip
    join ls lsblk mount nproc od paste pgrep printf ps readlink realpath sed seq sh sha256sum sleep sort ss stat tail
    tee test timeout tr uname uniq uptime vmstat wc xargs
    """.split()  # noqa: SIM905 - a list of words
)
# How dash, bash, busybox and sudo say it; timeout and env; and the loader of a program whose library is gone.
_MISSING = (
    r"^(?:\S*sh: )?(?:line )?(?:\d+: )?(?:exec: |sudo: )?([\w.-]+): (?:command )?not found$",
    r"^(?:timeout: failed to run command|env:) [‘'\"]?([\w.-]+)[’'\"]?: No such file or directory$",
    r"^([\w.-]+): error while loading shared libraries: ",
)
_FORK = re.compile(r"^.*(?:[Cc]an(?:no|')t fork|\bfork: .*(?:[Rr]esource|[Mm]emory|retry)).*$", re.MULTILINE)


def lack(stderr: str) -> str:
    """Returns what the host lacks when a command's stderr says so: a tool, processes; "" when it does not say that.

    `sh: 1: ps: not found` → `ps`
    """
    if _FORK.search(stderr):
        return "room for more processes (see 'ulimit -u' and pids.max of the suite's user)"
    found = (match[1] for pattern in _MISSING for match in re.finditer(pattern, stderr, re.MULTILINE))
    return next((tool for tool in found if tool in TOOLS), "")


def lacking(what: list[str]) -> str:
    """Returns the reason for facts that cannot be had because the host lacks these things."""
    return f"logged in, but commands do not work: the host lacks {', '.join(dict.fromkeys(what))}"


def greet(shell: Shell, timeout: float) -> None:
    """Raises ShellError when the shell does not answer, FactError when what it runs or says is not to be relied on."""
    check(shell.ask(SCRIPT, timeout))


def check(answer: Answer) -> None:
    """Raises FactError when the answer to SCRIPT shows that commands do not work."""
    stderr = answer.stderr.decode(errors="replace")
    if not answer.stdout.startswith(BYTES):
        raise FactError(
            "logged in, but what commands say comes back changed: a terminal, a wrapper (ForceCommand) or a login "
            "shell rewrites bytes; expected a plain sh for the suite's user",
            FACT,
        )
    told = answer.stdout.removeprefix(BYTES).decode(errors="replace").splitlines()
    lacks = [line.removeprefix("lacks ") for line in told if line.startswith("lacks ")]
    if "forked" not in told and not lacks:
        lacks = [lack(stderr) or f"what a pipe needs ({one_line(stderr) or 'no message'})"]
    if lacks:
        raise FactError(lacking(lacks), FACT)


def useless(error: ShellError, seconds: float) -> FactError:
    """Returns why a log-in is worth nothing: the shell at its end gave no whole answer within `seconds`."""
    said = b"\n".join(text.strip() for text in (error.stderr, error.stdout) if text.strip())
    told = one_line(said[-2000:].decode(errors="replace"))
    heard = f"it said: {told}" if told else "it said nothing"
    if error.half:
        reason = "what they say on stdout and on stderr does not come back apart; does a start-up file redirect one?"
    elif error.began:
        reason = f"commands are not run to their end; {lack(told) or heard}"
    elif error.status is None:
        reason = f"no command answers within {seconds:g} s; {heard}. Is the home folder on a mount that hangs?"
    else:
        reason = (
            f"the login shell ran no sh and ended with {error.status}; {heard}. "
            "Expected a login shell that runs commands, an sh, and no ForceCommand"
        )
    return FactError(f"logged in, but commands do not work: {reason}", FACT)
