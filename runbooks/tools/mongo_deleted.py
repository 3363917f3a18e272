"""Prints what was dropped in the application's database, or what was deleted from the collection that is said.

As far as the oplog goes back, twenty at most; of deleted documents the ids alone.
"""

from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

DROPS = ("o.drop", "o.dropDatabase", "o.renameCollection")


def main(client: "MongoClient[Any]", db: "Database[Any]", arguments: list[str]) -> None:
    """Looks for twenty seconds at most."""
    query: dict[str, Any] = {"op": "c", "ns": {"$regex": f"^{db.name}[.]"}}
    query["$or"] = [{name: {"$exists": True}} for name in DROPS]
    if arguments:
        query = {"op": "d", "ns": f"{db.name}.{arguments[0]}"}
    for entry in client.local["oplog.rs"].find(query).max_time_ms(20000).limit(20):
        print(entry["wall"], entry["ns"], entry["o"]["_id"] if arguments else entry["o"])


if __name__ == "__main__":
    main(client, db, arguments)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
