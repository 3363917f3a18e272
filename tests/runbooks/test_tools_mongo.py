"""The programs that MongoDB is asked by: what they send, and what they print."""

from __future__ import annotations

import datetime
import importlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pymongo.errors import OperationFailure

from runbooks.tools import mongo_connect, mongo_other_primary
from tests.conftest import ROOT

NOON = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
MEMBERS = {
    "members": [
        {"name": "a:27017", "stateStr": "PRIMARY", "health": 1, "optimeDate": NOON, "electionDate": NOON},
        {
            "name": "b:27017",
            "stateStr": "SECONDARY",
            "health": 1,
            "optimeDate": NOON - datetime.timedelta(seconds=30),
            "syncSourceHost": "a:27017",
            "lastHeartbeat": NOON,
        },
        {"name": "c:27017", "stateStr": "DOWN", "health": 0, "lastHeartbeatMessage": "Connection refused"},
    ],
    "majorityVoteCount": 2,
    "votingMembersCount": 3,
}


class Database:
    """Answers commands and aggregations as it was told, and remembers them."""

    def __init__(self, name: str, answers: Mapping[str, Any]) -> None:
        self.name = name
        self.answers = answers
        self.sent: list[Any] = []

    def command(self, name: Any, *arguments: Any, **options: Any) -> Any:
        first = name if isinstance(name, str) else next(iter(name))
        self.sent.append((name, *arguments, options) if options else (name, *arguments))
        answer = self.answers[first]
        if isinstance(answer, list):
            answer = answer.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def aggregate(self, stages: list[dict[str, Any]], **_: Any) -> list[Any]:
        self.sent.append(stages)
        return list(self.answers["aggregate"])

    def __getitem__(self, name: str) -> Database:
        return self


class Client(dict[str, Database]):
    """A client whose databases all answer alike."""

    def __init__(self, **answers: Any) -> None:
        self.admin = Database("admin", answers)
        self.primary: tuple[str, int] | None = None

    def __getitem__(self, name: str) -> Database:
        self.admin.name = name
        return self.admin


def told(capsys: pytest.CaptureFixture[str], tool: str, *arguments: Any) -> list[str]:
    """What a program prints, line by line."""
    importlib.import_module(f"runbooks.tools.{tool}").main(*arguments)
    return capsys.readouterr().out.splitlines()


def test_members(capsys: pytest.CaptureFixture[str]) -> None:
    """How far behind each one is, measured from the newest of all."""
    first, second, third, votes = told(capsys, "mongo_members", Client(replSetGetStatus=MEMBERS))
    assert first.startswith("a:27017 PRIMARY up behind by 0:00:00 syncs from nobody elected")
    assert "b:27017 SECONDARY up behind by 0:00:30 syncs from a:27017" in second
    assert third.startswith("c:27017 DOWN down behind by an unknown time")
    assert third.endswith("Connection refused")
    assert votes == "votes needed: 2 of 3"


def test_reach(capsys: pytest.CaptureFixture[str]) -> None:
    """A name that leads nowhere is an answer."""
    member = {"host": "localhost:1", "priority": 0, "votes": 1, "hidden": True, "secondaryDelaySecs": 0}
    client = Client(replSetGetConfig={"config": {"members": [member]}})
    (line,) = told(capsys, "mongo_reach", client)
    assert line.startswith("localhost:1 ")
    assert "refused" in line
    assert "'priority': 0" in line


