"""Two runs, compared: what is new, what is over, what only looks so, and what moved toward its limit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.judge.causes import Cause
from engine.judge.finding import Finding
from engine.judge.measure import Measure
from reports.comparison import Comparison, compare
from tests.judge.findings import finding
from tests.reports.stored import full, run, whole


def changes(old: list[Finding], new: list[Finding]) -> dict[str, list[Any]]:
    """Returns what differs, of each kind that does, by name and host."""
    return told(compare(run(*old), run(*new)))


def told(found: Comparison) -> dict[str, list[Any]]:
    """Returns what a comparison has, in a short form."""
    kinds = {kind: list(map(short, value)) for kind, value in vars(found).items() if kind not in ("old", "new")}
    return {kind: value for kind, value in kinds.items() if value} | ({"worse": [True]} if found.worse else {})


def short(value: object) -> object:
    """Returns a cause or a finding by its name and hosts."""
    if isinstance(value, Cause):
        return " ".join([value.name, *value.hosts, *(f"+{other.check}" for other in value.alike)])
    return f"{value.check} {value.host}" if isinstance(value, Finding) else value


def down(host: str = "one", **more: Any) -> Finding:
    """A Redis that is down."""
    return finding("redis.answers", host=host, vital=True, **more)


def well(check: str, host: str = "one", **more: Any) -> Finding:
    """A check that passed."""
    return finding(check, "passed", host, **more)


def page(outcome: str = "failed") -> Finding:
    """A page that is unhealthy when anything beneath it is."""
    return finding("http.healthy", outcome, symptom=True)


def test_nothing_is_new() -> None:
    """The same failures, whatever their words are: none is new, and none is over."""
    assert changes([down(), page()], [down(message="other words"), page()]) == {}
    assert changes([well("redis.answers")], [well("redis.answers")]) == {}


def test_a_new_cause_and_what_follows() -> None:
    """And the other way round they are over."""
    healthy, broken = [well("redis.answers"), page("passed")], [down(), page()]
    found = {"new_causes": ["redis.answers one"], "following": ["http.healthy one"], "worse": [True]}
    assert changes(healthy, broken) == found
    assert changes(broken, healthy) == {"over": ["redis.answers one"], "ended": ["http.healthy one"]}


def test_one_host_more() -> None:
    """A cause that was on one host and is on two is new on the second only."""
    old, new = [down(), well("redis.answers", "two")], [down(), down("two")]
    assert changes(old, new) == {"new_causes": ["redis.answers two"], "worse": [True]}
    assert changes(new, old) == {"over": ["redis.answers two"]}


def test_an_item_is_another_one() -> None:
    """A check of several things failed for one, and fails for another now."""
    old = [finding("os.disk", item="/"), well("os.disk", item="/srv")]
    new = [well("os.disk", item="/"), finding("os.disk", item="/srv")]
    found = {"new_causes": ["os.disk[/srv] one"], "over": ["os.disk[/] one"], "worse": [True]}
    assert changes(old, new) == found


def test_what_followed_and_stands_for_itself_is_not_new() -> None:
    """Its cause was repaired, and it is as wrong as it was."""
    old, new = [down(), page()], [well("redis.answers"), page()]
    assert changes(old, new) == {"over": ["redis.answers one"], "turned": ["http.healthy one"]}
    # And the other way round: what was the cause follows from a new one.
    assert changes(new, old) == {
        "new_causes": ["redis.answers one"],
        "demoted": ["http.healthy one"],
        "worse": [True],
    }


def test_what_could_not_be_had() -> None:
    """A fact that nobody owns has a seat of its own, whichever of its checks is the first."""
    old = [finding("redis.answers", "blocked", missing="redis"), well("redis.memory")]
    new = [well("redis.answers"), finding("redis.memory", "blocked", missing="redis")]
    assert changes([well("redis.answers"), well("redis.memory")], old) == {
        "new_causes": ["fact redis one"],
        "worse": [True],
    }
    assert changes(old, new) == {
        "following": ["redis.memory one"],
        "ended": ["redis.answers one"],
        "worse": [True],
    }
    assert changes(new, [well("redis.memory")])["over"] == ["fact redis one"]


def test_what_the_new_run_does_not_ask_is_not_over() -> None:
    """Nor what it did not come to."""
    gone = changes([down(), well("os.disk")], [well("os.disk")])
    assert gone == {"unknown": ["redis.answers one"], "went": ["redis.answers one"]}
    assert changes([down()], [finding("redis.answers", "not_run")]) == {"unknown": ["redis.answers one"]}
    assert changes([well("os.disk")], [well("os.disk"), well("os.load")]) == {"came": ["os.load one"]}


def test_what_is_accepted_is_not_over() -> None:
    """A waiver that came, and one that expired."""
    accepted = finding("redis.answers", "waived", waiver="until 2999")
    assert changes([down()], [accepted]) == {"accepted": ["redis.answers one"]}
    assert changes([accepted], [down()]) == {"new_causes": ["redis.answers one"], "worse": [True]}
    assert changes([accepted], [well("redis.answers")]) == {}
    # What it blocked makes it a cause, and is over with it.
    blocked = finding("redis.memory", "blocked", owners=("redis.answers",), missing="redis")
    assert changes([accepted, blocked], [accepted, well("redis.memory")]) == {
        "over": ["redis.answers one"],
        "ended": ["redis.memory one"],
    }


def test_causes_on_one_card_are_told_apart() -> None:
    """Another failure of the same section is new, though its card is not."""
    guidance = whole().guidance
    old = [down(guidance=guidance), well("redis.memory", guidance=guidance)]
    new = [down(guidance=guidance), finding("redis.memory", guidance=guidance)]
    assert [cause.alike for cause in run(*new).causes] == [(new[1],)]
    assert changes(old, new) == {"new_causes": ["redis.memory one"], "worse": [True]}
    both = changes([well("redis.answers"), well("redis.memory")], new)
    assert both["new_causes"] == ["redis.answers one +redis.memory"]


def test_a_mistake_of_ours_is_new() -> None:
    """By the place where it broke."""
    broken = finding("redis.memory", "error", where="checks/test_redis.py:3")
    assert changes([well("redis.memory")], [broken]) == {
        "new_causes": ["error in checks/test_redis.py:3 one"],
        "worse": [True],
    }


def test_a_run_that_is_not_whole_is_worse() -> None:
    """Nothing that it does not tell of is over; what kept the old one from its end is not new."""
    old, new = run(well("os.disk")), run(well("os.disk"), exit_code=2, complete=False, problems=("interrupted",))
    whole_again = "the new run is not whole, so what it does not tell of is unknown"
    assert told(compare(old, new)) == {"problems": ["interrupted", whole_again], "worse": [True]}
    assert told(compare(new, new))["problems"] == [whole_again]
    assert told(compare(new, old)) == {}
    killed = run(exit_code=None, complete=False)
    assert told(compare(old, killed))["problems"] == ["the new run is not over: it is going on, or was killed"]
    assert compare(old, killed).worse


MEASURED = {
    "toward": ((80, 91, 100, "at most"), 0.11),
    "not enough": ((80, 90, 100, "at most"), None),
    "away": ((80, 60, 100, "at most"), None),
    "down to": ((30, 19, 10, "at least"), 1.1),
    "up from": ((10, 30, 10, "at least"), None),
    "over it": ((10, 250, 100, "at most"), 2.4),
    "no parts": ((0, 5, 0, "at most"), None),
    "below zero": ((-9, -7, -10, "at most"), 0.2),
}


@pytest.mark.parametrize(("numbers", "part"), MEASURED.values(), ids=MEASURED)
def test_measures_that_moved_toward_their_limit(numbers: tuple[Any, ...], part: float | None) -> None:
    """By more than a tenth of it, at least or at most."""
    before, value, limit, direction = numbers
    was, now = (Measure("/srv", number, "%", limit, direction) for number in (before, value))
    (moved, *others) = compare(run(well("os.disk", measures=(was,))), run(well("os.disk", measures=(now,)))).moved or (
        None,
    )
    assert others == []
    assert (moved and (moved.finding.check, moved.measure, moved.before)) == (part and ("os.disk", now, before))
    assert moved is None or moved.part == pytest.approx(part)


def test_the_ten_that_moved_most() -> None:
    """The farthest first; of one name the nearest to its limit counts, and what is new did not move."""
    was = [well("os.disk", item=str(n), measures=(Measure("", 0, "%", 100, "at most"),)) for n in range(12)]
    now = [
        replace(f, measures=tuple(Measure("", value, "%", 100, "at most") for value in (20 + n, 1)))
        for n, f in enumerate(was)
    ]
    found = compare(run(*was), run(*now, well("os.load", measures=now[0].measures))).moved
    assert [each.measure.value for each in found] == [31, 30, 29, 28, 27, 26, 25, 24, 23, 22]


def test_hosts_and_systems_are_told_apart() -> None:
    """The same check on another host is another finding; nothing breaks on runs that have nothing in common."""
    found = changes([down()], [down("two")])
    assert (found["new_causes"], found["unknown"]) == (["redis.answers two"], ["redis.answers one"])
    assert compare(full(whole()), full(whole())).worse
