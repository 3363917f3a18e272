"""Makes indexes where they are missing, and shows hidden ones; or prints what there is, and how often it was used.

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
            print(each["collection"], name)
        for collection in sorted({each["collection"] for each in wanted}):
            for index in db[collection].list_indexes():
                if index.get("hidden"):
                    db.command("collMod", collection, index={"name": index["name"], "hidden": False})
                    print(collection, index["name"], "shown")
        return
    for name in sorted({each["collection"] for each in wanted}):
        for index in db[name].aggregate([{"$indexStats": {}}]):
            print(name, index["name"], list(index["key"]), "used", index["accesses"]["ops"])


if __name__ == "__main__":
    main(db, arguments)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
