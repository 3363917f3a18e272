"""The headline: the verdict in words, one or two sentences, whatever a run has come to."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from engine.judge.finding import Finding, Guidance
from engine.judge.result import RunResult
from reports.words import headline
from tests.judge.findings import finding, told

DOWN = Guidance(section="Redis / Redis does not answer")


def run(*findings: Finding, code: int | None = 1, **more: Any) -> RunResult:
    """Returns a run of these findings."""
    return RunResult("try", datetime.now(UTC), 1.0, code, findings, told(*findings), complete=True, **more)


def passed(number: int = 2, host: str = "one") -> list[Finding]:
    """Returns findings of checks that passed."""
    return [finding("os.load", "passed", host, item=str(n)) for n in range(number)]


def down(host: str = "one", **more: Any) -> Finding:
    """Returns a failure from which others may follow."""
    return finding("redis.answers_ping", host=host, vital=True, guidance=DOWN, **more)


def follows(host: str = "one") -> list[Finding]:
    """Returns two symptoms of it."""
    return [finding("app.serves", host=host, symptom=True), finding("http.serves", host=host, symptom=True)]


WAITS = {"missing": "redis_info", "severity": "P2"}
BROKEN = {"where": "checks/test_os.py:7"}
OVER = {"ended": "2026-11-24T14:05:00+00:00", "quiet": "quiet since 14:05:00; ask again with --since=14:05:06"}
CUT = ("interrupted: SIGTERM",)
CASES = {
    "well": (run(*passed(), code=0), "Ready to deploy: 2 checks passed on 1 host."),
    "waived": (
        run(*passed(), finding("os.size", "waived"), code=0),
        "Ready to deploy: 2 checks passed, 1 waived on 1 host.",
    ),
    "hosts left out": (
        run(*passed(), code=0, unasked=("a", "b")),
        "Ready to deploy: 2 checks passed on 1 host. Not asked: a, b.",
    ),
    "since": (
        run(*passed(), code=0, since=datetime(2026, 11, 24, 14, 5, tzinfo=UTC)),
        "Ready to deploy: 2 checks passed on 1 host, logs since 2026-11-24 14:05:00 UTC.",
    ),
    "one cause": (
        run(*passed(), down(), *follows()),
        "Do not deploy: Redis does not answer (redis.answers_ping) on one. 2 other findings follow from it.",
    ),
    "nothing follows": (run(down()), "Do not deploy: Redis does not answer (redis.answers_ping) on one."),
    "no section": (run(finding("os.load", item="x")), "Do not deploy: os.load[x] on one."),
    "a section within another": (
        run(finding("os.load", guidance=Guidance(section="Host / Load / High"))),
        "Do not deploy: High (os.load) on one.",
    ),
    "two hosts": (
        run(down(), down("two"), *follows("two")[:1]),
        "Do not deploy: Redis does not answer (redis.answers_ping) on one and two. 1 other finding follows from it.",
    ),
    "many hosts": (
        run(*(down(f"h{n}") for n in range(9))),
        "Do not deploy: Redis does not answer (redis.answers_ping) on h0, h1 and 7 more hosts.",
    ),
    "several causes": (
        run(down(), *follows(), finding("os.load", severity="P2", host="two")),
        "Do not deploy: 2 causes; the first is Redis does not answer (redis.answers_ping) on one. "
        "2 other findings follow from it.",
    ),
    "a fact": (
        run(finding("redis.a", "blocked", **WAITS), finding("redis.b", "blocked", **WAITS)),
        "Do not deploy: the fact redis_info could not be had on one. 2 checks are blocked by it.",
    ),
    "ours": (
        run(finding("os.load", "error", **BROKEN)),
        "Do not deploy: the suite itself broke in checks/test_os.py:7, which says nothing of one.",
    ),
    "over": (
        run(finding("redis.log", guidance=Guidance(section="Redis / Redis reports errors"), **OVER)),
        "Do not deploy yet: Redis reports errors (redis.log) on one, "
        "quiet since 14:05:00; ask again with --since=14:05:06.",
    ),
    "cut short": (
        run(down(), *follows(), *[finding("os.load", "not_run")] * 3, code=2, problems=CUT),
        "Do not deploy: Redis does not answer (redis.answers_ping) on one. "
        "2 other findings follow from it; interrupted: SIGTERM; 3 checks were not run.",
    ),
    "ended at the first": (
        run(down(), finding("os.load", "not_run")),
        "Do not deploy: Redis does not answer (redis.answers_ping) on one. 1 check was not run.",
    ),
    "interrupted, and nothing known": (
        run(finding("os.load", "not_run"), code=2, problems=("interrupted",)),
        "Do not deploy: interrupted. 1 check was not run. Run it again.",
    ),
    "an output is lost": (
        run(*passed(), code=3, problems=("/x/report.html could not be written: full", "another")),
        "Do not deploy: /x/report.html could not be written: full. 1 more problem; 2 checks passed on 1 host.",
    ),
    "no reason": (run(*passed(), code=6), "Do not deploy: the run ended with exit code 6. 2 checks passed on 1 host."),
    "nothing was known": (run(code=2, problems=("1 error.",)), "Do not deploy: 1 error."),
    "going on": (run(*passed(), code=None), "No answer yet: the run is going on, or was killed."),
}


@pytest.mark.parametrize(("result", "words"), CASES.values(), ids=CASES)
def test_what_it_says(result: RunResult, words: str) -> None:
    """Each kind of end, in words."""
    assert headline(result) == words


def test_it_is_short_plain_text() -> None:
    """One line, however much there is to say, and whatever stands in it."""
    names = [f"host-{n}-{'x' * 60}" for n in range(40)]
    causes = [down(name, item="i" * 200) for name in names]
    result = run(*causes, problems=["it\nbroke \x1b[31m" * 99] * 9)
    assert len(headline(result)) < 800
    assert not re.search(r"[\x00-\x1f]", headline(result))
