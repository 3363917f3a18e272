#!/usr/local/lib/mongo/bin/python
"""What the lab needs of a MongoDB shell: lab-mongo state | ready | initiate | eval CODE.

`ready` fails while the set is incomplete. `eval` runs Python with `client` (the set, as its administrator), `db` (the
application's database), `local` (this host's member), `direct(HOST)` (another one) and `states(HOST)`.
"""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

PASSWORD = Path("/etc/mongod.admin").read_text(encoding="ascii").strip()
QUICK = {"serverSelectionTimeoutMS": 2000, "connectTimeoutMS": 1000, "socketTimeoutMS": 20_000}
MEMBERS = ("family-1", "family-2", "family-3")


def connect(host: str, **options: object) -> MongoClient:
    """Returns a client as the set's administrator."""
    return MongoClient(host, username="admin", password=PASSWORD, **QUICK | options)


def direct(host: str) -> MongoClient:
    """Returns a client of one member, whatever its state."""
    return connect(host, directConnection=True)


def states(host: str = "localhost") -> dict[str, str]:
    """Returns the state of every member, as this host's sees it."""
    members = direct(host).admin.command("replSetGetStatus")["members"]
    return {member["name"].partition(":")[0]: member["stateStr"] for member in members}


def initiate() -> None:
    """Makes the set when no member is of one yet, and waits until it is complete, family-1 its primary."""
    while not all(hellos := [hello(host) for host in MEMBERS]):
        time.sleep(0.2)
    if not any("setName" in each for each in hellos):
        members = [
            {"_id": number, "host": f"{host}:27017", "priority": 2 if number == 0 else 1}
            for number, host in enumerate(MEMBERS)
        ]
        settings = {"electionTimeoutMillis": 4000, "heartbeatIntervalMillis": 1000, "heartbeatTimeoutSecs": 4}
        direct("localhost").admin.command("replSetInitiate", {"_id": "rs0", "members": members, "settings": settings})
    while not complete():
        time.sleep(0.2)


def hello(host: str) -> dict[str, object]:
    """Returns the member's hello, which needs no log-in; empty when it does not answer."""
    try:
        return MongoClient(host, directConnection=True, **QUICK).admin.command("hello")
    except PyMongoError:
        return {}


def complete() -> bool:
    """Whether the set has family-1 as its primary and the others as secondaries."""
    try:
        found = states()
    except PyMongoError:
        return False
    return found == dict.fromkeys(MEMBERS, "SECONDARY") | {"family-1": "PRIMARY"}


def main(what: str, code: str = "") -> int:
    """Does what the command line says; 1 when `ready` finds the set incomplete."""
    if what == "initiate":
        initiate()
    elif what == "eval":
        client = connect(",".join(MEMBERS), replicaSet="rs0")
        names = {"client": client, "local": direct("localhost"), "db": client.second_brain_database}
        names |= {"connect": connect, "direct": direct, "states": states, "now": datetime.now(UTC)}
        exec(code, names)  # noqa: S102
    elif what == "ready":
        return not complete()
    else:
        print(states())
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except OperationFailure as error:
        sys.exit(f"lab-mongo: {error.details.get('errmsg') if error.details else error}")
