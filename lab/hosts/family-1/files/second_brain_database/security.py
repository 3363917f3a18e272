"""Who is asking: tokens signed with SECRET_KEY, with a session in Redis that can be ended, and the rate limit."""

import hashlib
import hmac
import logging
import secrets
import time
from typing import Annotated

import jwt
import redis
from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from second_brain_database.stores import key, limiter, sessions, settings

log = logging.getLogger("sbd.auth")
ITERATIONS = 20_000
# The OpenAPI page says by it which routes take a token.
bearer = HTTPBearer(auto_error=False)
Given = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


def hash_password(password: str) -> str:
    """Returns salt$hash."""
    salt = secrets.token_hex(8)
    return f"{salt}${hashlib.pbkdf2_hmac('sha256', password.encode(), salt.encode(), ITERATIONS).hex()}"


def is_password(password: str, stored: str) -> bool:
    """Whether the password is the one that was hashed."""
    salt, _, digest = stored.partition("$")
    tried = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), ITERATIONS).hex()
    return hmac.compare_digest(tried, digest)


async def new_token(username: str, role: str) -> str:
    """Returns a token, and opens its session."""
    number = secrets.token_hex(12)
    await sessions.set(key("session", number), username, ex=settings.SESSION_TTL)
    claims = {"sub": username, "role": role, "jti": number, "exp": int(time.time()) + settings.SESSION_TTL}
    return jwt.encode(claims, settings.SECRET_KEY, algorithm="HS256")


def is_open(path: str) -> bool:
    """Whether the path needs no token: never in production."""
    return any(path.startswith(each) for each in settings.OPEN_PATHS.split(",") if each)


async def user(request: Request, given: Given) -> dict[str, str]:
    """Returns the claims of the token that the request bears; 401 without a valid one."""
    if is_open(request.url.path):
        return {"sub": "user0001", "role": "admin"}
    try:
        claims = jwt.decode(given.credentials, settings.SECRET_KEY, algorithms=["HS256"]) if given else None
    except jwt.PyJWTError:
        claims = None
    if not claims or not await has_session(claims):
        log.warning("invalid token on %s from %s", request.url.path, request.headers.get("user-agent", "nobody"))
        raise HTTPException(401, "a valid token is needed", {"WWW-Authenticate": "Bearer"})
    return claims


async def has_session(claims: dict[str, str]) -> bool:
    """Whether the token's session is still open. Service tokens have none; without Redis the signature must do."""
    if claims.get("role") == "service":
        return True
    try:
        return bool(await sessions.exists(key("session", claims["jti"])))
    except redis.RedisError:
        log.warning("sessions cannot be looked up")
        return True


async def end_session(claims: dict[str, str]) -> None:
    """Forgets the session of a token, which is refused from then on."""
    await sessions.delete(key("session", claims.get("jti", "")))


Claims = Annotated[dict[str, str], Depends(user)]


async def admin(claims: Claims) -> dict[str, str]:
    """Returns the claims of an administrator's token; 403 for anybody else's."""
    if claims["role"] != "admin":
        raise HTTPException(403, "an administrator's token is needed")
    return claims


async def limit(request: Request) -> None:
    """Counts the request; 429 when its address had too many. Without Redis nobody is refused."""
    if not settings.RATE_LIMIT_ENABLED:
        return
    action = request.url.path.split("/")[1] or "root"
    name = key("ratelimit", action, request.client.host if request.client else "unknown")
    try:
        allowed, period = await limits()
        async with limiter.pipeline() as pipe:
            counted, _ = await pipe.incr(name).expire(name, period, nx=True).execute()
    except redis.RedisError:
        log.warning("requests cannot be counted")
        return
    if counted > allowed:
        log.warning("rate limit exceeded on %s", request.url.path)
        raise HTTPException(429, f"more than {allowed} requests in {period} s")


async def limits() -> tuple[int, int]:
    """Returns how many requests an address may make, in how many seconds: Redis' setting goes over the service's."""
    found = await limiter.hmget("rate_limit_config", "requests", "period_seconds")
    return int(found[0] or settings.RATE_LIMIT_REQUESTS), int(found[1] or settings.RATE_LIMIT_PERIOD_SECONDS)
