"""Prints the time that the oplog reaches back, and its size."""

from typing import Any

from pymongo import MongoClient


def main(client: "MongoClient[Any]") -> None:
    """The window of one that is not full yet is only the age of the set."""
    stats = client.local.command("collStats", "oplog.rs")
    ends = [client.local["oplog.rs"].find_one(sort=[("$natural", way)], projection={"ts": 1}) for way in (1, -1)]
    first, last = (each["ts"].as_datetime() for each in ends if each)
    print("window", last - first, "used", stats["size"] // 2**20, "of", stats["maxSize"] // 2**20, "MiB")


if __name__ == "__main__":
    main(client)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
