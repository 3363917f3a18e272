"""Ends well only when another host than this one is primary, so that this one may lose its data and sync anew."""

import socket
import sys
from typing import Any

from pymongo import MongoClient


def is_here(host: str) -> bool:
    """Whether a name leads to this host: only its own addresses can be bound."""
    for family, kind, _, _, address in socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM):
        with socket.socket(family, kind) as tried:
            try:
                tried.bind(address)
            except OSError:
                continue
            return True
    return False


def main(client: "MongoClient[Any]") -> None:
    """Asks the whole set: this host's own member may not run."""
    client.admin.command("ping")
    primary = client.primary
    print("the primary is", primary)
    sys.exit(primary is None or is_here(primary[0]))


if __name__ == "__main__":
    main(client)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
