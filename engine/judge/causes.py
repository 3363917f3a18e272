"""Causes: the findings to read first, each with the findings that follow from it (the rules are in docs/causes.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.judge.explain import ACCEPTED, UNHEALTHY, explain
from engine.judge.finding import Finding
from engine.judge.order import Place, listed, place

__all__ = ["Cause", "causes", "explain"]

# The order of kinds: failures of a host, then facts that could not be had, then errors of the suite.
CHECK, FACT, ERROR = range(3)


@dataclass(frozen=True)
class Cause:
    """One cause: the same check failing on one or more hosts, and all findings that it explains.

    `findings` has one finding for each host. `fact` is the name of a fact that could not be had and that no check of
    the run explains, else ""; the checks that it blocks are the consequences, and `findings` holds the first of each
    host. `alike` are other failures on the same hosts with the same section and steps, which share the card.
    """

    findings: tuple[Finding, ...]
    consequences: tuple[Finding, ...] = ()
    fact: str = ""
    alike: tuple[Finding, ...] = ()

    @property
    def first(self) -> Finding:
        """The finding that represents the cause."""
        return self.findings[0]

    @property
    def name(self) -> str:
        """The cause's name: the check with its item, the fact, or the place of an error of the suite."""
        if self.fact:
            return f"fact {self.fact}"
        if self.is_ours:
            return f"error in {self.first.where or self.first.check}"
        return named(self.first)

    @property
    def is_ours(self) -> bool:
        """Whether the cause is an error of the suite, which says nothing about the host."""
        return self.first.outcome == "error"

    @property
    def todo(self) -> str:
        """The advice for a cause without a section, a fact without an owner or an error of the suite; else ""."""
        if self.is_ours:
            return (
                "This is an error in the suite and says nothing about the host: run it again with --tb=short, and "
                f"correct or report {self.first.where or self.first.check}."
            )
        if not self.fact:
            return ""
        asked = (
            f"Ask by hand, as the suite's user on {self.first.host}: {self.first.asked}\n" if self.first.asked else ""
        )
        return (
            f"{asked}The checks that it blocks were not made, so their state is unknown. "
            "docs/access.md lists the suite's requirements on a host, docs/reference.md the query of each fact."
        )

    @property
    def gravest(self) -> Finding:
        """The most severe finding of the cause and of the failures that follow from it.

        Blocked consequences count too when the cause was accepted or is a fact without an owner.
        """
        blocks = bool(self.fact) or self.first.outcome in ACCEPTED
        outcomes = UNHEALTHY if blocks else ("failed",)
        counting = [finding for finding in self.consequences if finding.outcome in outcomes]
        return min([*self.findings, *self.alike, *counting], key=lambda finding: finding.severity)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names of the hosts that have the cause, each once."""
        return tuple(dict.fromkeys(finding.host for finding in self.findings))


def named(finding: Finding) -> str:
    """Returns the name of a finding: its check, with its item in brackets where it has one."""
    return f"{finding.check}[{finding.item}]" if finding.item else finding.check


def causes(explained: Sequence[Finding]) -> list[Cause]:
    """Returns the causes among findings that `explain` returned, in the order in which to read them."""
    followers: dict[str, list[Finding]] = defaultdict(list)
    for finding in explained:
        if finding.cause is not None:
            followers[finding.cause].append(finding)
    groups: dict[tuple[object, ...], list[Finding]] = defaultdict(list)
    for finding in sorted(explained, key=listed):
        if finding.cause is None and (finding.outcome in (*UNHEALTHY, "error") or finding.nodeid in followers):
            groups[_group(finding)].append(finding)
    unordered = [_cause(group, followers) for group in groups.values()]
    return _one_card_each(sorted(unordered, key=_order))


def _kind(finding: Finding) -> int:
    return {"error": ERROR, "blocked": FACT}.get(finding.outcome, CHECK)


def _group(finding: Finding) -> tuple[object, ...]:
    """Returns the key that findings of one cause share, whatever their hosts."""
    kind = _kind(finding)
    if kind == ERROR:
        return (kind, finding.where or finding.check)
    if kind == FACT:
        return (kind, finding.missing or "", finding.system)
    return (kind, finding.check, finding.item, finding.system, bool(finding.quiet))


def _cause(group: list[Finding], followers: dict[str, list[Finding]]) -> Cause:
    following = [follower for finding in group for follower in followers[finding.nodeid]]
    one_a_host = tuple({finding.host: finding for finding in reversed(group)}.values())[::-1]
    kind = _kind(group[0])
    if kind == FACT:
        return Cause(one_a_host, tuple(sorted([*group, *following], key=listed)), group[0].missing or "unknown")
    if kind == ERROR:
        rest = [finding for finding in group if finding not in one_a_host]
        return Cause(one_a_host, tuple(sorted([*rest, *following], key=listed)))
    return Cause(tuple(group), tuple(sorted(following, key=listed)))


def _order(cause: Cause) -> Place:
    """Returns the sort key: present before past, then kind, severity, number of consequences, nearness to the root."""
    first = cause.first
    return (bool(first.quiet), _kind(first), cause.gravest.severity, -len(cause.consequences), place(first))


def _one_card_each(ordered: list[Cause]) -> list[Cause]:
    """Merges a cause into an earlier one that has the same section and steps, on the same hosts or more."""
    cards: list[Cause] = []
    for cause in ordered:
        index = next((n for n, card in enumerate(cards) if _is_alike(card, cause)), None)
        if index is None:
            cards.append(cause)
            continue
        card = cards[index]
        consequences = sorted([*card.consequences, *cause.consequences], key=listed)
        cards[index] = replace(card, alike=(*card.alike, *cause.findings), consequences=tuple(consequences))
    return cards


def _is_alike(card: Cause, cause: Cause) -> bool:
    one, other = card.first, cause.first
    return (
        bool(one.guidance.section)
        and _kind(one) == _kind(other) == CHECK
        and bool(one.quiet) == bool(other.quiet)
        and (one.system, one.guidance.section) == (other.system, other.guidance.section)
        and one.guidance.remediation == other.guidance.remediation
        and set(cause.hosts) <= set(card.hosts)
    )
