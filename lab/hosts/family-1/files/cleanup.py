"""Asks the API to mark the invitations whose time is over, with an administrator's token of a minute."""

import os
import secrets
import time

import httpx
import jwt
import redis

number = secrets.token_hex(12)
claims = {"sub": "sbd-cleanup", "role": "admin", "jti": number, "exp": int(time.time()) + 60}
prefix = os.environ["ENV_PREFIX"]
redis.Redis.from_url(os.environ["REDIS_URL"]).set(f"{prefix}:session:{number}", "sbd-cleanup", ex=60)
token = jwt.encode(claims, os.environ["SECRET_KEY"], algorithm="HS256")
url = "http://127.0.0.1:8000/admin/cleanup-expired-invitations"
response = httpx.post(url, headers={"Authorization": f"Bearer {token}"}, timeout=10)
response.raise_for_status()
print(response.text)
