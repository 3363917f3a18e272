"""Command lines of processes, reduced to the program and the names of its options; values are often secrets."""

from __future__ import annotations

import re

LONG = re.compile(r"--[A-Za-z][A-Za-z0-9_.-]{0,40}")
SHORT = re.compile(r"-[A-Za-z]")
# Interpreters, whose first argument is a program too: `python3 /opt/app/bin/gunicorn`.
INTERPRETER = re.compile(r"(?:python|perl|ruby|node|java|php|bash|dash|sh)[\d.]*")
SCRIPT = re.compile(r"/[\w./+-]{1,200}")
# The most options that are shown.
OPTIONS = 20
LONGEST = 200


def program_and_options(command: str) -> str:
    """Returns a command line without the values of its options: `/usr/bin/redis-server --port`."""
    # Only the beginning of a long line is examined.
    program, *words = command[: 100 * LONGEST].split()[: 10 * OPTIONS] or ["?"]
    program = program.partition("=")[0]
    shown = [program if len(program) <= LONGEST else f"{program[:LONGEST]}…"]
    if words and INTERPRETER.fullmatch(program.rpartition("/")[2]) and SCRIPT.fullmatch(words[0]):
        shown.append(words[0])
    for word in words:
        option = LONG.match(word) or SHORT.match(word)
        if option and option[0] not in shown:
            shown.append(option[0])
    return " ".join(shown[: OPTIONS + 1])
