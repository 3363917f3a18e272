"""What MongoDB and its log say, as it was recorded from MongoDB 6.0, and what becomes of it."""

from __future__ import annotations

import subprocess
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from checks import test_mongodb
from engine.gather.fact import FactError
from fixtures.mongodb.client import Rights, read_rights
from fixtures.mongodb.host import ERRORS, SLOW, mongodb_log_known, parse_log, parse_port, parse_slow, read_log
from fixtures.mongodb.replica_set import read_set
from fixtures.mongodb.server import read_operation, read_status
from fixtures.mongodb.url import read as read_uri
from tests.ours import Limits

SLOW_LINE = (
    '{"t":{"$date":"2026-11-24T10:51:40.871+00:00"},"s":"I",  "c":"COMMAND",  "id":51803,   "ctx":"conn9",'
    '"msg":"Slow query","attr":{"type":"command","ns":"shop.users","command":{"find":"users","filter":{"email":'
    '"somebody@example.org","$where":"sleep(110)"},"$db":"shop"},"planSummary":"COLLSCAN","keysExamined":0,'
    '"docsExamined":1,"nreturned":1,"reslen":230,"protocol":"op_msg","durationMillis":112}}'
)
FATAL_LINE = (
    '{"t":{"$date":"2026-11-24T10:51:41.871+00:00"},"s":"F",  "c":"CONTROL",  "id":6384300, "ctx":"initandlisten",'
    '"msg":"Writing fatal message","attr":{"message":"Got signal: 6 (Aborted).\\n"}}'
)
PLAIN_LINE = (
    '{"t":{"$date":"2026-11-24T10:51:42.000+00:00"},"s":"I",  "c":"NETWORK",  "id":22943,   "ctx":"listener",'
    '"msg":"Connection accepted","attr":{"remote":"198.51.100.1:37822","connectionId":135,"connectionCount":54}}'
)
NOW = datetime.fromisoformat("2026-11-24T10:52:00+00:00").timestamp()
LOG = "\n".join((SLOW_LINE, "not JSON", FATAL_LINE, PLAIN_LINE))


def awk(program: str, text: str) -> str:
    """Returns what the host's awk leaves of a log."""
    return subprocess.run(["awk", program], input=text, capture_output=True, text=True, check=True).stdout


def test_errors_of_the_log() -> None:
    """Fatal lines and errors are found, with their age; a line of no known shape is passed over."""
    log = parse_log(f"{NOW}\n{int(NOW) - 5}\n==newest\n" + awk(ERRORS, LOG))
    (fatal,) = log.fatal
    assert log.age == pytest.approx(5)
    assert fatal.age == pytest.approx(18.129)
    assert str(fatal).startswith("2026-11-24T10:51:41.871+00:00 F: CONTROL: Writing fatal message")


def test_an_error_line_that_was_cut() -> None:
    """A line cut in its middle still tells when, and as much of its message as there is."""
    log = parse_log(f"{NOW}\n{NOW}\n==newest\n{FATAL_LINE[:120]}")
    assert [line.source for line in log.bad] == ["F"]


def test_old_lines_are_history() -> None:
    """A line of more than an hour ago does not count."""
    assert not parse_log(f"{NOW + 7200}\n{NOW + 7200}\n==newest\n{FATAL_LINE}").bad
    assert not parse_slow(f"{NOW + 7200}\n{NOW + 7200}\n==newest\n" + awk(SLOW, LOG))


def test_slow_operations_leave_out_what_was_asked() -> None:
    """Namespace, plan and time leave the host; the filter, which holds user data, does not."""
    sent = awk(SLOW, LOG)
    assert "example.org" not in sent
    (operation,) = parse_slow(f"{NOW}\n{NOW}\n==newest\n{sent}")
    assert (operation.namespace, operation.plan, operation.milliseconds) == ("shop.users", "COLLSCAN", 112)


