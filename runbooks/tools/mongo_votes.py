"""Prints who of a replica set may vote, and be elected."""

from typing import Any

from pymongo import MongoClient


def main(client: "MongoClient[Any]") -> None:
    """Prints a line for each member of the configuration."""
    for member in client.admin.command("replSetGetConfig")["config"]["members"]:
        told = {name: member[name] for name in ("priority", "votes", "hidden", "arbiterOnly")}
        print(member["host"], told, "delay", member.get("secondaryDelaySecs", member.get("slaveDelay", 0)))


if __name__ == "__main__":
    main(client)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
