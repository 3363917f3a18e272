"""Prints every user with its database and its roles."""

from typing import Any

from pymongo import MongoClient


def main(client: "MongoClient[Any]") -> None:
    """An application's `authSource` must name the database that stands here."""
    for user in client.admin.command("usersInfo", {"forAllDBs": True})["users"]:
        print(user["user"], "in", user["db"], [f"{role['role']} on {role['db']}" for role in user["roles"]])


if __name__ == "__main__":
    main(client)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
