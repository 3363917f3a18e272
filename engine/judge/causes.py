"""Causes: the finding worth reading first, and what follows from it (the rules are in docs/causes.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.judge.finding import Finding

UNHEALTHY = ("failed", "blocked")


@dataclass(frozen=True)
class Cause:
    """One cause: the same check failing on one or more hosts, and all findings that it explains.

    `findings` has one for each host. For a fact that could not be had and whose owner is not in the run, `fact` is its
    name, and the checks that it blocks are the consequences, the first of each host standing for the cause.
    """

    findings: tuple[Finding, ...]
    consequences: tuple[Finding, ...] = ()
    fact: str = ""

    @property
    def first(self) -> Finding:
        """The finding that stands for the cause."""
        return self.findings[0]

    @property
    def name(self) -> str:
        """What to call it: the check, with its item, or the fact."""
        if self.fact:
            return f"fact {self.fact}"
        return f"{self.first.check}[{self.first.item}]" if self.first.item else self.first.check

    @property
    def gravest(self) -> Finding:
        """The finding that says how grave the cause is: its own, or one that failed because of it and is graver."""
        failed = [finding for finding in self.consequences if finding.outcome == "failed"]
        return min([self.first, *failed], key=lambda finding: finding.severity)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts on which it is so, each once."""
        return tuple(dict.fromkeys(finding.host for finding in self.findings))


def explain(findings: Sequence[Finding]) -> list[Finding]:
    """Returns the findings with `cause` set to the nodeid of the one at the root of each, None where there is none."""
    parents = _parents(findings)
    explained = []
    for finding in findings:
        root = finding.nodeid
        while (parent := parents.get(root)) is not None:
            root = parent
        explained.append(replace(finding, cause=root if root != finding.nodeid else None))
    return explained


def _parents(findings: Sequence[Finding]) -> dict[str, str]:
    unhealthy = [finding for finding in findings if finding.outcome in UNHEALTHY]
    order = {finding.nodeid: index for index, finding in enumerate(findings)}
    carried = {(finding.host, finding.system, finding.component) for finding in findings}
    vital = [finding for finding in unhealthy if finding.vital and finding.outcome == "failed"]
    parents = {}
    for finding in unhealthy:
        if finding.outcome == "blocked":
            owners = [f for f in findings if f.check in finding.owners and _same_target(f, finding)]
            candidates = [f for f in owners if f.outcome in UNHEALTHY]
            # A page may be too slow to be asked more, and still within its limit: what would explain it explains that.
            if not candidates:
                candidates = [
                    f for f in vital for owner in owners if owner.symptom and _explains(f, owner, order, carried)
                ]
        elif finding.symptom:
            candidates = [f for f in vital if _explains(f, finding, order, carried)]
        else:
            continue
        if candidates:
            parents[finding.nodeid] = min(
                candidates, key=lambda f: (f.symptom, -len(f.depends_on), order[f.nodeid])
            ).nodeid
    return parents


def _same_target(one: Finding, other: Finding) -> bool:
    return one.nodeid != other.nodeid and (one.host, one.system) == (other.host, other.system)


def _explains(cause: Finding, symptom: Finding, order: dict[str, int], carried: set[tuple[str, str, str]]) -> bool:
    """Whether a failed vital check lies beneath a failed symptom. Each step goes down, so there is no way round."""
    if cause.nodeid == symptom.nodeid or cause.system != symptom.system:
        return False
    elsewhere = (symptom.host, symptom.system, cause.component) not in carried
    # What a cluster's hosts all see may begin on any of them; the same check on two hosts is one cause already.
    together = symptom.shared and cause.component == symptom.component and cause.check != symptom.check
    if cause.host != symptom.host and not (elsewhere or together):
        return False
    if cause.component in symptom.depends_on:
        return symptom.component not in cause.depends_on
    if cause.component != symptom.component:
        return False
    # Within a component: a state before a symptom, a vital symptom before one that is not, else the earlier one.
    return not cause.symptom or not symptom.vital or order[cause.nodeid] < order[symptom.nodeid]


def causes(explained: Sequence[Finding]) -> list[Cause]:
    """Returns the causes among findings that went through `explain`, the one to read first at the front."""
    roots: dict[tuple[str, ...], list[Finding]] = defaultdict(list)
    followers: dict[str, list[Finding]] = defaultdict(list)
    for finding in explained:
        if finding.outcome not in UNHEALTHY:
            continue
        if finding.cause is not None:
            followers[finding.cause].append(finding)
        elif finding.outcome == "blocked":
            roots[("fact", finding.missing or "", finding.system)].append(finding)
        else:
            roots[("check", finding.check, finding.item, finding.system)].append(finding)
    found = []
    for (kind, name, *_), group in roots.items():
        if kind == "fact":
            one_a_host = {finding.host: finding for finding in reversed(group)}
            found.append(Cause(tuple(reversed(one_a_host.values())), tuple(group), name))
        else:
            found.append(Cause(tuple(group), tuple(f for finding in group for f in followers[finding.nodeid])))
    return sorted(found, key=lambda c: (c.gravest.severity, -len(c.consequences), len(c.first.depends_on)))
