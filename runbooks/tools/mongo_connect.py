"""Connects to MongoDB for the program that follows: `client`, `db`, and `arguments` for what else was said.

Said first: the port of this host's own member, or `set` for what the URI names; the URI's variable; the database.
"""

import os
import sys
from typing import Any

from pymongo import MongoClient
from pymongo.uri_parser import parse_uri


def connect(at: str, uri: str) -> "MongoClient[Any]":
    """Returns a client that waits five seconds for a server."""
    if at == "set":
        return MongoClient(uri, serverSelectionTimeoutMS=5000)
    told = parse_uri(uri)
    return MongoClient(
        "localhost",
        int(at),
        username=told["username"],
        password=told["password"],
        authSource=told["options"].get("authSource", "admin"),
        directConnection=True,
        serverSelectionTimeoutMS=5000,
    )


if __name__ == "__main__":
    # A traceback would show lines of the program, and nothing of the server.
    sys.tracebacklimit = 0
    at, key, name, *arguments = sys.argv[1:]
    client = connect(at, os.environ[key])
    db = client[name]
