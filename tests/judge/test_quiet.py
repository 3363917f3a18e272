"""What a check of the past complains of, and is healthy again in the same run (docs/logs.md)."""

from __future__ import annotations

from typing import Any

from engine.judge.causes import causes, explain
from engine.judge.finding import Finding
from tests.judge.findings import finding, guided, told

ENDED = "2026-11-24T14:05:27+00:00"


def log(**more: Any) -> Finding:
    """A log that complains of what ended at ENDED."""
    values: dict[str, Any] = {"symptom": True, "ended": ENDED, "guidance": guided("Restarts", "git stash"), **more}
    return finding("logs.failures", **values)


def state(check: str, outcome: str = "passed", **more: Any) -> Finding:
    """A vital check of the present."""
    return finding(check, outcome, vital=True, **more)


def test_it_says_since_when_and_how_to_ask_again() -> None:
    """With every vital check beneath it passed it is over: failed still, without steps, with the option to type."""
    (found, *_) = explain([log(), state("app.running"), state("redis.answers")])
    assert found.outcome == "failed"
    assert found.quiet == "quiet since 14:05:27; ask again with --since=14:05:33"
    assert found.guidance == guided("Restarts")


def test_it_is_not_over_while_anything_beneath_is_unwell() -> None:
    """A vital check that failed, was blocked, was accepted or broke, in its component or beneath it."""
    for outcome in ("failed", "blocked", "waived", "warned", "error"):
        found = explain([log(), state("app.running"), state("redis.answers", outcome)])
        assert not found[0].quiet
        assert found[0].guidance.remediation


def test_it_is_not_over_where_nothing_says_so() -> None:
    """A run of the logs alone knows of nothing that is healthy again; nor does one of what stands above."""
    assert not explain([log()])[0].quiet
    assert not explain([log(), state("http.answers")])[0].quiet
    assert not explain([log(ended=""), state("app.running")])[0].quiet


def test_it_stands_last_and_explains_nothing_of_the_present() -> None:
    """A restart that systemd remembers is no cause of a page that is unhealthy now."""
    restarted = state("redis.uptime", "failed", ended=ENDED, severity="P1")
    page = finding("http.healthy", symptom=True, severity="P3")
    found = told(restarted, page, state("redis.answers"))
    assert [cause.name for cause in found] == ["http.healthy", "redis.uptime"]


def test_it_explains_what_else_is_remembered() -> None:
    """What the log says of a restart follows from the restart, both of them over."""
    restarted = state("redis.uptime", "failed", ended=ENDED)
    found = told(restarted, log(), state("redis.answers"))
    assert [(c.name, [f.check for f in c.consequences]) for c in found] == [("redis.uptime", ["logs.failures"])]


def test_one_command_asks_again_for_all() -> None:
    """The latest of several times leaves all of them behind."""
    later = finding("logs.errors", symptom=True, ended="2026-11-24T14:09:00+00:00")
    found = causes(explain([log(), later, state("app.running")]))
    assert {cause.first.quiet.partition("; ")[2] for cause in found} == {"ask again with --since=14:09:06"}
