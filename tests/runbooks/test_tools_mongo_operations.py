"""The programs that show and end operations and transactions of MongoDB."""

from __future__ import annotations

from typing import Any

import pytest

from runbooks.tools import mongo_end
from tests.runbooks.test_tools_mongo import Client, Database, told

OP = {
    "opid": 7,
    "op": "query",
    "ns": "shop.gift",
    "secs_running": 9,
    "client": "h:5",
    "command": {"find": "gift"},
}


def test_operations(capsys: pytest.CaptureFixture[str]) -> None:
    """A line an operation, without what it looks for."""
    client = Client(aggregate=[{**OP, "planSummary": "COLLSCAN"}])
    assert told(capsys, "mongo_operations", client, ["5"]) == ["7 query shop.gift 9 s works  h:5 COLLSCAN"]
    assert client.admin.sent[0][1]["$match"]["secs_running"] == {"$gte": 5}
    told(capsys, "mongo_operations", client, ["0"])
    assert "secs_running" not in client.admin.sent[2][1]["$match"]


IDLE = {"type": "idleSession", "lsid": {"id": "6f1"}, "client": "h:5", "transaction": {"timeOpenMicros": 40_500_000}}


def test_idle_transactions(capsys: pytest.CaptureFixture[str]) -> None:
    """They are rolled back by their session; what they did is not shown."""
    client = Client(aggregate=[IDLE], killAllSessionsByPattern={"ok": 1})
    assert told(capsys, "mongo_end", client, Database("shop", {}), ["transactions", "30"]) == [
        "transaction 6f1  h:5 rolled back"
    ]
    stages, killed = client.admin.sent
    assert stages[1]["$match"] == {"type": "idleSession", "transaction.timeOpenMicros": {"$gte": 30_000_000}}
    assert killed == ("killAllSessionsByPattern", [{"lsid": {"id": "6f1"}}])


OPERATIONS: dict[str, tuple[dict[str, Any], bool]] = {
    "a find": (OP, True),
    "a dump": ({**OP, "appName": "mongodump"}, False),
    "the next part of a find": ({**OP, "op": "getmore", "cursor": {"originatingCommand": {"find": "gift"}}}, True),
    "the next part of nobody knows what": ({**OP, "op": "getmore"}, False),
    "a report": ({**OP, "command": {"aggregate": "gift", "pipeline": [{"$match": {}}]}}, True),
    "an aggregation that writes": ({**OP, "command": {"aggregate": "gift", "pipeline": [{"$out": "copy"}]}}, False),
    "an index build": ({**OP, "command": {"createIndexes": "gift"}}, False),
}


@pytest.mark.parametrize(("op", "ends"), OPERATIONS.values(), ids=OPERATIONS)
def test_end_reads(capsys: pytest.CaptureFixture[str], op: dict[str, Any], ends: bool) -> None:
    """What leaves nothing half done is ended, and nothing else."""
    client = Client(aggregate=[op], killOp={"info": "attempting to kill op"})
    assert mongo_end.is_read(op) is ends
    assert len(told(capsys, "mongo_end", client, Database("shop", {}), ["reads", "5"])) == ends
    assert client.admin.sent[0][1]["$match"]["ns"] == {"$regex": "^shop[.]"}
    assert client.admin.sent[1:] == ([("killOp", {"op": 7})] if ends else [])


def test_end_writes(capsys: pytest.CaptureFixture[str]) -> None:
    """The server is asked for writes alone."""
    client = Client(aggregate=[{**OP, "op": "update"}], killOp={"info": "killed"})
    assert told(capsys, "mongo_end", client, Database("shop", {}), ["writes", "60"]) == ["7 shop.gift 9 s killed"]
    assert client.admin.sent[0][1]["$match"]["op"] == {"$in": ["update", "remove", "insert"]}
