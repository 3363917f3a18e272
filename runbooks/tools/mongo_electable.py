"""Lets members vote and be elected again, until the set survives a loss; hidden and delayed ones and arbiters do not.

One configuration a member: a change may touch one vote at a time.
"""

from typing import Any

from pymongo import MongoClient


def main(client: "MongoClient[Any]") -> None:
    """Prints a line for each member that was changed."""
    for index in range(len(client.admin.command("replSetGetConfig")["config"]["members"])):
        config = client.admin.command("replSetGetConfig")["config"]
        votes, electable = (sum(each[key] > 0 for each in config["members"]) for key in ("votes", "priority"))
        if electable > 1 and votes - 1 > votes // 2:
            return
        member = config["members"][index]
        delay = member.get("secondaryDelaySecs", member.get("slaveDelay", 0))
        if member["hidden"] or delay or member["arbiterOnly"] or (member["priority"] and member["votes"]):
            continue
        member.update(priority=member["priority"] or 1, votes=1)
        config["version"] += 1
        client.admin.command("replSetReconfig", config)
        print(member["host"], "may vote and be elected")


if __name__ == "__main__":
    main(client)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
