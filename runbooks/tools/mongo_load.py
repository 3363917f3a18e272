"""Prints how busy this member is, twice: its queue, its tickets, its memory and cache in MiB, its connections."""

import time
from typing import Any

from pymongo import MongoClient


def main(client: "MongoClient[Any]") -> None:
    """Waits five seconds between the two: a queue for a moment is normal."""
    for second in (False, True):
        if second:
            time.sleep(5)
        status = client.admin.command("serverStatus")
        tickets = status["wiredTiger"].get("concurrentTransactions") or status["queues"]["execution"]
        cache = status["wiredTiger"]["cache"]
        sizes = {
            "resident": status["mem"]["resident"],
            "cache": cache["bytes currently in the cache"] // 2**20,
            "of": cache["maximum bytes configured"] // 2**20,
            "dirty": cache["tracked dirty bytes in the cache"] // 2**20,
        }
        print("queue", status["globalLock"]["currentQueue"], "so far", status["opcounters"])
        print("tickets", {way: (tickets[way]["out"], tickets[way]["available"]) for way in ("read", "write")})
        print("MiB", sizes, "connections", status["connections"])


if __name__ == "__main__":
    main(client)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
