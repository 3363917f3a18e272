"""Which finding explains which: the rules of docs/causes.md, on findings alone."""

from __future__ import annotations

from typing import Any

from engine.judge.causes import causes, explain
from engine.judge.finding import Finding

BENEATH = {"os": (), "redis": ("os",), "app": ("redis", "os"), "http": ("app", "redis", "os")}


def finding(check: str, outcome: str = "failed", host: str = "one", **more: Any) -> Finding:
    """A finding as the gate makes it, of a system where http rests on app, app on redis, all on os."""
    component = check.split(".", maxsplit=1)[0]
    values: dict[str, Any] = {
        "nodeid": f"{check}[{host}]",
        "check": check,
        "host": host,
        "system": "shop",
        "component": component,
        "item": "",
        "outcome": outcome,
        "severity": "P1",
        "expected": "It is so.",
        "message": "",
        "depends_on": BENEATH[component],
    }
    return Finding(**{**values, **more})


def names(*findings: Finding) -> list[tuple[str, list[str]]]:
    """Returns each cause with the checks that it explains."""
    return [(cause.name, [f.check for f in cause.consequences]) for cause in causes(explain(findings))]


def test_a_blocked_check_names_the_owner_of_what_is_missing() -> None:
    """Rule 1: the owner of a fact fails, the others that need it follow from it."""
    owner = finding("redis.answers", missing="redis", owners=("redis.answers",))
    blocked = finding("redis.memory", "blocked", missing="redis", owners=("redis.answers",))
    assert names(blocked, owner) == [("redis.answers", ["redis.memory"])]


def test_a_fact_without_its_owner_in_the_run_is_the_cause() -> None:
    """Rule 1: when the owner was not selected, the fact is named, once, for all that it blocks."""
    blocked = [finding(f"redis.{n}", "blocked", missing="redis", owners=("redis.answers",)) for n in ("a", "b")]
    assert names(*blocked) == [("fact redis", ["redis.a", "redis.b"])]


def test_what_a_healthy_symptom_blocks_follows_from_what_lies_beneath_it() -> None:
    """Rule 1: a page within its limit may take the time of the next one; the hung service is the cause of that."""
    latency = finding("http.latency", "passed", symptom=True)
    page = finding("http.protected", "blocked", missing="latencies", owners=("http.latency",))
    redis = finding("redis.answers", vital=True)
    assert names(latency, page, redis) == [("redis.answers", ["http.protected"])]
    assert names(latency, page) == [("fact latencies", ["http.protected"])]


def test_a_symptom_follows_from_a_vital_failure_beneath_it() -> None:
    """Rule 2: an unhealthy page is a consequence of a stopped service that it rests on, however far down."""
    page = finding("http.healthy", symptom=True)
    assert names(page, finding("redis.running", vital=True)) == [("redis.running", ["http.healthy"])]


def test_a_symptom_with_nothing_beneath_it_stands_for_itself() -> None:
    """Rule 2: a failure that is not vital, or lies above, explains nothing."""
    page = finding("app.healthy", symptom=True)
    mode, front = finding("redis.file_mode"), finding("http.running", vital=True)
    assert {name for name, _ in names(page, mode, front)} == {"app.healthy", "redis.file_mode", "http.running"}


def test_a_state_is_never_a_consequence() -> None:
    """Rule 2: what is wrong by itself is repaired by itself."""
    assert len(names(finding("redis.running", vital=True), finding("app.file_mode"))) == 2


def test_the_nearest_state_explains() -> None:
    """Of several causes a state goes before a symptom, and the nearer component before the one further down."""
    disk, redis = finding("os.disk", vital=True), finding("redis.running", vital=True)
    answers = finding("redis.answers", vital=True, symptom=True)
    page = finding("http.healthy", symptom=True)
    told = dict(names(disk, redis, answers, page))
    assert told["redis.running"] == ["http.healthy", "redis.answers"]
    assert told["os.disk"] == []


def test_the_same_failure_on_two_hosts_is_one_cause() -> None:
    """Rule 3: one cause with a list of hosts."""
    found = causes(explain([finding("redis.running", host=host) for host in ("one", "two")]))
    assert [cause.hosts for cause in found] == [("one", "two")]


def test_a_component_elsewhere_explains_this_host() -> None:
    """Rule 3: a database on another host explains the application here, unless this host has its own."""
    page, redis = finding("http.healthy", symptom=True), finding("redis.running", vital=True, host="two")
    assert names(page, redis) == [("redis.running", ["http.healthy"])]
    own = finding("redis.answers", "passed")
    assert len(names(page, redis, own)) == 2


def test_nothing_explains_itself_in_a_circle() -> None:
    """Every unhealthy finding ends at a cause that has none."""
    found = explain([finding(f"redis.{n}", vital=True, symptom=True) for n in ("a", "b", "c")])
    assert [f.cause for f in found] == [None, "redis.a[one]", "redis.a[one]"]


def test_the_gravest_cause_stands_first() -> None:
    """Order: by severity, then by how much a cause explains."""
    mild, grave = finding("app.file_mode", severity="P3"), finding("redis.file_mode", severity="P1")
    assert [name for name, _ in names(mild, grave)] == ["redis.file_mode", "app.file_mode"]


def test_waived_and_warned_are_no_causes() -> None:
    """What was accepted, or is milder than the gate, explains nothing and is not explained."""
    assert names(finding("redis.running", "waived", vital=True), finding("os.disk", "warned", vital=True)) == []


def test_what_a_cluster_sees_follows_from_the_member_that_fails() -> None:
    """Rule 3: a frozen member is the cause, on its own host, of what the others see and of what they cannot do."""
    frozen = finding("redis.answers", vital=True, symptom=True, host="two", missing="redis", owners=("redis.answers",))
    majority = finding("redis.majority", vital=True, symptom=True, shared=True)
    missed = finding("redis.members_healthy", symptom=True, shared=True, host="three")
    page = finding("http.healthy", symptom=True)
    found = [("redis.answers", ["redis.majority", "redis.members_healthy", "http.healthy"])]
    assert names(frozen, majority, missed, page) == found


def test_what_is_not_shared_stays_on_its_host() -> None:
    """Rule 3: a member that is stopped explains nothing that another one's host has for itself."""
    stopped = finding("redis.running", vital=True, host="two")
    page = finding("redis.slow", symptom=True)
    assert [name for name, _ in names(stopped, page)] == ["redis.running", "redis.slow"]


def test_a_shared_symptom_on_two_hosts_is_one_cause() -> None:
    """Rule 3: with nothing beneath it on any host it stands for itself, with its hosts, and not one for the other."""
    seen = [finding("redis.majority", vital=True, symptom=True, shared=True, host=host) for host in ("one", "two")]
    (cause,) = causes(explain(seen))
    assert cause.hosts == ("one", "two")


def test_a_cause_is_as_grave_as_what_fails_because_of_it() -> None:
    """What follows from a milder section's cause decides how grave it is; what is only blocked does not."""
    mild = finding("app.frozen", vital=True, severity="P2")
    front = finding("http.answers", symptom=True, severity="P1")
    other = finding("redis.memory", severity="P2", missing="redis")
    blocked = finding("redis.keys", "blocked", severity="P1", missing="redis", owners=("redis.memory",))
    found = causes(explain([other, blocked, mild, front]))
    assert [(cause.name, cause.gravest.severity) for cause in found] == [("app.frozen", "P1"), ("redis.memory", "P2")]
