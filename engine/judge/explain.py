"""Explanations among findings, by the rules of docs/causes.md; they depend on the set of findings only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.judge.finding import Finding
from engine.judge.order import Place, place
from engine.judge.quiet import quieted

UNHEALTHY = ("failed", "blocked")
# Findings with these outcomes do not fail a run, but may still block others.
ACCEPTED = ("waived", "warned")


def explain(findings: Sequence[Finding]) -> list[Finding]:
    """Returns the findings in their order, with `cause` set to the nodeid of each one's root cause.

    `cause` is None for a root cause itself and for a finding that nothing explains. A past failure that is over has
    `quiet` set and no remediation.
    """
    marked = quieted(findings)
    parents = Explanations(marked).parents()
    places = {finding.nodeid: place(finding) for finding in marked}
    roots = {finding.nodeid: _root(finding.nodeid, parents, places) for finding in marked}
    return [replace(f, cause=root) if (root := roots[f.nodeid]) != f.nodeid else f for f in marked]


def gravest(explained: Sequence[Finding]) -> dict[str, str]:
    """Returns the severity of each finding, or of the gravest failure that it explains, by nodeid."""
    severities = {finding.nodeid: finding.severity for finding in explained}
    for finding in explained:
        if finding.cause is not None and finding.outcome == "failed":
            severities[finding.cause] = min(severities[finding.cause], finding.severity)
    return severities


def _root(start: str, parents: Mapping[str, str], places: Mapping[str, Place]) -> str:
    """Returns the end of the chain of explanations; for a circle, its first member in the order of `places`."""
    chain = [start]
    while (parent := parents.get(chain[-1])) is not None:
        if parent in chain:
            return min(chain[chain.index(parent) :], key=lambda nodeid: places[nodeid])
        chain.append(parent)
    return chain[-1]


class Explanations:
    """The explanations among the findings of a run."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self._findings = findings
        self._carried = {(finding.host, finding.system, finding.component) for finding in findings}
        self._by_check: dict[tuple[str, str, str], list[Finding]] = {}
        for finding in findings:
            self._by_check.setdefault((finding.check, finding.host, finding.system), []).append(finding)
        self._vital = [finding for finding in findings if finding.vital and finding.outcome == "failed"]

    def parents(self) -> dict[str, str]:
        """Returns the nodeid of the best explanation of each explained finding, by the nodeid of that finding."""
        parents = {}
        for finding in self._findings:
            if candidates := self._candidates(finding):
                parents[finding.nodeid] = min(candidates, key=lambda cause: _nearness(cause, finding)).nodeid
        return parents

    def _candidates(self, finding: Finding) -> list[Finding]:
        if finding.outcome == "blocked":
            return self._blocking(finding)
        if finding.outcome == "failed" and finding.symptom:
            return [vital for vital in self._vital if self._explains(vital, finding)]
        return []

    def _blocking(self, finding: Finding) -> list[Finding]:
        """Returns the unhealthy owners of the missing fact.

        Where all owners are healthy, returns the vital failures beneath them, or beneath a symptom itself: a service
        that answered its owner may still be too slow for another query.
        """
        keys = ((owner, finding.host, finding.system) for owner in dict.fromkeys(finding.owners))
        owners = [owner for key in keys for owner in self._by_check.get(key, ()) if owner.nodeid != finding.nodeid]
        if unhealthy := [owner for owner in owners if owner.outcome in (*UNHEALTHY, *ACCEPTED)]:
            return unhealthy
        # An owner without dependencies is about the host, which answers other queries: it does not block a single one.
        seats = [owner for owner in owners if owner.depends_on] + ([finding] if finding.symptom else [])
        return [vital for vital in self._vital if any(self._explains(vital, seat) for seat in seats)]

    def _explains(self, cause: Finding, symptom: Finding) -> bool:
        """Whether a failed vital check lies beneath a symptom and can cause it."""
        return (
            cause.nodeid != symptom.nodeid
            and cause.system == symptom.system
            and self._reaches(cause, symptom)
            and _lies_beneath(cause, symptom)
            and _brings_about(cause, symptom)
        )

    def _reaches(self, cause: Finding, symptom: Finding) -> bool:
        """Whether both are on one host, or the symptom's host lacks the component, or the symptom is shared."""
        elsewhere = (symptom.host, symptom.system, cause.component) not in self._carried
        # A shared symptom may begin on any host of the cluster. The same check on two hosts is one cause already.
        together = symptom.shared and cause.component == symptom.component and cause.check != symptom.check
        return cause.host == symptom.host or elsewhere or together


def _lies_beneath(cause: Finding, symptom: Finding) -> bool:
    """Whether the cause's component is beneath the symptom's, or earlier in the same component; never both ways.

    What is above may name what it brings about below: a server logs what the application's missing table made fail, and
    nobody fills a cache when each page is an error.
    """
    if cause.component != symptom.component and symptom.check in cause.brings:
        return True
    if cause.component in symptom.depends_on:
        return symptom.component not in cause.depends_on
    if cause.component != symptom.component or (cause.item and symptom.item and cause.item != symptom.item):
        return False
    # Within a component a state precedes a symptom, and a vital symptom one that is not; else the order of the file.
    return not cause.symptom or not symptom.vital or cause.rank < symptom.rank


def _brings_about(cause: Finding, symptom: Finding) -> bool:
    """Whether the marks of both, and the reach of the cause, allow the explanation."""
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
    """Returns the sort key of explanations, the best first: a state, a near component, the same host."""
    below = (finding.component, *finding.depends_on)
    far = below.index(cause.component) if cause.component in below else len(below)
    return (cause.symptom, far, cause.host != finding.host, *place(cause))
