"""Gives the user of another URI the password and the roles that it needs; the user is made where it is missing.

Said: the URI's variable, `all` or `roles` (the password stays), and the roles as JSON. Nothing secret is printed.
"""

import json
import os
from typing import Any

from pymongo import MongoClient
from pymongo.uri_parser import parse_uri


def main(client: "MongoClient[Any]", arguments: list[str]) -> None:
    """Names the user, where it is kept, and what it may do."""
    key, what, roles = arguments[0], arguments[1], json.loads(arguments[2])
    uri = parse_uri(os.environ[key])
    source = client[uri["options"].get("authSource") or uri["database"] or "admin"]
    if what == "roles":
        source.command("grantRolesToUser", uri["username"], roles=roles)
    elif source.command("usersInfo", uri["username"])["users"]:
        extra = {"roles": roles} if what == "all" else {}
        source.command("updateUser", uri["username"], pwd=uri["password"], **extra)
    else:
        source.command("createUser", uri["username"], pwd=uri["password"], roles=roles)
    held = source.command("usersInfo", uri["username"])["users"][0]["roles"]
    print(uri["username"], "in", source.name, [f"{role['role']} on {role['db']}" for role in held])


if __name__ == "__main__":
    main(client, arguments)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
