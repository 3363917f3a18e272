"""Parts of one environment become one run, whose causes are those that one run of everything had found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.judge.causes import causes
from engine.judge.finding import Absence, Finding, Guidance
from engine.judge.result import RunResult, SlowFact
from reports.merging import MergeError, merged
from tests.judge import recorded
from tests.judge.findings import finding
from tests.reports.stored import STARTED, STEPS, WHOLE, full, run, whole

LATER = STARTED + timedelta(minutes=5)
DOWN: dict[str, Any] = {"vital": True, "missing": None, "owners": (), "only": (), "brings": ()}
BRIEF = Guidance(WHOLE.section, WHOLE.link, WHOLE.place)


def told(result: RunResult) -> list[tuple[object, ...]]:
    """Returns what a report says of the causes of a run."""
    return [
        (c.name, c.hosts, c.gravest.severity, [f.nodeid for f in c.alike], [f.nodeid for f in c.consequences])
        for c in result.causes
    ]


@pytest.mark.parametrize("fault", list(recorded.faults())[::30])
def test_parts_have_the_causes_of_the_whole(fault: str) -> None:
    """Of what the lab showed in a fault, made by a machine a host."""
    findings = recorded.faults()[fault]
    hosts = dict.fromkeys(f.host for f in findings)
    parts = [run(*(f for f in findings if f.host == host)) for host in hosts]
    found = merged(parts)
    assert told(found) == told(run(*findings))
    assert {f.nodeid: (f.cause, f.quiet) for f in found.findings} == {
        f.nodeid: (f.cause, f.quiet) for f in run(*findings).findings
    }
    assert found.exit_code == run(*findings).exit_code


def test_a_cause_in_another_part_explains() -> None:
    """What stood for itself follows then, without its steps; the cause has its own, by when the gravest wants it."""
    first = run(whole("redis.answers", severity="P2", **DOWN), finding("os.load", "passed"))
    page = whole("http.healthy", "failed", "two", symptom=True, severity="P1", missing=None, owners=())
    urgent = replace(WHOLE, response_s=300, demands="Hurry.")
    second = run(replace(page, guidance=urgent))
    assert [cause.name for cause in second.causes] == ["http.healthy"]
    found = merged([second, first])
    (cause,) = found.causes
    assert (cause.name, [f.check for f in cause.consequences]) == ("redis.answers", ["http.healthy"])
    assert (cause.consequences[0].guidance, cause.consequences[0].files) == (BRIEF, ())
    assert cause.first.guidance == replace(WHOLE, response_s=300, demands="Hurry.")
    assert len(cause.first.files) == 2


def test_a_cause_only_now_keeps_its_section() -> None:
    """It followed in its part, from what a newer part saw well again."""
    old = run(whole("redis.answers", **DOWN), whole("app.page", symptom=True, guidance=BRIEF, missing=None, owners=()))
    assert old.findings[1].cause
    new = run(finding("redis.answers", "passed", vital=True), started=LATER)
    found = merged([old, new])
    (cause,) = found.causes
    assert (cause.name, cause.first.guidance) == ("app.page", replace(BRIEF, response_s=900, demands="Acknowledge."))
    assert causes(found.findings) == found.causes


def test_what_is_over_in_its_part_is_not_where_another_is_unwell() -> None:
    """And what is over in the whole has no steps, whatever its part had."""
    log = finding("logs.failures", symptom=True, ended="2026-11-24T14:05:27+00:00", guidance=WHOLE)
    well, unwell = finding("redis.answers", "passed", vital=True), finding("app.answers", "failed", "two", vital=True)
    assert not merged([run(log, well), run(unwell)]).findings[0].quiet
    alone = run(log)
    assert alone.findings[0].guidance.remediation
    over = merged([alone, run(well)]).findings[0]
    assert over.quiet
    assert (over.guidance.remediation, over.guidance.further) == ((), ())


def both(one: Finding, other: Finding, *, earlier: bool = False) -> Finding:
    """Returns what is kept of the same finding in two runs, the second of which is later, or earlier."""
    then = STARTED - timedelta(hours=1) if earlier else LATER
    (kept,) = merged([run(one), run(other, started=then)]).findings
    return kept


def test_the_same_finding_twice() -> None:
    """That which was run is kept, and of two the newer; of two of one second the one that was named last."""
    passed, failed, unrun = (finding("os.load", outcome) for outcome in ("passed", "failed", "not_run"))
    assert both(failed, passed).outcome == "passed"
    assert both(failed, passed, earlier=True).outcome == "failed"
    assert both(failed, unrun).outcome == "failed"
    assert both(unrun, passed, earlier=True).outcome == "passed"
    assert merged([run(passed), run(failed)]).findings[0].outcome == "failed"


def codes(*parts: tuple[int | None, str, bool]) -> int | None:
    """Returns the exit code of parts, each with an exit code, an outcome and whether it is complete."""
    runs = [
        run(finding("os.load", outcome, host=f"host-{number}"), exit_code=code, complete=complete)
        for number, (code, outcome, complete) in enumerate(parts)
    ]
    return merged(runs).exit_code


def test_the_exit_code() -> None:
    """0 only where each part is whole and has 0, and nothing fails that is not accepted."""
    green = (0, "passed", True)
    assert codes(green, green, (0, "waived", True), (0, "warned", True)) == 0
    assert codes(green, (1, "failed", True)) == 1
    assert codes(green, (0, "failed", True)) == 1
    assert codes(green, (0, "blocked", True)) == 1
    assert codes(green, (0, "not_run", True)) == 1
    assert codes(green, (0, "passed", False)) == 1
    assert codes(green, (None, "passed", False)) == 2
    assert codes(green, (2, "not_run", False), (1, "failed", True)) == 2
    assert codes(green, (3, "passed", True)) == 3
    assert codes((1, "passed", True)) == 1


def test_a_part_that_says_no_more_is_named() -> None:
    """One that was killed, and one that ended with what nobody sees any more."""
    killed, red = run(exit_code=None, complete=False), run(finding("os.load"), exit_code=1)
    green = run(finding("os.load", "passed"), started=LATER)
    assert merged([killed, green]).problems == (
        "the run that began at 2026-11-26 03:55:00 UTC is not over: it goes on, or was killed",
    )
    found = merged([red, green])
    assert (found.exit_code, found.problems) == (
        1,
        ("the run that began at 2026-11-26 03:55:00 UTC ended with exit code 1",),
    )
    assert merged([red]).problems == ()


def test_what_parts_say_of_themselves() -> None:
    """The earliest start and the latest end; what is absent, unread and wrong once; hosts that no part asked."""
    first = full(finding("os.load", "passed"))
    second = replace(
        run(finding("os.load", "passed", "db-1"), started=LATER, duration_s=60.5),
        absences=(Absence("shop", "grafana", "nobody looks"), Absence("shop", "mail", "none")),
        problems=("interrupted", "no evidence"),
        unasked=("one", "db-2"),
        since=STARTED,
        took=(("db-1", 3.5), ("one", 0.5)),
        slow=(SlowFact("db-1", "disks", 0.25), SlowFact("db-1", "memory", 2.5)),
    )
    found = merged([second, first])
    assert (found.started, found.duration_s) == (STARTED, 360.5)
    assert (found.since, found.complete, found.environment) == (STARTED, False, "try")
    assert found.problems == ("interrupted", "no evidence", "s.md could not be written: OSError")
    assert found.unasked == ("db-2",)
    assert [each.component for each in found.absences] == ["grafana", "mail"]
    assert (found.unnamed, found.unread) == (first.unnamed, first.unread)
    assert found.took == (("db-1", 3.5), ("one", 2.25), ("two", 0.5))
    assert [(fact.host, fact.seconds) for fact in found.slow] == [("db-1", 2.5), ("one", 1.5), ("db-1", 0.25)]
    assert found.runbooks_url == first.runbooks_url
    assert [f.host for f in found.findings] == ["db-1", "one"]


def test_other_environments_are_refused() -> None:
    """In one line."""
    with pytest.raises(MergeError, match=r"^runs of different environments, try, prod; expected those of one$"):
        merged([run(), run(environment="prod"), run()])


OUTCOMES = st.sampled_from(["passed", "failed", "blocked", "error", "waived", "not_run"])
PLACES = [(check, host) for check in ("redis.a", "app.b", "http.c", "os.d") for host in ("one", "two")]
PARTS = st.lists(
    st.dictionaries(st.sampled_from(PLACES), st.tuples(OUTCOMES, st.booleans(), st.booleans()), max_size=6),
    min_size=1,
    max_size=3,
)


@settings(max_examples=100, deadline=None)
@given(PARTS)
def test_any_parts_make_a_run(parts: list[dict[tuple[str, str], Any]]) -> None:
    """Each finding once, each that fails on a card, and with the causes that the same findings have in one run."""
    runs = [
        run(*(finding(*place[:1], outcome, place[1], vital=vital, symptom=symptom, missing="x", guidance=WHOLE)
              for place, (outcome, vital, symptom) in part.items()), started=STARTED + timedelta(seconds=number))
        for number, part in enumerate(parts)
    ]  # fmt: skip
    found = merged(runs)
    kept = [replace(f, cause=None, quiet="") for f in found.findings]
    assert {f.nodeid for f in kept} == {f.nodeid for each in runs for f in each.findings}
    assert [each[0] for each in told(found)] == [each[0] for each in told(run(*kept))]
    shown = {f.nodeid for c in found.causes for part in (c.findings, c.alike, c.consequences) for f in part}
    assert {f.nodeid for f in kept if f.outcome in ("failed", "blocked", "error")} <= shown
    # What follows from another has no steps, and what stands for a cause keeps them.
    assert all((f.guidance.remediation == STEPS) is (f.cause is None) for f in found.findings)
