"""`diff OLD NEW`: what is new, what is over, what changed; one line each.

Exit codes: 0 nothing new is wrong, 1 something new is wrong, 2 a file cannot be read.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from engine.judge.causes import Cause, named
from engine.judge.finding import Finding
from engine.text import counted, one_line
from reports.commands.said import say
from reports.comparison import Comparison, Key, Moved, compare, key_of
from reports.reading import read

MESSAGE = 160
HOSTS_SHOWN = 5


def add(parser: argparse.ArgumentParser) -> None:
    """Adds the two files."""
    parser.add_argument("old", metavar="OLD", type=Path, help="a findings.json, or the folder of a run")
    parser.add_argument("new", metavar="NEW", type=Path, help="that of the later run")


def run(options: argparse.Namespace, _: Path) -> int:
    """Prints what differs. Returns 1 when something new is wrong, else 0. Raises ReadingError."""
    comparison = compare(read(options.old), read(options.new))
    for line in lines(comparison):
        say(line)
    return int(comparison.worse)


def lines(found: Comparison) -> Iterator[str]:
    """Yields a line for each thing that differs, what is worse first, and at last how much is new."""
    for problem in found.problems:
        yield f"not whole: {problem}"
    yield from _causes("new cause", found.new_causes, found.following, "follow")
    covered = _consequences(found.new_causes)
    by_id = {finding.nodeid: finding for finding in found.new.findings}
    for finding in found.following:
        if key_of(finding) not in covered:
            yield f"new failure: {_finding(finding)}{_follows(finding, by_id)}: {_message(finding)}"
    yield from _causes("a cause of its own now", found.turned, (), "")
    for finding in found.demoted:
        yield f"no cause any more: {_finding(finding)}{_follows(finding, by_id)}"
    yield from (f"accepted now: {_cause(cause)}" for cause in found.accepted)
    yield from (f"not asked again: {_cause(cause)}" for cause in found.unknown)
    yield from _over(found)
    yield from (f"nearer to its limit: {_moved(moved)}" for moved in found.moved)
    yield from _listed("came", found.came, {finding.host for finding in found.old.findings})
    yield from _listed("went", found.went, {finding.host for finding in found.new.findings})
    yield _sum(found)


def _causes(label: str, causes: Iterable[Cause], followers: Sequence[Finding], verb: str) -> Iterator[str]:
    """Yields a line for each cause with its message, and how many of these followers it has."""
    for cause in causes:
        mine = _consequences([cause])
        number = sum(key_of(finding) in mine for finding in followers)
        more = f" ({counted(number, 'check')} {verb}{'s' if number == 1 else ''})" if number else ""
        yield f"{label}: {cause.gravest.severity} {_cause(cause)}{more}: {_message(cause.first)}"


def _over(found: Comparison) -> Iterator[str]:
    """Yields a line for each cause that is over; what followed from it is not told again."""
    yield from (f"over: {_cause(cause)}" for cause in found.over)
    covered = _consequences(found.over)
    yield from (f"over: {_finding(finding)}" for finding in found.ended if key_of(finding) not in covered)


def _consequences(causes: Iterable[Cause]) -> set[Key]:
    return {key_of(finding) for cause in causes for finding in cause.consequences}


def _cause(cause: Cause) -> str:
    also = f", also {', '.join(named(other) for other in cause.alike)}" if cause.alike else ""
    return f"{cause.name} on {', '.join(cause.hosts)}{also}"


def _finding(finding: Finding) -> str:
    return f"{named(finding)} on {finding.host}"


def _follows(finding: Finding, by_id: dict[str, Finding]) -> str:
    return f", follows from {_finding(by_id[finding.cause])}" if finding.cause else ""


def _message(finding: Finding) -> str:
    return one_line(finding.message, MESSAGE) or "no message"


def _moved(moved: Moved) -> str:
    measure = moved.measure
    name = f"{measure.name}: " if measure.name else ""
    value, unit = f"{measure.value:g}", measure.unit
    limit = f"{measure.direction} {measure.limit:g} {unit}"
    return f"{_finding(moved.finding)}: {name}{value} {unit}, was {moved.before:g}, {limit}"


def _listed(label: str, findings: Iterable[Finding], known: set[str]) -> Iterator[str]:
    """Yields a line for each host that is all new (or gone), and one for each other check with its hosts."""
    hosts: dict[str, int] = {}
    checks: dict[str, dict[str, None]] = {}
    for finding in findings:
        if finding.host in known:
            checks.setdefault(named(finding), {})[finding.host] = None
        else:
            hosts[finding.host] = hosts.get(finding.host, 0) + 1
    yield from (f"{label}: host {host} with {counted(number, 'check')}" for host, number in hosts.items())
    for check, found in checks.items():
        more = f" and {len(found) - HOSTS_SHOWN} more" if len(found) > HOSTS_SHOWN else ""
        yield f"{label}: {check} on {', '.join(list(found)[:HOSTS_SHOWN])}{more}"


def _sum(found: Comparison) -> str:
    """Returns the last line: what is new and wrong, between which runs."""
    parts = [
        counted(len(found.new_causes), "new cause") if found.new_causes else "",
        counted(len(found.following), "new failure") + " that follow" if found.following else "",
        "the new run is not whole" if found.problems else "",
    ]
    told = ", ".join(filter(None, parts)) or "nothing new is wrong"
    environments = dict.fromkeys((found.old.environment, found.new.environment))
    return f"{told} ({' and '.join(environments)}, {found.old.started:%F %T} and {found.new.started:%F %T} UTC)"
