"""Gives the server one command, written as JSON, and prints its answer, or why it was refused."""

import json
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure


def main(client: "MongoClient[Any]", arguments: list[str]) -> None:
    """Sends the first argument to the database `admin`."""
    try:
        print("ok", client.admin.command(json.loads(arguments[0]))["ok"])
    except OperationFailure as error:
        print((error.details or {}).get("errmsg", error))


if __name__ == "__main__":
    main(client, arguments)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
