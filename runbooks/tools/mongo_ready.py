"""Waits up to 25 seconds until there is a primary and this member is it or a secondary, and prints what they are."""

import time
from typing import Any

from pymongo import MongoClient


def main(client: "MongoClient[Any]") -> None:
    """Prints this member's role and the primary's name."""
    for _ in range(25):
        hello = client.admin.command("hello")
        role = "primary" if hello["isWritablePrimary"] else "secondary" if hello["secondary"] else "neither"
        if role != "neither" and hello.get("primary"):
            break
        time.sleep(1)
    print(hello.get("me"), "is", role, "- the primary is", hello.get("primary"))


if __name__ == "__main__":
    main(client)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
