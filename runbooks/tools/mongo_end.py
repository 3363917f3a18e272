"""Ends operations of clients on the application's database that run too long, and prints them.

Said: `reads` or `writes`, and the least seconds. Of reads those of a dump are left alone, and aggregations that write.
Or `transactions`: those that are open for so long while nobody works on them are rolled back, on any database.
"""

from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

READS = ("find", "aggregate", "count", "distinct")


def is_read(op: dict[str, Any]) -> bool:
    """Whether nothing is left half done when the operation ends."""
    command = op.get("cursor", {}).get("originatingCommand", {}) if op["op"] == "getmore" else op.get("command", {})
    writes = any(stage in step for step in command.get("pipeline", []) for stage in ("$out", "$merge"))
    return any(name in command for name in READS) and not writes and op.get("appName") != "mongodump"


def main(client: "MongoClient[Any]", db: "Database[Any]", arguments: list[str]) -> None:
    """Asks the server to end each: it does when the operation next looks."""
    kind, least = arguments
    if kind == "transactions":
        roll_back(client, int(least))
        return
    match: dict[str, Any] = {"active": True, "secs_running": {"$gte": int(least)}, "client": {"$exists": True}}
    match["ns"] = {"$regex": f"^{db.name}[.]"}
    if kind == "writes":
        match["op"] = {"$in": ["update", "remove", "insert"]}
    for op in client.admin.aggregate([{"$currentOp": {"allUsers": True}}, {"$match": match}]):
        if kind == "writes" or is_read(op):
            ended = client.admin.command("killOp", op=op["opid"])["info"]
            print(op["opid"], op["ns"], op["secs_running"], "s", ended)


def roll_back(client: "MongoClient[Any]", least: int) -> None:
    """Ends the session of each transaction that is idle now, which takes the transaction back."""
    match = {"type": "idleSession", "transaction.timeOpenMicros": {"$gte": least * 1000000}}
    for op in client.admin.aggregate([{"$currentOp": {"allUsers": True}}, {"$match": match}]):
        client.admin.command("killAllSessionsByPattern", [{"lsid": op["lsid"]}])
        print("transaction", op["lsid"]["id"], op.get("appName", ""), op.get("client", ""), "rolled back")


if __name__ == "__main__":
    main(client, db, arguments)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
