"""Steady traffic: people from many addresses log in, look at their families, spend, and sometimes invite somebody."""

import http.client
import itertools
import json
import random
import ssl
import time

TRUSTED = ssl.create_default_context()
PASSWORD = "correct horse battery"  # noqa: S105 - the lab's people all have it
WARM_UP = 120  # requests sent at once after the start, so that rates and counters are real soon
GUESTS = 10  # whom each family invites again and again: what waits for an answer does not grow while the lab is up


def ask(method: str, path: str, address: str, token: str = "", body: object = None) -> object:
    """Returns the answer's JSON; raises OSError when there is none, ValueError when it is an error."""
    connection = http.client.HTTPSConnection("api.family.test", timeout=10, context=TRUSTED)
    headers = {"X-Forwarded-For": address, "Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        response = connection.getresponse()
        found = json.loads(response.read())
    finally:
        connection.close()
    if response.status >= 400:
        raise ValueError(response.status)
    return found


def visit(number: int, visitor: dict[str, str]) -> None:
    """Does one thing that a visitor does."""
    address = visitor.setdefault("address", f"203.0.113.{random.randrange(1, 255)}")
    if "token" not in visitor:
        credentials = {"username": visitor["name"], "password": PASSWORD, "code": "123456"}
        visitor["token"] = ask("POST", "/auth/login", address, body=credentials)["access_token"]
    families = ask("GET", "/family/my-families", address, visitor["token"])
    if number % 5 == 0 and families:
        wish = {"user_id": visitor["name"], "amount": 5}
        ask("POST", f"/family/{families[0]['family_id']}/validate-spending", address, visitor["token"], wish)
    if number % 60 == 30 and families:
        wish = {"email": f"guest{number // 60 % GUESTS}@example.org"}
        ask("POST", f"/family/{families[0]['family_id']}/invite", address, visitor["token"], wish)


# Every fifth user heads a family: who invites must be allowed to.
visitors = [{"name": f"user{number:04}"} for number in range(1, 101, 5)]
for number in itertools.count():
    chosen = random.choice(visitors)
    try:
        visit(number, chosen)
    except (OSError, ValueError, http.client.HTTPException):
        chosen.pop("token", None)
        time.sleep(1)
    time.sleep(0.02 if number < WARM_UP else 0.5)
