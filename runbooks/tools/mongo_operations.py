"""Prints the operations of clients that are at work, the oldest first, without their filters: these hold user data.

Said: the least seconds, 0 for all. Members stream the oplog for ever, idle connections are harmless: neither counts.
Then the transactions that are open for so long while nobody works on them.
"""

from typing import Any

from pymongo import MongoClient

SYSTEM = {"$regex": "^(admin|local|config)[.]"}


def main(client: "MongoClient[Any]", arguments: list[str]) -> None:
    """Prints a line an operation, twenty at most."""
    match: dict[str, Any] = {"active": True, "ns": {"$not": SYSTEM}, "client": {"$exists": True}}
    if int(arguments[0]):
        match["secs_running"] = {"$gte": int(arguments[0])}
    stages: list[dict[str, Any]] = [
        {"$currentOp": {"allUsers": True}},
        {"$match": match},
        {"$sort": {"secs_running": -1}},
        {"$limit": 20},
    ]
    for op in client.admin.aggregate(stages):
        waits = "waits" if op.get("waitingForLock") else "works"
        who = (op.get("appName", ""), op["client"])
        print(op["opid"], op["op"], op["ns"], op.get("secs_running"), "s", waits, *who, op.get("planSummary", ""))
    idle: dict[str, Any] = {"type": "idleSession"}
    idle["transaction.timeOpenMicros"] = {"$gte": int(arguments[0]) * 1000000}
    for op in client.admin.aggregate([stages[0], {"$match": idle}, {"$limit": 20}]):
        if "transaction" in op:
            seconds, who = op["transaction"]["timeOpenMicros"] // 1000000, (op.get("appName", ""), op.get("client", ""))
            print("transaction", op["lsid"]["id"], seconds, "s idle", *who)


if __name__ == "__main__":
    main(client, arguments)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
