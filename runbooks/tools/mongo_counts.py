"""Prints every database with its size in KiB, its collections and how many documents each is said to hold."""

from typing import Any

from pymongo import MongoClient


def main(client: "MongoClient[Any]") -> None:
    """The server's own databases are left out."""
    for base in client.list_databases():
        if base["name"] not in {"admin", "config", "local"}:
            db = client[base["name"]]
            counts = {name: db[name].estimated_document_count() for name in sorted(db.list_collection_names())}
            print(base["name"], base["sizeOnDisk"] // 2**10, "KiB", counts)


if __name__ == "__main__":
    main(client)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
