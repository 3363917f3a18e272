"""What is expected of a command that no check asks for, or why a person has to look."""

from __future__ import annotations

import re

from engine.drafting.answers import ANSWERS, SEARCHED, TELLING, TROUBLE
from engine.drafting.asked import PASSES, SETS, asked, only_prepares, without_comments
from engine.runbook.placeholders import ANGLE, placeholders
from engine.runbook.programs import bare, program_of
from engine.runbook.readonly import changes, is_change
from engine.runbook.unattended import unattended

# Alone, or with nothing but options, they open a shell; so do those that are one.
SHELLS = frozenset((
    "ssh", "bash", "chroot", "su", "psql", "mongo", "mongosh", "mysql", "redis-cli", "gitlab-psql", "exit",
    "python3",
))  # fmt: skip
# Their clusters are asked where people are logged in to them, which is no host of the system.
CLUSTERS = frozenset(("kubectl", "oc", "helm"))
ON_CONTROL = "\non: control"


def by_hand(command: str) -> str:
    """Returns why no program may run a command for somebody: it changes something, or opens a shell; else ""."""
    asked_for = unattended(command)
    if is_change(asked_for):
        return changes(ANGLE.sub("X", asked_for))
    last = command.rpartition("\n")[2]
    return "it opens a shell" if program_of(last) in SHELLS and len(bare(last).split()) < 2 else ""


def marker_for(command: str, shell: bool = True) -> str:
    """Returns the marker of a command that no check asks for: `expect: …`, or `manual: …` with the reason.

    An expectation is only for commands of the `shell`.

    >>> marker_for("curl -I http://localhost/"), marker_for("kubectl drain node-1")
    ('expect: match /^HTTP\\\\S+ [23]/', 'manual: it changes something (kubectl drain)')
    """
    asked_for = unattended(command)
    if reason := by_hand(command) or _incomplete(command) or changes(asked_for):
        return f"manual: {reason}"
    expected = _expected(asked_for) if shell else ""
    if not expected:
        return "manual: a person has to judge the answer"
    return f"expect: {expected}{ON_CONTROL if program_of(command) in CLUSTERS else ''}"


def _incomplete(command: str) -> str:
    """Why a command is none yet; "" where it is one."""
    if all(SETS.fullmatch(line) for line in command.split("\n")):
        return "it only sets a variable"
    if only_prepares(command):
        return "it only prepares what follows"
    blanks = placeholders(command)
    return f"{', '.join(blanks)} has to be filled in" if blanks else ""


def _expected(command: str) -> str:
    """What is expected of the answer, a line each; "" where only a person can say."""
    text = bare(without_comments(command.rpartition("\n")[2]))
    # A program of a folder of its own is known by its name.
    text = re.sub(r"^/\S+/", "", text)
    programs = [program_of(part) for part in re.split(r"\|\|?|&&|;", text)]
    # grep that finds nothing ends with 1, which is no failure.
    status = "exit 0 or 1\nexpect: " if set(programs) & {"grep", "egrep", "zgrep"} else ""
    if (
        answer := next((told for pattern, told in ANSWERS if re.match(pattern, text, re.IGNORECASE)), None)
    ) is not None:
        return answer and f"{status}{answer}"
    if _shows_log(text, programs[0]):
        return f"{status}no match {TROUBLE}"
    if programs[0] in SEARCHED and programs[-1] in ("grep", "egrep"):
        return "exit 0"
    return "exit 0" if programs[0] in TELLING and set(programs[1:]) <= PASSES else ""


def _shows_log(text: str, program: str) -> bool:
    """Whether a command shows the end of a log."""
    if re.match(r"(?:docker|podman)\b.*\blogs\b", text) or (program == "journalctl"):
        return True
    # What was asked of a server may have any words.
    paths = asked(text).paths
    return program in PASSES and any(
        re.search(r"\blogs?\b|/log/|\.log", path) and "access" not in path for path in paths
    )
