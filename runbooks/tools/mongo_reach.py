"""Prints each configured member: whether its port can be reached from here, and whether it may be elected."""

import socket
from typing import Any

from pymongo import MongoClient


def main(client: "MongoClient[Any]") -> None:
    """Prints a line a member."""
    for each in client.admin.command("replSetGetConfig")["config"]["members"]:
        host, _, port = each["host"].rpartition(":")
        try:
            with socket.create_connection((host, int(port)), 3) as connection:
                answer = f"accepts at {connection.getpeername()[0]}"
        except OSError as error:
            answer = str(error)
        rights = {name: each[name] for name in ("priority", "votes", "hidden", "secondaryDelaySecs")}
        print(each["host"], answer, rights)


if __name__ == "__main__":
    main(client)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
