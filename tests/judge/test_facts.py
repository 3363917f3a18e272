"""A fact that cannot be had: who answers for it, and that the report always says what to do."""

from __future__ import annotations

import pytest

from engine.gather.fact import Unavailable
from engine.judge.explained import explained
from engine.run.checks import read_checks
from engine.run.run import Run, all_systems
from tests.conftest import ROOT
from tests.judge.conftest import Judge, away, findings
from tests.ours import CATALOGUE

CHECKS = read_checks(ROOT / "checks")
THERE = {name for system in all_systems(ROOT) for name, each in system.components.items() if not each.absent}
USED = {
    fact for check in CHECKS.values() if check.name.partition(".")[0] in THERE for fact in CATALOGUE.chain(check.facts)
}


@pytest.mark.parametrize("fact", ["host", *sorted(USED)])
def test_any_fact_that_is_away_says_what_to_do(run: Run, fact: str) -> None:
    """Alone, over hosts that are well otherwise: the first cause has a section, or a sentence that says what to do."""
    _, found = explained(run, findings(run, Unavailable(fact, "it gave no answer")))
    assert found, f"{fact} is away, and nobody says so"
    first = found[0]
    if first.fact:
        assert first.fact == fact
        assert "docs/access.md" in first.todo
        asked = any(CATALOGUE[fact].asked(target) for target in run.targets if first.first.system == target.system.id)
        assert not asked or "Ask by hand" in first.todo
    else:
        assert first.first.guidance.section
        assert first.first.guidance.remediation or first.first.guidance.escalation


@pytest.mark.parametrize(
    ("check", "fact"),
    [
        ("security.route_protected", "http_protected"),
        ("os.kernel_errors", "kernel_log"),
        ("os.filesystem_space", "filesystems"),
        ("os.process_cpu", "process_cpu"),
        ("postgres.server_log", "postgres_errors"),
        ("app.git_clean", "app_checkout"),
        ("app.limiter_configured", "app_limiters"),
        ("backups.intact", "backup_integrity"),
    ],
)
def test_could_not_ask_is_not_found_open(judge: Judge, check: str, fact: str) -> None:
    """What could not be looked at is blocked, in words about looking, and with none of the steps of the accusation."""
    found = judge(check, away(fact, "port 80 refuses the connection"))
    assert (found.outcome, found.message) == ("blocked", "port 80 refuses the connection")
    assert not found.guidance.remediation


@pytest.mark.parametrize(
    ("check", "fact"),
    [
        ("http.answers", "http"),
        ("redis.answers_ping", "redis"),
        ("postgres.monitoring_role", "postgres_monitor"),
        ("os.sudo_granted", "sudo"),
        ("app.interpreter", "app_interpreter"),
        ("backups.restore_tested", "backup_restore"),
    ],
)
def test_what_a_check_is_about_fails_it(run: Run, judge: Judge, check: str, fact: str) -> None:
    """Where the fact's absence is the very thing that the check tells of, it fails, with its section and steps."""
    ((found,), _) = explained(run, [judge(check, away(fact))])
    assert found.outcome == "failed"
    assert found.guidance.remediation


def test_the_nearest_owner_answers_for_a_fact_without_one(run: Run) -> None:
    """Down the chain of what a fact rests on: the log-in that asks, the right that it needs, the host."""
    assert run.owners("postgres_indexes", CATALOGUE) == ("postgres.answers", "postgres.monitoring_role")
    assert run.owners("redis_keys", CATALOGUE) == ("redis.answers_ping",)
    assert run.owners("listeners", CATALOGUE) == ("os.sudo_granted",)
    assert run.owners("filesystems", CATALOGUE) == ("os.mounts_answer",)
    assert run.owners("memory", CATALOGUE) == ("os.reachable",)
    assert run.owners("no such fact", CATALOGUE) == ()


def test_marks_name_what_there_is() -> None:
    """A component or check that a mark names and that does not exist would bring about nothing, silently."""
    checks = read_checks(ROOT / "checks")
    known = {*checks, *(name.partition(".")[0] for name in checks)}
    for check in checks.values():
        assert {*check.of, *check.brings} <= known, f"{check.file}:{check.line}"
        assert check.symptom or not check.of
        assert check.vital or not check.brings
