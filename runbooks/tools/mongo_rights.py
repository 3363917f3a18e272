"""Prints who the user of the connection is, and what it may do."""

from typing import Any

from pymongo import MongoClient


def main(client: "MongoClient[Any]") -> None:
    """A log-in that is refused ends it."""
    told = client.admin.command("connectionStatus")["authInfo"]
    print(told["authenticatedUsers"], [f"{role['role']} on {role['db']}" for role in told["authenticatedUserRoles"]])


if __name__ == "__main__":
    main(client)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
