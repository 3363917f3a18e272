"""The test of a new log-in: enough commands run at the same time, and their output arrives unchanged."""

from __future__ import annotations

import re

from engine.gather.fact import FactError
from engine.gather.shell import Answer, Shell, ShellError
from engine.text import one_line

# The fact that is missing when the log-in succeeds and commands do not work; `os.commands_work` owns it.
FACT = "shell"
# Bytes that a terminal, a wrapper or a character set between the host and here would change.
BYTES = bytes([*range(1, 32), 127, 128, 195, 169, 254, 255])
# The tools that every batch needs (engine/gather/batch.py).
NEEDED = ("sh", "head", "id", "cat")
# The most processes of a batch at the same time, including those of a command with its own pipe.
PROCESSES = 16
# The pipe of empty commands starts as many processes as a batch.
SCRIPT = rf"""
printf '{"".join(f"{chr(92)}{byte:03o}" for byte in BYTES)}'
{" | ".join([":"] * PROCESSES)} && echo forked | cat
for tool in {" ".join(NEEDED)}; do command -v "$tool" >/dev/null 2>&1 || echo "lacks $tool"; done
"""
# The tools that commands of facts use: coreutils, findutils, procps, util-linux, iproute2, grep, sed, awk, and libc's.
TOOLS = frozenset(
    """
    awk base64 basename cat cmp comm cut date df dirname du env expr find findmnt fold free getconf getent grep head
    hostname id ip join ls lsblk mount nproc od paste pgrep printf ps readlink realpath sed seq sh sha256sum sleep sort
    ss stat tail tee test timeout tr uname uniq uptime vmstat wc xargs
    """.split()  # noqa: SIM905 - a list of words
)
# The messages of dash, bash, busybox and sudo; of timeout and env; and of the loader when a library is missing.
_MISSING = (
    r"^(?:\S*sh: )?(?:line )?(?:\d+: )?(?:exec: |sudo: )?([\w.-]+): (?:command )?not found$",
    r"^(?:timeout: failed to run command|env:) [‘'\"]?([\w.-]+)[’'\"]?: No such file or directory$",
    r"^([\w.-]+): error while loading shared libraries: ",
)
_FORK = re.compile(r"^.*(?:[Cc]an(?:no|')t fork|\bfork: .*(?:[Rr]esource|[Mm]emory|retry)).*$", re.MULTILINE)


def lack(stderr: str) -> str:
    """Returns the missing tool, or the lack of processes, that a command's stderr reports; "" when it reports none.

    `sh: 1: ps: not found` → `ps`
    """
    if _FORK.search(stderr):
        return "room for more processes (see 'ulimit -u' and pids.max of the suite's user)"
    missing = (match[1] for pattern in _MISSING for match in re.finditer(pattern, stderr, re.MULTILINE))
    return next((tool for tool in missing if tool in TOOLS), "")


def lacking(what: list[str]) -> str:
    """Returns the reason of a missing fact when the host lacks these tools or resources."""
    return f"logged in, but commands do not work: the host lacks {', '.join(dict.fromkeys(what))}"


def greet(shell: Shell, timeout: float) -> None:
    """Tests a new shell. Raises ShellError when it does not answer, FactError when its commands do not work."""
    check(shell.ask(SCRIPT, timeout))


def check(answer: Answer) -> None:
    """Raises FactError when the answer to SCRIPT shows that commands do not work."""
    stderr = answer.stderr.decode(errors="replace")
    if not answer.stdout.startswith(BYTES):
        raise FactError(
            "logged in, but the output of commands arrives changed: a terminal, a wrapper (ForceCommand) or a login "
            "shell rewrites bytes; expected a plain sh for the suite's user",
            FACT,
        )
    lines = answer.stdout.removeprefix(BYTES).decode(errors="replace").splitlines()
    lacks = [line.removeprefix("lacks ") for line in lines if line.startswith("lacks ")]
    if "forked" not in lines and not lacks:
        lacks = [lack(stderr) or f"what a pipe needs ({one_line(stderr) or 'no message'})"]
    if lacks:
        raise FactError(lacking(lacks), FACT)


def useless(error: ShellError, seconds: float) -> FactError:
    """Returns the FactError of a log-in whose shell gave no complete answer within `seconds`."""
    output = b"\n".join(text.strip() for text in (error.stderr, error.stdout) if text.strip())
    last = one_line(output[-2000:].decode(errors="replace")).rstrip(".")
    printed = f"it printed: {last}" if last else "it printed nothing"
    if error.half:
        reason = "stdout and stderr do not arrive separately; does a start-up file redirect one of them?"
    elif error.began:
        reason = f"commands are not run to their end; {lack(last) or printed}"
    elif error.status is None:
        reason = f"no command answers within {seconds:g} s; {printed}. Is the home folder on a mount that hangs?"
    else:
        reason = (
            f"the login shell ran no sh and ended with status {error.status}; {printed}. "
            "Expected a login shell that runs commands, an sh, and no ForceCommand"
        )
    return FactError(f"logged in, but commands do not work: {reason}", FACT)
