"""Counts documents that are pending although they expired: `look`, or `end`, which marks them as expired.

Said behind that: the collection, and the field with the time. To look leaves out what expired within the last day.
"""

import datetime
from typing import Any

from pymongo.database import Database


def main(db: "Database[Any]", arguments: list[str]) -> None:
    """Counts for five seconds at most."""
    what, collection, field = arguments
    now = datetime.datetime.now(tz=datetime.timezone.utc)  # noqa: UP017 - a host may have an older Python
    if what == "end":
        late = {"status": "pending", field: {"$lt": now}}
        print(db[collection].update_many(late, {"$set": {"status": "expired"}}).modified_count, "expired")
        return
    day_ago = now - datetime.timedelta(hours=24)
    old = db[collection].count_documents({"status": "pending", field: {"$lt": day_ago}}, maxTimeMS=5000)
    print(old, "expired of", db[collection].count_documents({"status": "pending"}, maxTimeMS=5000), "pending")


if __name__ == "__main__":
    main(db, arguments)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
