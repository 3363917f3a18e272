"""Releases a lock for a backup (fsync) that was not taken back, as often as it was taken."""

from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure


def main(client: "MongoClient[Any]") -> None:
    """Ends when no lock is left; that there was none is said, and no failure."""
    try:
        while client.admin.command("fsyncUnlock")["lockCount"] > 0:
            pass
    except OperationFailure as error:
        print((error.details or {}).get("errmsg", error))


if __name__ == "__main__":
    main(client)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
