"""Elections by a member's log: each counts once, a trial none, and a failover there and back is no trouble."""

from __future__ import annotations

from checks import test_mongodb_upkeep as checks
from fixtures.mongodb.elections import ELECTIONS, Election, parse_elections
from tests.facts.test_activity import fails
from tests.facts.test_mongodb import awk
from tests.ours import Limits

LIMITS = Limits()
NOW = 1795856956.5
LOG = "/var/log/mongodb/mongod.log"
HEAD = '{"t":{"$date":"2026-11-28T09:08:16.500+00:00"},"s":"I",  "c":"ELECTION", '
# What MongoDB 6.0 of the lab wrote.
VOTED = HEAD + (
    '"id":23980,   "ctx":"conn7","msg":"Responding to vote request","attr":{"request":"{ replSetRequestVotes: 1, '
    'setName: \\"rs0\\", dryRun: false, term: 7, candidateIndex: 0, configVersion: 1, configTerm: 0 }","response":"{ '
    'term: 7, voteGranted: true, reason: \\"\\" }","replicaSetStatus":"{ set: \\"rs0\\", myState: 2, term: 6 }"}}\n'
)
WON = HEAD + (
    '"id":21450,   "ctx":"ReplCoord-1","msg":"Election succeeded, assuming primary role","attr":{"term":8}}\n'
)
TRIED = VOTED.replace("dryRun: false", "dryRun: true")
OTHER = VOTED.replace("Responding to vote request", "VoteRequester processResponse")


def elections(log: str, now: float = NOW) -> list[Election]:
    """Returns the elections of a log."""
    return parse_elections(f"{now}\n{now}\n==newest\n{awk(ELECTIONS, log)}")


def test_each_election_counts_once() -> None:
    """A vote and a victory tell of an election; a trial, and what a candidate hears of the others, do not."""
    assert elections(TRIED + VOTED + VOTED + OTHER + WON) == [Election(7, 60.0), Election(8, 60.0)]
    assert elections(VOTED, NOW + 3600) == []
    assert elections(OTHER + TRIED) == []


def test_few_and_many() -> None:
    """Failovers of an hour are somebody's work on the set; more than these are trouble, until they have ended."""
    few, many = [Election(term, 60.0) for term in range(6)], [Election(term, 1000.0) for term in range(9)]
    checks.test_elections(few, LOG, LIMITS)
    checks.test_elections(many, LOG, LIMITS)
    told = fails(checks.test_elections, [*few, Election(6, 30.0)], LOG, LIMITS)
    assert "tells of 7 elections of a primary in the last hour, the last 30 s ago; the limit is 6" in told
