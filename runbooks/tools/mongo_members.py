"""Prints each member as this one sees it: its state, how far behind it is, from whom it syncs, what is wrong."""

from typing import Any

from pymongo import MongoClient


def main(client: "MongoClient[Any]") -> None:
    """Prints a line a member, and how many votes a primary needs."""
    status = client.admin.command("replSetGetStatus")
    newest = max((each["optimeDate"] for each in status["members"] if each.get("optimeDate")), default=None)
    for each in status["members"]:
        seen = each.get("optimeDate")
        print(
            each["name"],
            each["stateStr"],
            "up" if each["health"] else "down",
            f"behind by {newest - seen}" if newest and seen else "behind by an unknown time",
            f"syncs from {each.get('syncSourceHost') or 'nobody'}",
            f"elected {each['electionDate']}" if each.get("electionDate") else "",
            f"answers in {each['pingMs']} ms" if "pingMs" in each else "",
            f"last heard of {each['lastHeartbeat']}" if each.get("lastHeartbeat") else "this one",
            each.get("infoMessage", ""),
            each.get("lastHeartbeatMessage", "")[:60],
        )
    print("votes needed:", status["majorityVoteCount"], "of", status["votingMembersCount"])


if __name__ == "__main__":
    main(client)  # type: ignore[name-defined]  # noqa: F821 - mongo_connect made it
