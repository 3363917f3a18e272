"""A cause in six lines on the terminal: what it is, what was found, the first step, whom to call, where the rest is.

On a terminal of less than 80 columns these lines wrap. A command is whole or not there, and one that changes something
is there only below all the words that stand before it in the runbook: a warning that was cut warns of nothing.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from engine.judge.causes import Cause
from engine.judge.finding import Guidance
from engine.text import counted, one_line
from reports.paste import to_fill_in
from reports.terminal.heading import fitting_hosts, heading
from reports.terminal.lines import LABEL, Lines, fitted
from reports.words import DANGERS, NO_CONTACT, call, contacts

LINES = 6
# The heading, what was found, and where the rest is.
FIXED = 3
# Words of a step of which no more than six lines can be shown; longer ones are cut before they are wrapped.
WORDS = 1000
# Of the line that says where the rest is, so much is left for what was deployed lately.
LATELY = 60


def show(lines: Lines, number: int, cause: Cause, started: datetime, place: str) -> None:
    """Writes a cause in six lines; `place` is where the report has all of it."""
    people = "" if cause.todo or cause.first.quiet else _call(cause, started, lines.room)
    heading(lines, number, cause, fitting_hosts(lines, number, cause))
    lines.brief("found", one_line(cause.first.message, WORDS))
    _do(lines, cause, place, LINES - FIXED - bool(people))
    if people:
        lines.brief("call", people)
    lines.line(f"   {'more':<9}{_counts(cause)}all of it: {place} or -v", hang=LABEL)
    # Whoever asked for it by --tb wants all of it.
    for line in cause.first.trace.splitlines():
        lines.whole(f"    {line}")


def _do(lines: Lines, cause: Cause, place: str, most: int) -> None:
    """Writes what to do, in so many lines."""
    first = cause.first
    if first.quiet:
        lines.brief("over", first.quiet, most)
    elif cause.fact and first.asked and "\n" not in first.asked:
        lines.brief("do", f"ask by hand, as the suite's user on {first.host}:", most - 1)
        lines.whole(f"    {first.asked}", cyan=True)
    elif cause.todo:
        lines.brief("do", cause.todo.rpartition("\n")[2], most)
    else:
        _step(lines, first.guidance, place, most)


def _step(lines: Lines, guidance: Guidance, place: str, most: int) -> None:
    """Writes the first step that has a command, below the words that lead to it."""
    steps = guidance.remediation
    index = next((n for n, step in enumerate(steps) if step.command), None)
    if index is None:
        words = one_line(" ".join(step.text for step in steps), WORDS)
        lines.brief("section", f"{guidance.section} ({guidance.place}){words and f': {words}'}", most)
        return
    step = steps[index]
    length = len(step.pasteable.splitlines())
    words = one_line(" ".join(each.text for each in steps[: index + 1] if each.text), WORDS)
    which, danger = f"{index + 1} of {len(steps)}", f" [{DANGERS[step.danger]}]" if step.danger in DANGERS else ""
    danger = f" {to_fill_in(step)}{danger}" if step.blanks else danger
    text = f"{which}{words and f': {words}'}{danger}"
    if length == 1 and (not danger or fitted(text, lines.room, most - 1) == text):
        lines.brief("step", text, most - 1, yellow=bool(danger))
        lines.whole(f"    {step.command}", cyan=True)
    else:
        where = f"{which}{danger}, {counted(length, 'line')} in {place}"
        lines.brief("step", f"{where}{words and f': {words}'}", most, yellow=bool(danger))


def _call(cause: Cause, started: datetime, room: int) -> str:
    """Returns whom to call by when, with the contacts that the line has room for: half a number reaches nobody."""
    guidance, told = cause.first.guidance, [call(cause, started)]
    known = [contact for contact in contacts(guidance) if contact != NO_CONTACT]
    for contact in known:
        if len("; ".join(filter(None, (*told, contact)))) <= room:
            told.append(contact)
    if known and len(told) == 1 and not guidance.call:
        # Somebody is named, even where the line is cut behind the name.
        told.append(known[0])
    return "; ".join(filter(None, told))


def _counts(cause: Cause) -> str:
    """Returns how many others have the same steps, follow from the cause, are blocked by it, and broke with it.

    What was found that makes another section the first to try comes behind them: a release of a minute ago.
    """
    outcomes = Counter(finding.outcome for finding in cause.consequences)
    numbers = (
        (len(cause.alike), "alike"),
        (outcomes["failed"], "follows" if outcomes["failed"] == 1 else "follow"),
        (outcomes["blocked"], "blocked"),
        (outcomes["error"], "broken"),
    )
    counts = ", ".join(f"{number} {word}" for number, word in numbers if number)
    lately = next((section.why for section in cause.first.guidance.further if section.why), "")
    return "".join(f"{each}; " for each in (counts, one_line(lately, LATELY)) if each)
