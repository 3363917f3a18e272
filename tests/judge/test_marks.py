"""What the marks of the real checks let follow from what: of each pair, both failed, on one host."""

from __future__ import annotations

import pytest

from engine.judge.causes import causes, explain
from engine.judge.finding import Finding
from tests.judge import recorded

FAMILY, SANTA = "family-management", "santas-gift-finder"


def failed(system: str, check: str, *, item: str = "", message: str = "", only: tuple[str, ...] = ()) -> Finding:
    """A failure of a check, with its marks and its component as they are."""
    entry = {"nodeid": f"{check}[{item}]", "check": check, "item": item, "message": message, "only": only}
    return recorded.made({**entry, "host": "one", "system": system, "outcome": "failed", "severity": "P2"})


def explained(cause: Finding, symptom: Finding) -> bool:
    """Whether the one follows from the other."""
    causes_of = {f.check: f.cause for f in explain([symptom, cause])}
    return causes_of[symptom.check] == cause.nodeid


@pytest.mark.parametrize(
    ("system", "cause", "symptom"),
    [
        (FAMILY, "external.smtp_greeting", "tls.certificate_renewed"),
        (FAMILY, "external.smtp_greeting", "tls.redirect"),
        (FAMILY, "external.smtp_greeting", "http.answers"),
        (FAMILY, "external.smtp_greeting", "app.unit_running"),
        (FAMILY, "external.smtp_greeting", "nginx.unit_running"),
        (FAMILY, "external.smtp_greeting", "external.latency"),
        (FAMILY, "redis.answers_ping", "nginx.listening"),
        (FAMILY, "redis.answers_ping", "tls.redirect"),
        (FAMILY, "mongodb.connections", "mongodb.majority"),
        (SANTA, "app.source_parses", "http.status_healthy"),
        (SANTA, "redis.memory_limit_set", "redis.writable"),
        (SANTA, "redis.answers_ping", "nginx.unit_running"),
        (SANTA, "redis.answers_ping", "app.worker_memory"),
        (SANTA, "postgres.answers", "http.cache_hit_rate"),
        (SANTA, "postgres.app_credentials", "postgres.server_log"),
        (SANTA, "os.clock_agrees", "redis.answers_ping"),
        (SANTA, "os.filesystem_space", "os.load"),
    ],
)
def test_it_cannot_bring_it_about(system: str, cause: str, symptom: str) -> None:
    """Both have a card of their own, with their own steps."""
    one, other = failed(system, cause), failed(system, symptom)
    assert not explained(one, other)
    assert len(causes(explain([one, other]))) == 2


@pytest.mark.parametrize(
    ("system", "cause", "symptom"),
    [
        (FAMILY, "external.smtp_greeting", "logs.errors"),
        (FAMILY, "external.answers", "http.error_ratio"),
        (FAMILY, "mongodb.unit_running", "mongodb.majority"),
        (FAMILY, "nginx.unit_running", "tls.redirect"),
        (FAMILY, "app.settings_load", "app.unit_running"),
        (SANTA, "redis.unit_running", "redis.answers_ping"),
        (SANTA, "redis.unit_running", "http.status_healthy"),
        (SANTA, "postgres.lock_waits", "postgres.slow_queries"),
        (SANTA, "app.restarts", "app.unit_running"),
        (SANTA, "os.clock_agrees", "logs.readable"),
        (SANTA, "os.filesystem_space", "postgres.unit_running"),
        (SANTA, "nginx.port_not_taken", "nginx.unit_running"),
    ],
)
def test_it_follows(system: str, cause: str, symptom: str) -> None:
    """One incident, one card."""
    assert explained(failed(system, cause), failed(system, symptom))


def test_a_full_disk_explains_what_lies_on_it() -> None:
    """A disk for exports stops no Redis; one that holds the database stops that."""
    disk = failed(SANTA, "os.filesystem_space", only=("/srv/pg",))
    assert not explained(disk, failed(SANTA, "redis.unit_running", message="redis-server.service is inactive"))
    assert explained(disk, failed(SANTA, "postgres.data_disk", message="/srv/pg/15 is on /srv/pg, which is 99 % full"))


@pytest.mark.parametrize("check", ["data.collections_filled", "data.orphans", "backups.documents_kept"])
def test_an_index_that_deletes_explains_what_is_gone(check: str) -> None:
    """What is missing of its own collection, and of no other."""
    index = failed(FAMILY, "mongodb.indexes_visible", only=("users has ",))
    assert explained(index, failed(FAMILY, check, message="users has 12 documents"))
    assert not explained(index, failed(FAMILY, check, message="families has 12 documents"))


@pytest.mark.parametrize("check", ["logs.errors", "logs.repeated_errors"])
def test_a_feature_follows_from_errors_of_the_same_lines(check: str) -> None:
    """The errors name it; one that they do not name stands for itself."""
    errors = failed(FAMILY, check, only=("of families like",))
    told = '11 lines of families like "ERROR" in the last hour'
    assert explained(errors, failed(FAMILY, "logs.feature_errors", item="families", message=told))
    other = failed(FAMILY, "logs.feature_errors", item="mail", message=told.replace("families", "mail"))
    assert not explained(errors, other)


def test_a_slow_service_follows_from_itself_only() -> None:
    """One of several others that is down says nothing of how fast another one is."""
    down = failed(FAMILY, "external.answers", item="tokens")
    assert explained(down, failed(FAMILY, "external.latency", item="tokens"))
    assert not explained(down, failed(FAMILY, "external.latency", item="email"))
