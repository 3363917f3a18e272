"""Which finding explains which, by the rules of docs/causes.md: a function of the set of findings alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.judge.finding import Finding
from engine.judge.order import Place, place
from engine.judge.quiet import quieted

UNHEALTHY = ("failed", "blocked")
# They fail no run, and are still what blocks others.
ACCEPTED = ("waived", "warned")


def explain(findings: Sequence[Finding]) -> list[Finding]:
    """Returns the findings with `cause` set to the nodeid of the one at the root of each, None where there is none.

    What a check of the past complains of and is over is told as `quiet`, and has no remediation any more.
    """
    told = quieted(findings)
    parents = Explanations(told).parents()
    places = {finding.nodeid: place(finding) for finding in told}
    roots = {finding.nodeid: _root(finding.nodeid, parents, places) for finding in told}
    return [replace(f, cause=root) if (root := roots[f.nodeid]) != f.nodeid else f for f in told]


def _root(start: str, parents: Mapping[str, str], places: Mapping[str, Place]) -> str:
    """The end of the chain of explanations; where it goes round in a circle, what stands first of the circle."""
    way = [start]
    while (parent := parents.get(way[-1])) is not None:
        if parent in way:
            return min(way[way.index(parent) :], key=lambda nodeid: places[nodeid])
        way.append(parent)
    return way[-1]


class Explanations:
    """The explanations that there are among some findings."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self._findings = findings
        self._carried = {(finding.host, finding.system, finding.component) for finding in findings}
        self._vital = [finding for finding in findings if finding.vital and finding.outcome == "failed"]

    def parents(self) -> dict[str, str]:
        """Returns what explains each finding that something explains, both by their nodeids."""
        found = {}
        for finding in self._findings:
            if candidates := self._candidates(finding):
                found[finding.nodeid] = min(candidates, key=lambda each: _nearness(each, finding)).nodeid
        return found

    def _candidates(self, finding: Finding) -> list[Finding]:
        if finding.outcome == "blocked":
            return self._blocking(finding)
        if finding.outcome == "failed" and finding.symptom:
            return [each for each in self._vital if self._explains(each, finding)]
        return []

    def _blocking(self, finding: Finding) -> list[Finding]:
        """The owners of what is missing; where they are well, what lies beneath them, or beneath the finding itself.

        A service that answers its owner may still be too slow, or too much in the way of itself, for one question more.
        """
        owners = [each for each in self._findings if each.check in finding.owners and _same_target(each, finding)]
        if unwell := [each for each in owners if each.outcome in (*UNHEALTHY, *ACCEPTED)]:
            return unwell
        # What rests on nothing is the host, which answers everything else: it does not block one question.
        seats = [each for each in owners if each.depends_on] + ([finding] if finding.symptom else [])
        return [each for each in self._vital if any(self._explains(each, seat) for seat in seats)]

    def _explains(self, cause: Finding, symptom: Finding) -> bool:
        """Whether a failed vital check lies beneath a symptom, and can bring it about."""
        return (
            cause.nodeid != symptom.nodeid
            and cause.system == symptom.system
            and self._reaches(cause, symptom)
            and _lies_beneath(cause, symptom)
            and _brings_about(cause, symptom)
        )

    def _reaches(self, cause: Finding, symptom: Finding) -> bool:
        """Whether the two are on one host, or the symptom's has no such component, or a cluster sees it together."""
        elsewhere = (symptom.host, symptom.system, cause.component) not in self._carried
        # What a cluster's hosts all see may begin on any of them; the same check on two hosts is one cause already.
        together = symptom.shared and cause.component == symptom.component and cause.check != symptom.check
        return cause.host == symptom.host or elsewhere or together


def _same_target(one: Finding, other: Finding) -> bool:
    return one.nodeid != other.nodeid and (one.host, one.system) == (other.host, other.system)


def _lies_beneath(cause: Finding, symptom: Finding) -> bool:
    """Each step goes down, so there is no way round."""
    if cause.component in symptom.depends_on:
        return symptom.component not in cause.depends_on
    if cause.component != symptom.component or (cause.item and symptom.item and cause.item != symptom.item):
        return False
    # Within a component: a state before a symptom, a vital symptom before one that is not, else as its file has them.
    return not cause.symptom or not symptom.vital or cause.rank < symptom.rank


def _brings_about(cause: Finding, symptom: Finding) -> bool:
    """Whether the marks of both allow it, and what the cause says of its own reach."""
    if cause.quiet and not symptom.ended:
        return False
    return (
        (not symptom.of or _named(cause, symptom.of))
        and (not cause.brings or _named(symptom, cause.brings))
        and (not cause.only or any(word in symptom.message for word in cause.only))
    )


def _named(finding: Finding, names: Sequence[str]) -> bool:
    return finding.component in names or finding.check in names


def _nearness(cause: Finding, finding: Finding) -> Place:
    """The key by which the best of several explanations is the least: a state, the nearest, on the same host."""
    below = (finding.component, *finding.depends_on)
    far = below.index(cause.component) if cause.component in below else len(below)
    return (cause.symptom, far, cause.host != finding.host, *place(cause))