def test_the_suites_own_queries_are_no_slow_operations() -> None:
    """A gate every few minutes would make the log of a slow host red by itself."""
    own = SLOW_LINE.replace('"ns":"shop.users"', '"ns":"shop.users","appName":"runbook-checks"')
    assert awk(SLOW, f"{own}\n{SLOW_LINE}").count("\n") == 1


@pytest.mark.parametrize(
    ("status", "words"),
    [("0", "open"), ("1", "refuses the connection"), ("124", "gives no answer within 5 s: a firewall that drops")],
)
def test_port(status: str, words: str) -> None:
    """A port is open, refuses, or is silent."""
    assert parse_port(f"{status}\n") == words


def test_uri() -> None:
    """A URI says who logs in where; options are found in any spelling, and the password is not shown."""
    found = read_uri("URL", "mongodb://me:p%40ss@one,two:27018/shop?replicaset=rs0&authsource=admin")
    assert (found.username, found.password, found.source, found.database) == ("me", "p@ss", "admin", "shop")
    assert (found.members, found.replica_set) == ((("one", 27017), ("two", 27018)), "rs0")
    assert "p@ss" not in repr(found)
    assert read_uri("URL", "mongodb://me:secret@one/shop").source == "shop"


@pytest.mark.parametrize("uri", ["", "postgresql://me:secret@one/shop", "mongodb://me:sec:ret@one", "mongodb://"])
def test_no_uri(uri: str) -> None:
    """What is no URI is said to be none, without a word of it."""
    with pytest.raises(FactError, match=r"^URL is no MongoDB URI") as caught:
        read_uri("URL", uri)
    assert "ret" not in str(caught.value)


def rights(*privileges: dict[str, Any]) -> Rights:
    """The rights that connectionStatus tells."""
    told = {
        "authenticatedUsers": [{"user": "me", "db": "admin"}],
        "authenticatedUserRoles": [{"role": "read", "db": "shop"}],
        "authenticatedUserPrivileges": list(privileges),
    }
    return read_rights({"authInfo": told})


def test_rights() -> None:
    """A right holds for the resource that it names: a database, a collection, any of them, or the server."""
    some = rights({"resource": {"db": "shop", "collection": ""}, "actions": ["find"]})
    assert some.may("find", "shop")
    assert not some.may("insert", "shop")
    assert not some.may("find", "other")
    assert not some.may_cluster("find")
    assert rights({"resource": {"cluster": True}, "actions": ["inprog"]}).may_cluster("inprog")
    everything = rights({"resource": {"anyResource": True}, "actions": ["find"]})
    assert everything.may("find", "shop")
    assert rights({"resource": {"db": "", "collection": ""}, "actions": ["find"]}).may("find", "shop")
    one = rights({"resource": {"db": "shop", "collection": "users"}, "actions": ["find"]})
    assert not one.may("find", "shop")


def member(name: str, state: str, second: int | None = None, **more: Any) -> dict[str, Any]:
    """A member of replSetGetStatus."""
    time = {} if second is None else {"optimeDate": datetime(2026, 1, 1, 0, 0, second)}
    return {"name": name, "stateStr": state, "health": 1.0, **time, **more}


def test_replica_set() -> None:
    """Who is primary, and how far the member that was asked is behind what it knows of; an arbiter is never behind."""
    members = [member("a", "PRIMARY", 30), member("b", "SECONDARY", 12, self=True), member("c", "ARBITER")]
    found = read_set({"set": "rs0", "members": members, "majorityVoteCount": 2, "votingMembersCount": 3})
    assert (found.primaries, found.lag, found.me.name) == (["a"], 18.0, "b")
    members = [member("a", "PRIMARY", 30, health=0.0), member("c", "ARBITER", self=True)]
    found = read_set({"set": "rs0", "members": members, "majorityVoteCount": 2, "votingMembersCount": 3})
    assert (found.primaries, found.lag) == ([], None)
    assert str(found.members[0]) == "a is not reached"