def test_ready_waits(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Until this member is something and somebody is primary."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    starting = {"isWritablePrimary": False, "secondary": False}
    ready = {"isWritablePrimary": False, "secondary": True, "me": "b:27017", "primary": "a:27017"}
    assert told(capsys, "mongo_ready", Client(hello=[starting, ready])) == [
        "b:27017 is secondary - the primary is a:27017"
    ]
    assert told(capsys, "mongo_ready", Client(hello=[starting] * 25)) == ["None is neither - the primary is None"]


@pytest.mark.parametrize(
    ("primary", "code"), [(("192.0.2.7", 27017), False), (("localhost", 27017), True), (None, True)]
)
def test_only_another_hosts_primary_counts(primary: tuple[str, int] | None, code: bool) -> None:
    """What follows deletes this member's data: that must not be the primary's, whatever it is called."""
    client = Client(ping={"ok": 1})
    client.primary = primary
    with pytest.raises(SystemExit) as ended:
        mongo_other_primary.main(client)  # type: ignore[arg-type]
    assert ended.value.code is code


def test_tell(capsys: pytest.CaptureFixture[str]) -> None:
    """A refusal is said, and ends nothing."""
    refused = OperationFailure("no", 1, {"errmsg": "not frozen"})
    client = Client(replSetFreeze=[{"ok": 1.0}, refused])
    assert told(capsys, "mongo_tell", client, ['{"replSetFreeze": 0}']) == ["ok 1.0"]
    assert told(capsys, "mongo_tell", client, ['{"replSetFreeze": 0}']) == ["not frozen"]
    assert client.admin.sent == [({"replSetFreeze": 0},)] * 2


def test_unlock(capsys: pytest.CaptureFixture[str]) -> None:
    """As often as it was locked."""
    client = Client(fsyncUnlock=[{"lockCount": 1}, {"lockCount": 0}])
    assert told(capsys, "mongo_unlock", client) == []
    assert len(client.admin.sent) == 2


def test_undelay(capsys: pytest.CaptureFixture[str]) -> None:
    """Hidden members keep their delay, and nothing is sent where nobody is delayed."""
    members = [
        {"host": "a", "secondaryDelaySecs": 60, "hidden": False},
        {"host": "b", "secondaryDelaySecs": 60, "hidden": True},
    ]
    client = Client(replSetGetConfig={"config": {"version": 4, "members": members}}, replSetReconfig={})
    assert told(capsys, "mongo_undelay", client) == ["no longer delayed: ['a']"]
    name, config = client.admin.sent[1]
    assert (name, config["version"], [each["secondaryDelaySecs"] for each in config["members"]]) == (
        "replSetReconfig",
        5,
        [0, 60],
    )
    assert told(capsys, "mongo_undelay", client) == ["no longer delayed: []"]
    assert len(client.admin.sent) == 3


@pytest.mark.parametrize(
    ("act", "failed", "options", "sent"),
    [
        ("look", 3, {}, False),
        ("off", 3, {}, True),
        ("off", 0, {}, False),
        ("off", 3, {"validationAction": "warn"}, False),
        ("off", 3, {"validationLevel": "off"}, False),
    ],
)
def test_validators(
    capsys: pytest.CaptureFixture[str], act: str, failed: int, options: dict[str, Any], sent: bool
) -> None:
    """Only one that refuses what documents are like is switched off, and how to put it back is printed first."""
    client = Client(aggregate=[{"failed": failed}] if failed else [], collMod={"ok": 1})
    database: Any = client["shop"]
    rule = {"validator": {"phone": {"$exists": True}}, **options}
    database.list_collections = lambda **_: [{"name": "plain", "options": {}}, {"name": "guests", "options": rule}]
    first, *more = told(capsys, "mongo_validators", database, [act, "plain", "guests"])
    assert first.endswith(f'{failed} do not pass {{"phone": {{"$exists": true}}}}')
    assert (("collMod", "guests", {"validationLevel": "off"}) in database.sent) is sent
    assert more == ['off; to put it back: db.command("collMod", "guests", validationLevel="strict")'] * sent


URI = "mongodb://shop:s%2Fe@localhost/shop?authSource=shop"
ROLES = [{"role": "readWrite", "db": "shop"}]


@pytest.mark.parametrize(
    ("what", "known", "sent"),
    [
        ("roles", True, ("grantRolesToUser", "shop", {"roles": ROLES})),
        ("password", True, ("updateUser", "shop", {"pwd": "s/e"})),
        ("all", True, ("updateUser", "shop", {"pwd": "s/e", "roles": ROLES})),
        ("password", False, ("createUser", "shop", {"pwd": "s/e", "roles": ROLES})),
    ],
)
def test_user(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, what: str, known: bool, sent: tuple[Any, ...]
) -> None:
    """The password goes to the server and nowhere else."""
    monkeypatch.setenv("URL", URI)
    found = {"users": [{"roles": ROLES}]}
    users: list[Any] = [found] if what == "roles" else [found if known else {"users": []}, found]
    client = Client(usersInfo=users, **{sent[0]: {"ok": 1}})
    assert told(capsys, "mongo_user", client, ["URL", what, json.dumps(ROLES)]) == [
        "shop in shop ['readWrite on shop']"
    ]
    assert sent in client.admin.sent


class Collection(Database):
    """A collection of documents that can be moved and counted."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        super().__init__("shop", {"aggregate": rows})
        self.rows = rows
        self.done: list[Any] = []

    def find(self, query: Any) -> Iterator[Any]:
        return iter([row for row in self.rows if row["_id"] in query["_id"]["$in"]])

    def replace_one(self, query: Any, row: Any, upsert: bool) -> None:
        assert query == {"_id": row["_id"]}
        self.done.append(("kept", row["_id"], upsert))

    def delete_one(self, query: Any) -> None:
        self.done.append(("deleted", query["_id"]))


def test_orphans(capsys: pytest.CaptureFixture[str]) -> None:
    """Each is kept in the other collection before it goes from its own."""
    collection = Collection([{"_id": 1, "family_id": 9}])
    names = ["family_relationships", "family_id", "families", "family_id"]
    assert told(capsys, "mongo_orphans", collection, ["look", *names]) == ["1 9"]
    assert collection.done == []
    assert told(capsys, "mongo_orphans", collection, ["move", *names]) == ["1 moved"]
    assert collection.done == [("kept", 1, True), ("deleted", 1)]


def test_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    """This host's own member alone, or what the URI names."""
    own = mongo_connect.connect("27018", URI)
    assert own._topology_settings.seeds == {("localhost", 27018)}
    all_of_it = mongo_connect.connect("set", "mongodb://a,b/shop")
    assert all_of_it._topology_settings.seeds == {("a", 27017), ("b", 27017)}


PYMONGO = """
class MongoClient:
    def __init__(self, *seen, **options): self.seen = seen
    def __getitem__(self, name): return f"database {name}"
"""


def test_programs_find_what_the_first_one_made(tmp_path: Path) -> None:
    """Put together as `mongo_run` does: client, db and arguments are there."""
    (tmp_path / "pymongo").mkdir()
    (tmp_path / "pymongo/__init__.py").write_text(PYMONGO)
    (tmp_path / "pymongo/uri_parser.py").write_text("def parse_uri(uri): return {}\n")
    program = (ROOT / "runbooks/tools/mongo_connect.py").read_text() + "print(client.seen, db, arguments)\n"
    done = subprocess.run(
        [sys.executable, "-B", "-", "set", "URL", "shop", "more"], input=program, text=True, capture_output=True,
        env={"URL": URI, "PYTHONPATH": str(tmp_path)}, check=True,
    )  # fmt: skip
    assert done.stdout == f"('{URI}',) database shop ['more']\n"
