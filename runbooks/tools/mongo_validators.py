"""Shows the validators of collections, and how many of the newest 1000 documents do not pass: `look`, or `off`, by
which those that documents do not pass refuse nothing. Said behind that: the collections.
"""

from typing import Any

from bson import json_util
from pymongo.database import Database


def failed(db: "Database[Any]", collection: str, validator: "dict[str, Any]") -> int:
    """Counts for five seconds at most."""
    stages: list[dict[str, Any]] = [
        {"$sort": {"_id": -1}},
        {"$limit": 1000},
        {"$match": {"$nor": [validator]}},
        {"$count": "failed"},
    ]
    return sum(row["failed"] for row in db[collection].aggregate(stages, maxTimeMS=5000))


def main(db: "Database[Any]", arguments: list[str]) -> None:
    """Prints each with its rule, and how it was set before it is changed."""
    what, *collections = arguments
    for found in db.list_collections(filter={"name": {"$in": collections}}):
        name, options = found["name"], found.get("options", {})
        level, action = options.get("validationLevel", "strict"), options.get("validationAction", "error")
        if not (rule := options.get("validator")):
            continue
        bad = failed(db, name, rule)
        print(name, level, action, bad, "do not pass", json_util.dumps(rule))
        if what == "off" and bad and level != "off" and action != "warn":
            db.command("collMod", name, validationLevel="off")
            print(f'off; to put it back: db.command("collMod", "{name}", validationLevel="{level}")')


if __name__ == "__main__":
    main(db, arguments)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
