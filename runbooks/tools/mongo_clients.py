"""Prints who holds connections to this member: how many, by the name that the client gave itself and its address."""

from typing import Any

from pymongo import MongoClient


def main(client: "MongoClient[Any]") -> None:
    """Prints the ten with the most."""
    who = ["$appName", {"$first": {"$split": ["$client", ":"]}}]
    stages: list[dict[str, Any]] = [
        {"$currentOp": {"allUsers": True, "idleConnections": True}},
        {"$group": {"_id": who, "count": {"$sum": 1}}},
        {"$sort": {"count": -1}},
        {"$limit": 10},
    ]
    for row in client.admin.aggregate(stages):
        print(row["count"], *row["_id"])


if __name__ == "__main__":
    main(client)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
