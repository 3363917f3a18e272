"""Makes indexes where they are missing or hidden, or prints those that there are and how often each was used.

Said: `make` or `look`, and the indexes as JSON: `[{"collection": "families", "keys": {"owner": 1}}]`.
"""

import json
from typing import Any

from pymongo.database import Database


def main(db: "Database[Any]", arguments: list[str]) -> None:
    """One that is there already stays as it is. Uses are counted since the member started."""
    wanted = json.loads(arguments[1])
    if arguments[0] == "make":
        for each in wanted:
            name = db[each["collection"]].create_index(list(each["keys"].items()))
            if db[each["collection"]].index_information()[name].get("hidden"):
                db.command("collMod", each["collection"], index={"name": name, "hidden": False})
            print(each["collection"], name)
        return
    for name in sorted({each["collection"] for each in wanted}):
        for index in db[name].aggregate([{"$indexStats": {}}]):
            print(name, index["name"], list(index["key"]), "used", index["accesses"]["ops"])


if __name__ == "__main__":
    main(db, arguments)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
