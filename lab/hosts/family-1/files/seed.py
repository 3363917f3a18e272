"""Fills the database: its users, and some thousand people in families that refer to each other as they must."""

import hashlib
import os
import random
from datetime import UTC, datetime, timedelta

from pymongo import MongoClient

DATABASE = "second_brain_database"
PEOPLE, SIZE, INVITED = 4000, 5, 600
INDEXES = {
    "users": [({"username": 1}, True), ({"email": 1}, True)],
    "families": [({"family_id": 1}, True), ({"admin_user_ids": 1}, False)],
    "family_relationships": [
        ({"relationship_id": 1}, True),
        ({"family_id": 1, "status": 1}, False),
        ({"user_a_id": 1}, False),
        ({"user_b_id": 1}, False),
    ],
    "family_invitations": [
        ({"invitation_id": 1}, True),
        ({"invitation_token": 1}, True),
        ({"status": 1, "expires_at": 1}, False),
    ],
}
now = datetime.now(UTC).replace(microsecond=0)
chance = random.Random(5)
client = MongoClient("mongodb://127.0.0.1:27017")
db = client[DATABASE]


def name(number: int) -> str:
    """Returns the user name of a person."""
    return f"user{number:04}"


def hashed(password: str) -> str:
    """Returns the password as the application stores it; all people share one, so it is hashed once."""
    salt = "0123456789abcdef"
    return f"{salt}${hashlib.pbkdf2_hmac('sha256', password.encode(), salt.encode(), 20_000).hex()}"


def person(number: int, password: str) -> dict[str, object]:
    """Returns a person; the first is the administrator, every seventh has a second factor."""
    return {
        "username": name(number),
        "email": f"{name(number)}@example.org",
        "hashed_password": password,
        "role": "admin" if number == 1 else "user",
        "is_active": True,
        "two_fa_enabled": number % 7 == 0,
        "created_at": now - timedelta(days=chance.randrange(30, 900)),
    }


def family(first: int) -> dict[str, object]:
    """Returns the family of the people from `first` on, which that one heads."""
    members = [name(number) for number in range(first, first + SIZE)]
    return {
        "family_id": f"fam_{first:06}",
        "name": f"Family {first}",
        "admin_user_ids": [name(first)],
        "member_count": SIZE,
        "is_active": True,
        "created_at": now - timedelta(days=chance.randrange(5, 30)),
        "sbd_account": {
            "account_username": f"family_{first}",
            "is_frozen": False,
            "spending_permissions": {
                member: {"can_spend": True, "spending_limit": -1 if member == members[0] else 100} for member in members
            },
        },
    }


def relationship(first: int, other: int) -> dict[str, object]:
    """Returns the relationship of a family's head with a member."""
    return {
        "relationship_id": f"rel_{other:06}",
        "family_id": f"fam_{first:06}",
        "user_a_id": name(first),
        "user_b_id": name(other),
        "relationship_type_a_to_b": "parent",
        "relationship_type_b_to_a": "child",
        "status": "active",
        "created_at": now - timedelta(days=chance.randrange(1, 5)),
    }


def invitation(number: int) -> dict[str, object]:
    """Returns an invitation: two of three are answered, the others stay open for a month."""
    head = chance.randrange(PEOPLE // SIZE) * SIZE + 1
    status = ("accepted", "declined", "pending")[number % 3]
    created = now - timedelta(days=2) if status == "pending" else now - timedelta(days=chance.randrange(40, 90))
    return {
        "invitation_id": f"inv_{number:06}",
        "family_id": f"fam_{head:06}",
        "inviter_user_id": name(head),
        "invitee_email": f"guest{number}@example.org",
        "relationship_type": "child",
        "invitation_token": f"{chance.getrandbits(128):032x}",
        "status": status,
        "created_at": created,
        "expires_at": created + timedelta(days=30),
    }


def fill() -> None:
    """Makes indexes and documents."""
    for collection, indexes in INDEXES.items():
        for keys, unique in indexes:
            db[collection].create_index(list(keys.items()), unique=unique)
    heads = range(1, PEOPLE, SIZE)
    password = hashed("correct horse battery")
    db.users.insert_many([person(number, password) for number in range(1, PEOPLE + 1)])
    db.families.insert_many([family(first) for first in heads])
    db.family_relationships.insert_many(
        [relationship(first, other) for first in heads for other in range(first + 1, first + SIZE)]
    )
    db.family_invitations.insert_many([invitation(number) for number in range(INVITED)])


def make_users() -> None:
    """Makes the administrator, the application's user, and one that may only look."""
    may_look = [
        {"role": "clusterMonitor", "db": "admin"},
        {"role": "read", "db": DATABASE},
        {"role": "read", "db": "local"},
    ]
    for user, secret, roles in (
        ("admin", "MONGODB_ADMIN", [{"role": "root", "db": "admin"}]),
        ("sbd_app", "MONGODB_APP", [{"role": "readWrite", "db": DATABASE}]),
        ("monitor", "MONGODB_MONITOR", may_look),
    ):
        client.admin.command("createUser", user, pwd=os.environ[secret], roles=roles)


fill()
make_users()
