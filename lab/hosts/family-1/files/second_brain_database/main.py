"""The API: health, metrics, log-in, families and administration."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pymongo
import redis
from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from pymongo.errors import PyMongoError

from second_brain_database import admin, families, services, telemetry
from second_brain_database.security import Claims, end_session, is_password, limit, new_token
from second_brain_database.stores import db, limiter, sessions, settings

log = logging.getLogger("sbd.auth")


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Publishes the rate limit when the service starts, where nobody has set one."""
    try:
        await limiter.hsetnx("rate_limit_config", "requests", str(settings.RATE_LIMIT_REQUESTS))
        await limiter.hsetnx("rate_limit_config", "period_seconds", str(settings.RATE_LIMIT_PERIOD_SECONDS))
    except redis.RedisError:
        log.warning("the rate limit is not published")
    yield


app = FastAPI(title="Family Management System", version="1.2.0", lifespan=lifespan)
app.middleware("http")(telemetry.account)
app.include_router(families.router)
app.include_router(admin.router)


class Credentials(BaseModel):
    """Who wants to log in."""

    username: str
    password: str
    code: str = ""


@app.get("/health")
async def health() -> JSONResponse:
    """200 while requests can be served: degraded without Redis; 503 without the database."""
    checks = {"database": "healthy", "redis": "healthy"}
    try:
        with pymongo.timeout(1.5):
            await db.families.find_one({}, {"_id": 1})
            await db.command("ping")
    except PyMongoError as error:
        checks["database"] = f"unhealthy: {type(error).__name__}"
    try:
        await sessions.ping()
    except redis.RedisError as error:
        checks["redis"] = f"unhealthy: {type(error).__name__}"
    if checks["database"] != "healthy":
        return JSONResponse({"status": "unhealthy", "checks": checks}, 503)
    return JSONResponse({"status": "healthy" if checks["redis"] == "healthy" else "degraded", "checks": checks})


@app.get("/metrics")
async def metrics() -> Response:
    """What all workers counted, in Prometheus' format."""
    return telemetry.page()


@app.post("/auth/login", dependencies=[Depends(limit)])
async def login(credentials: Credentials) -> dict[str, str]:
    """Returns a token for a user name, a password and, where the user has one, a second factor."""
    found = await db.users.find_one({"username": credentials.username, "is_active": True})
    if not found or not is_password(credentials.password, found["hashed_password"]):
        log.warning("login failed")
        raise HTTPException(401, "wrong user name or password")
    if found["two_fa_enabled"] and not await services.is_second_factor(credentials.username, credentials.code):
        log.warning("login failed: second factor")
        raise HTTPException(401, "wrong second factor")
    return {"access_token": await new_token(credentials.username, found["role"]), "token_type": "bearer"}


@app.post("/auth/logout", status_code=204)
async def logout(claims: Claims) -> None:
    """Ends the session of the token."""
    await end_session(claims)