STATUS: dict[str, Any] = {
    "version": "6.0.5",
    "connections": {"current": 59, "available": 441},
    "mem": {"resident": 210},
    "globalLock": {"currentQueue": {"total": 3}},
    "wiredTiger": {"cache": {"bytes currently in the cache": 1000, "maximum bytes configured": 268435456}},
}
TICKETS = {"read": {"out": 1, "available": 127}, "write": {"out": 128, "available": 0}}


@pytest.mark.parametrize("place", ["6.0", "7.0"])
def test_server_status(place: str) -> None:
    """Tickets are found where MongoDB 6 has them, and where MongoDB 7 has them."""
    engine = STATUS["wiredTiger"] | ({"concurrentTransactions": TICKETS} if place == "6.0" else {})
    found = read_status(STATUS | {"wiredTiger": engine, "queues": {"execution": TICKETS}})
    assert (found.connections_most, found.tickets) == (500, {"read": 127, "write": 0})


def test_operation_says_nothing_of_its_filter() -> None:
    """An operation is shown by what it does where, for how long and for whom."""
    row = {"opid": 7, "op": "query", "ns": "shop.users", "microsecs_running": 6_000_000, "appName": "shop-api"}
    told = str(read_operation(row | {"command": {"filter": {"email": "somebody@example.org"}}}))
    assert told == "7 (query of shop.users by shop-api) for 6 s"


def test_idle_transactions_are_judged_by_a_limit_of_their_own() -> None:
    """A transaction that nobody works on holds its locks; a short one is no operation that takes long."""
    row = {"type": "idleSession", "client": "h:5", "appName": "shop-api", "transaction": {"timeOpenMicros": 20_000_000}}
    test_mongodb.test_long_operations([read_operation(row)], Limits())
    old = read_operation(row | {"transaction": {"timeOpenMicros": 31_000_000}})
    with pytest.raises(AssertionError, match="a transaction of shop-api, open for 31 s and idle now"):
        test_mongodb.test_long_operations([old], Limits())


@pytest.mark.parametrize(
    ("last", "status"),
    [
        ('{"t":{"$date":"2026-11-26T04:59:21.000+00:00"},"s":"I","c":"NETWORK","msg":"x"}', 0),
        ('{"t":{"$date":"2026-11-26T04:59:21.000Z"},"s":"I","c":"NETWORK","msg":"x"}', 0),
        ("2019-11-26T04:59:21.000+0000 F  STORAGE  [initandlisten] Fatal Assertion 28548", 77),
        ("Nov 26 04:59:21 db-1 mongod.27017[812]: {", 77),
    ],
)
def test_a_log_that_cannot_be_dated_is_not_clean(tmp_path: Path, last: str, status: int) -> None:
    """Text, as MongoDB wrote it before 4.4, and what rsyslog puts before a line, are told in words."""
    path = tmp_path / "mongod.log"
    path.write_text(f"{last}\n")
    asked = read_log(cast("Any", SimpleNamespace(component=lambda _: SimpleNamespace(log=str(path)))), ERRORS)
    done = subprocess.run(["sh", "-c", asked], capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert ("no time that is understood" in done.stderr) == bool(status)


def test_the_server_is_asked_where_it_logs() -> None:
    """getCmdLineOpts: a log that the running server does not write is not taken for a quiet one."""
    target: Any = SimpleNamespace(component=lambda _: SimpleNamespace(log="/var/log/mongodb/mongod.log"))
    known = mongodb_log_known.fact.make
    for told in (None, {"destination": "file", "path": "/var/log/mongodb/mongod.log"}):
        assert known(target, told) == "/var/log/mongodb/mongod.log"
    for told, words in (
        ({"destination": "syslog"}, "to syslog"),
        ({}, "its standard output"),
        ({"path": "/x/mongod.log"}, "/x/mongod.log"),
    ):
        with pytest.raises(FactError, match=words):
            known(target, told)
