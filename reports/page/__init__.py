"""The HTML page of a run: one self-contained file, made of the explained run and of nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

from engine.judge.causes import Cause
from engine.judge.finding import Finding
from engine.judge.measure import Measure
from engine.judge.result import RunResult
from reports.page.assembled import assembled
from reports.page.heatmap import heatmap
from reports.page.rows import rows
from reports.words import headline, verdict

# The number of causes that are shown with everything; the others are shown with their steps, to keep the page small.
WHOLE = 50
# Hosts whose messages and evidence a card shows; the table has the others'.
HOSTS_SHOWN = 8
ACCEPTED = ("waived", "warned")


def page(result: RunResult, link: Callable[[str], str], extra_css: Sequence[str] = ()) -> str:
    """Returns the page as HTML.

    `link` returns the URL of a file for its path relative to the suite's root; `extra_css` are style sheets of users.
    """
    return assembled(
        "page.html.j2",
        extra_css,
        result=result,
        headline=headline(result),
        verdict=verdict(result),
        link=link,
        whole=WHOLE,
        hosts_shown=HOSTS_SHOWN,
        alike=alike,
        outcomes=Counter(finding.outcome for finding in result.findings),
        accepted=[finding for finding in result.findings if finding.outcome in ACCEPTED],
        systems=sorted({finding.system for finding in result.findings}),
        map=heatmap(result.findings),
        data=rows(result),
        again=partial(again, result),
    )


def alike(cause: Cause) -> list[tuple[list[str], Finding]]:
    """Returns what was found, in order: each different message and measures once, with the hosts that have it."""
    groups: dict[tuple[str, tuple[Measure, ...]], tuple[list[str], Finding]] = {}
    for finding in cause.findings:
        groups.setdefault((finding.message, tuple(finding.measures)), ([], finding))[0].append(finding.host)
    return list(groups.values())


def again(result: RunResult, cause: Cause) -> str:
    """Returns the command that asks the cause's check again; "" for hosts that no inventory names."""
    if result.environment == "adhoc" or cause.todo:
        return ""
    return f"pytest --hosts={result.environment} -k {cause.first.check}"
