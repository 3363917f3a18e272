"""Finds documents that refer to none: `look` prints ten, `move` puts a thousand into the collection NAME_orphaned.

Said behind that: the collection, its field, the collection that it refers to, and the field there.
"""

from typing import Any

from pymongo.database import Database


def main(db: "Database[Any]", arguments: list[str]) -> None:
    """Looks for some seconds at most. From where they are moved to they can be put back."""
    what, collection, field, target, key = arguments
    stages: list[dict[str, Any]] = [
        {"$lookup": {"from": target, "localField": field, "foreignField": key, "as": "found"}},
        {"$match": {"found": []}},
        {"$limit": 10 if what == "look" else 1000},
        {"$project": {field: 1}},
    ]
    rows = list(db[collection].aggregate(stages, maxTimeMS=5000 if what == "look" else 20000))
    if what == "look":
        for row in rows:
            print(row["_id"], row.get(field))
        return
    for row in db[collection].find({"_id": {"$in": [row["_id"] for row in rows]}}):
        db[f"{collection}_orphaned"].replace_one({"_id": row["_id"]}, row, upsert=True)
        db[collection].delete_one({"_id": row["_id"]})
    print(len(rows), "moved")


if __name__ == "__main__":
    main(db, arguments)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
