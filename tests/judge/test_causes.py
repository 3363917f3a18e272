"""Which finding explains which: the rules of docs/causes.md, on findings alone."""

from __future__ import annotations

from engine.judge.causes import causes, explain
from tests.judge.findings import finding, guided, names, told


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


def test_what_the_host_itself_blocks_is_explained_by_nothing_else() -> None:
    """Rule 1: a question that this host did not answer has nothing to do with a full disk of it."""
    reachable = finding("os.reachable", "passed", vital=True)
    asked = finding("os.memory", "blocked", missing="memory", owners=("os.reachable",))
    assert [name for name, _ in names(reachable, asked, finding("os.disk", vital=True))] == ["os.disk", "fact memory"]


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
    found = dict(names(disk, redis, answers, page))
    assert found["redis.running"] == ["http.healthy", "redis.answers"]
    assert found["os.disk"] == []


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
    found = explain([finding(f"redis.{n}", vital=True, symptom=True, rank=n) for n in (3, 1, 2)])
    assert [f.cause for f in found] == ["redis.1[one]", None, "redis.1[one]"]


def test_owners_that_block_each_other_end_somewhere() -> None:
    """A circle is cut where it stands nearest to the root, whichever of it comes first."""
    one = finding("redis.one", "blocked", missing="a", owners=("app.two",))
    two = finding("app.two", "blocked", missing="b", owners=("redis.one",))
    assert names(one, two) == names(two, one) == [("fact a", ["app.two", "redis.one"])]


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
    majority = finding("redis.majority", vital=True, symptom=True, shared=True, rank=1)
    missed = finding("redis.members_healthy", symptom=True, shared=True, host="three")
    page = finding("http.healthy", symptom=True)
    found = [("redis.answers", ["http.healthy", "redis.members_healthy", "redis.majority"])]
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


def test_a_symptom_says_what_can_bring_it_about() -> None:
    """Rule 2: a cache that earns little is no consequence of a mail server, though its component rests on that."""
    mail = finding("mail.greets", vital=True)
    page = finding("http.hit_rate", symptom=True, of=("http", "redis"))
    assert [name for name, _ in names(mail, page)] == ["mail.greets", "http.hit_rate"]
    assert names(finding("redis.running", vital=True), page) == [("redis.running", ["http.hit_rate"])]


def test_a_cause_says_what_it_can_bring_about() -> None:
    """Rule 2: a mail server that is down explains a log, and not a front that does not answer."""
    mail = finding("mail.greets", vital=True, brings=("logs", "http.healthy"))
    log, page, front = (finding(name, symptom=True) for name in ("logs.errors", "http.healthy", "http.answers"))
    assert names(mail, log, page, front) == [("mail.greets", ["http.healthy", "logs.errors"]), ("http.answers", [])]


def test_what_is_named_may_lie_below() -> None:
    """Rule 2: a server beneath logs what the application's missing table made fail."""
    table = finding("app.table", vital=True, brings=("redis.log",))
    log = finding("redis.log", symptom=True)
    assert names(table, log) == [("app.table", ["redis.log"])]
    assert len(names(finding("app.table", vital=True), log)) == 2


def test_what_is_bounded_explains_what_names_it() -> None:
    """Rule 2: a full disk for exports explains what says that it lies on it, and no service that was stopped."""
    disk = finding("os.disk", vital=True, only=("/srv/exports",), message="/srv/exports is 99 % full")
    data = finding("redis.data", symptom=True, message="the data is on /srv/exports, which is 99 % full")
    assert names(disk, data, finding("app.running", symptom=True)) == [
        ("os.disk", ["redis.data"]),
        ("app.running", []),
    ]


def test_one_of_several_things_explains_itself_only() -> None:
    """Rule 2: a check that is made for each of several services explains what is about the same one."""
    away = finding("mail.answers", vital=True, item="tokens")
    slow = [finding("mail.latency", symptom=True, item=item) for item in ("tokens", "email")]
    assert names(away, *slow) == [("mail.answers[tokens]", ["mail.latency"]), ("mail.latency[email]", [])]


def test_a_fact_stands_behind_every_real_cause() -> None:
    """Order: whatever it blocks, a fact that nobody owns is worth less than a cause; and it says what to do."""
    blocked = finding("redis.keys", "blocked", missing="keys", asked="SCAN 0", message="no answer")
    mild = finding("app.file_mode", severity="P3")
    assert [cause.name for cause in told(blocked, mild)] == ["app.file_mode", "fact keys"]
    todo = told(blocked)[0].todo
    assert all(words in todo for words in ("SCAN 0", "on one", "docs/access.md"))


def test_what_blocked_what_a_blocked_owner_blocks_is_told_of() -> None:
    """A check whose owner is blocked itself, by something that nobody of the run owns, is on that card too."""
    owner = finding("redis.answers", "blocked", missing="host")
    blocked = finding("redis.memory", "blocked", missing="redis", owners=("redis.answers",))
    assert names(blocked, owner) == [("fact host", ["redis.answers", "redis.memory"])]


def test_one_trouble_is_one_card() -> None:
    """Two failures of one section with the same steps, on the same host, are told together."""
    stopped = finding("redis.running", vital=True, guidance=guided("Redis stopped", "start it"))
    disabled = finding("redis.enabled", rank=1, guidance=guided("Redis stopped", "start it"))
    (card,) = told(disabled, stopped)
    assert (card.name, [f.check for f in card.alike]) == ("redis.running", ["redis.enabled"])


def test_other_steps_hosts_or_systems_are_other_cards() -> None:
    """A section's steps may name the item; and what is so elsewhere is repaired there."""
    stopped = finding("redis.running", guidance=guided("Redis stopped", "start it"))
    item = finding("redis.index", item="a", guidance=guided("Redis stopped", "make a"))
    elsewhere = finding("redis.enabled", host="two", guidance=guided("Redis stopped", "start it"))
    other = finding("redis.enabled", host="one", system="other", guidance=guided("Redis stopped", "start it"))
    assert len(told(stopped, item, elsewhere, other)) == 4


def test_what_was_accepted_stays_the_root_of_what_it_blocks() -> None:
    """A waived or warned owner is the cause of what is blocked, with its own section, and as grave as that."""
    for outcome in ("waived", "warned"):
        owner = finding(
            "os.sudo", outcome, severity="P3", missing="sudo", owners=("os.sudo",), guidance=guided("Rights", "x")
        )
        blocked = finding("redis.answers", "blocked", missing="sudo", owners=("os.sudo",))
        (cause,) = told(blocked, owner)
        assert (cause.name, cause.first.guidance.section, cause.gravest.severity) == ("os.sudo", "Rights", "P1")


def test_a_mistake_of_ours_is_a_card_of_its_own() -> None:
    """It explains nothing, nothing explains it, it stands behind what is wrong with hosts, and names its place once."""
    broken = [finding(f"redis.{n}", "error", where="fixtures/x.py:7", symptom=True) for n in ("a", "b")]
    found = told(*broken, finding("os.disk", severity="P3", vital=True))
    assert [(c.name, len(c.findings) + len(c.consequences)) for c in found] == [
        ("os.disk", 1),
        ("error in fixtures/x.py:7", 2),
    ]
    assert "error in the suite" in found[1].todo
