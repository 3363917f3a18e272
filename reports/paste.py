"""The steps of a resolution in one paste, which stops at the first change that fails."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from engine.judge.finding import Remediation
from reports.words import DANGERS

WIDTH = 100
STOPPED = "Stopped: the last step failed, and the next ones rest on it."
STOP = f"stop() {{ echo '{STOPPED}' >&2; exit 1; }}"
# A line that ends in a comment, or with the mark of a job or a list, takes no `|| stop` behind it.
UNFIT = re.compile(r"\n|\s#|[&;]\s*$")


def paste(steps: Sequence[Remediation], width: int = WIDTH) -> str:
    """Returns one text for a shell: all steps but those that stand alone (`alone`), with what they call once.

    A look may find what it looks for, or not; a change that fails ends the paste. The text is a subshell then, so that
    the terminal stays open, and no command reads the lines that follow it. Words are comments, wrapped at `width`.
    Returns "" where a step is of another language, or no step has a command.
    """
    chosen = [step for step in steps if not alone(step)]
    commands = [step for step in chosen if step.command]
    if not commands or not all(step.shell for step in commands):
        return ""
    functions = dict.fromkeys(function for step in commands for function in step.functions)
    # Nothing rests on the last one.
    stopping = {id(step) for step in commands[:-1] if step.danger != "none"}
    lines = [*functions, *(line for step in chosen for line in _lines(step, id(step) in stopping, width))]
    return "\n".join(["(", STOP, *lines, ")"] if stopping else lines)


def to_fill_in(step: Remediation) -> str:
    """Returns what is to be filled in before a step can be pasted, in words: `(fill in <pod> first)`."""
    return f"(fill in {', '.join(step.blanks)} first)" if step.blanks else ""


def words_of(step: Remediation) -> str:
    """Returns a step's words, and what is to be filled in before it can be pasted."""
    return f"{step.text} {to_fill_in(step)}".strip()


def alone(step: Remediation) -> bool:
    """Whether a step is left out of the paste: it can lose data, or something is to be filled in first."""
    return step.danger == "data-loss" or bool(step.blanks)


def left_out(steps: Sequence[Remediation]) -> str:
    """Returns which steps the paste leaves out, in words behind its name: `, but those that can lose data`."""
    kinds = {"can lose data": any(step.danger == "data-loss" for step in steps)}
    kinds["have something to fill in"] = any(step.blanks and step.danger != "data-loss" for step in steps)
    told = " or ".join(words for words, is_there in kinds.items() if is_there)
    return f", but those that {told}" if told else ""


def note(step: Remediation, width: int = WIDTH) -> list[str]:
    """Returns a step's words, what is to be filled in, and its danger, whole on the last line, as comment lines."""
    lines = textwrap.wrap(words_of(step), width, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)
    if step.danger not in DANGERS:
        return lines
    danger = f"[{DANGERS[step.danger]}]"
    if lines and len(lines[-1]) + len(danger) < width:
        return [*lines[:-1], f"{lines[-1]} {danger}"]
    return [*lines, f"# {danger}"]


def _lines(step: Remediation, stops: bool, width: int) -> Iterator[str]:
    yield from note(step, width)
    if not step.command:
        return
    if not stops:
        yield step.command
    elif UNFIT.search(step.command):
        yield from ("{", step.command, "} || stop")
    else:
        yield f"{step.command} || stop"
