"""Causes: the finding worth reading first, and what follows from it (the rules are in docs/causes.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.judge.explain import ACCEPTED, UNHEALTHY, explain
from engine.judge.finding import Finding
from engine.judge.order import Place, listed, place

__all__ = ["Cause", "causes", "explain"]

# What is wrong with a host comes first, then what could not be asked, then what is wrong with the suite.
CHECK, FACT, ERROR = range(3)


@dataclass(frozen=True)
class Cause:
    """One cause: the same check failing on one or more hosts, and all findings that it explains.

    `findings` has one for each host. For a fact that could not be had and that no check of the run explains, `fact` is
    its name, and the checks that it blocks are the consequences, the first of each host standing for the cause. `alike`
    are other failures on these hosts that have the same section and the same steps: one trouble, one card.
    """

    findings: tuple[Finding, ...]
    consequences: tuple[Finding, ...] = ()
    fact: str = ""
    alike: tuple[Finding, ...] = ()

    @property
    def first(self) -> Finding:
        """The finding that stands for the cause."""
        return self.findings[0]

    @property
    def name(self) -> str:
        """What to call it: the check, with its item, the fact, or the place of a mistake of ours."""
        if self.fact:
            return f"fact {self.fact}"
        if self.is_ours:
            return f"error in {self.first.where or self.first.check}"
        return named(self.first)

    @property
    def is_ours(self) -> bool:
        """Whether it is a mistake in the suite, and says nothing of the host."""
        return self.first.outcome == "error"

    @property
    def todo(self) -> str:
        """What to do where no section says it: of a fact that nobody owns, and of a mistake of ours; "" elsewhere."""
        if self.is_ours:
            return (
                "This is a mistake in the suite, and says nothing of the host: run it again with --tb=short, and mend "
                f"or report {self.first.where or self.first.check}."
            )
        if not self.fact:
            return ""
        asked = (
            f"Ask by hand, as the suite's user on {self.first.host}: {self.first.asked}\n" if self.first.asked else ""
        )
        return (
            f"{asked}What it blocks was not looked at, and may be well or not. "
            "What the suite needs on a host is in docs/access.md, what each fact asks in docs/reference.md."
        )

    @property
    def gravest(self) -> Finding:
        """The finding that says how grave the cause is: its own, or one that failed because of it and is graver.

        Of a cause that was accepted, or that no check owns, what is blocked says it.
        """
        blocks = bool(self.fact) or self.first.outcome in ACCEPTED
        outcomes = UNHEALTHY if blocks else ("failed",)
        told = [finding for finding in self.consequences if finding.outcome in outcomes]
        return min([*self.findings, *self.alike, *told], key=lambda finding: finding.severity)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts on which it is so, each once."""
        return tuple(dict.fromkeys(finding.host for finding in self.findings))


def named(finding: Finding) -> str:
    """Returns what to call a finding: its check, with its item."""
    return f"{finding.check}[{finding.item}]" if finding.item else finding.check


def causes(explained: Sequence[Finding]) -> list[Cause]:
    """Returns the causes among findings that went through `explain`, the one to read first at the front."""
    followers: dict[str, list[Finding]] = defaultdict(list)
    for finding in explained:
        if finding.cause is not None:
            followers[finding.cause].append(finding)
    groups: dict[tuple[object, ...], list[Finding]] = defaultdict(list)
    for finding in sorted(explained, key=listed):
        if finding.cause is None and (finding.outcome in (*UNHEALTHY, "error") or finding.nodeid in followers):
            groups[_group(finding)].append(finding)
    found = [_cause(group, followers) for group in groups.values()]
    return _one_card_each(sorted(found, key=_order))


def _kind(finding: Finding) -> int:
    return {"error": ERROR, "blocked": FACT}.get(finding.outcome, CHECK)


def _group(finding: Finding) -> tuple[object, ...]:
    """What findings of one cause have in common, whatever their hosts."""
    kind = _kind(finding)
    if kind == ERROR:
        return (kind, finding.where or finding.check)
    if kind == FACT:
        return (kind, finding.missing or "", finding.system)
    return (kind, finding.check, finding.item, finding.system, bool(finding.quiet))


def _cause(group: list[Finding], followers: dict[str, list[Finding]]) -> Cause:
    following = [each for finding in group for each in followers[finding.nodeid]]
    one_a_host = tuple({finding.host: finding for finding in reversed(group)}.values())[::-1]
    kind = _kind(group[0])
    if kind == FACT:
        return Cause(
            one_a_host, tuple(sorted([*group, *following], key=listed)), group[0].missing or "nobody knows what"
        )
    if kind == ERROR:
        rest = [finding for finding in group if finding not in one_a_host]
        return Cause(one_a_host, tuple(sorted([*rest, *following], key=listed)))
    return Cause(tuple(group), tuple(sorted(following, key=listed)))


def _order(cause: Cause) -> Place:
    """What is over stands last; else the gravest first, then what explains most, then what is nearest to the root."""
    first = cause.first
    return (bool(first.quiet), _kind(first), cause.gravest.severity, -len(cause.consequences), place(first))


def _one_card_each(found: list[Cause]) -> list[Cause]:
    """Puts a cause on the card of one before it that has the same section and steps, on the same hosts or more."""
    cards: list[Cause] = []
    for cause in found:
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
