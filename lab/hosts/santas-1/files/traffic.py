"""Steady traffic: visitors from many addresses search for a few things again and again, and sometimes log in."""

import http.client
import itertools
import json
import random
import time

TERMS = ["doll", "train", "book", "robot", "puzzle", "drum", "kite", "chess"]
WARM_UP = 260  # requests sent at once after the start, so that rates and counters are real soon


def get(path: str, address: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", 80, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": "localhost", "X-Forwarded-For": address})
        connection.getresponse().read()
    finally:
        connection.close()


def log_in(address: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", 80, timeout=5)
    body = json.dumps({"username": "visitor1", "password": "correct horse battery"})
    headers = {"Host": "localhost", "X-Forwarded-For": address, "Content-Type": "application/json"}
    try:
        connection.request("POST", "/api/login", body, headers)
        token = json.loads(connection.getresponse().read()).get("access_token", "")
        connection.request("GET", "/api/profile", headers={**headers, "Authorization": f"Bearer {token}"})
        connection.getresponse().read()
    finally:
        connection.close()


for number in itertools.count():
    address = f"203.0.113.{random.randrange(1, 255)}"
    try:
        if number % 50 == 49:
            log_in(address)
        else:
            get(f"/api/search?q={random.choice(TERMS)}", address)
    except (OSError, ValueError, http.client.HTTPException):
        time.sleep(1)
    time.sleep(0.005 if number < WARM_UP else 0.4)
