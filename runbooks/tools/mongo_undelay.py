"""Takes the delay of members that serve reads out of the set's configuration; hidden members keep theirs."""

from typing import Any

from pymongo import MongoClient


def main(client: "MongoClient[Any]") -> None:
    """Changes nothing when nobody is delayed."""
    config = client.admin.command("replSetGetConfig")["config"]
    delayed = [each for each in config["members"] if each["secondaryDelaySecs"] and not each["hidden"]]
    for each in delayed:
        each["secondaryDelaySecs"] = 0
    if delayed:
        config["version"] += 1
        client.admin.command("replSetReconfig", config)
    print("no longer delayed:", [each["host"] for each in delayed])


if __name__ == "__main__":
    main(client)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
