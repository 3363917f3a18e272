"""MongoDB and Redis: the clients of this worker, made once, connected when first asked."""

import redis.asyncio as redis
from pymongo import AsyncMongoClient

from second_brain_database.config import get_settings

settings = get_settings()

mongo = AsyncMongoClient(
    settings.MONGODB_URL,
    appname="sbd-api",
    maxPoolSize=settings.MONGODB_MAX_POOL_SIZE,
    minPoolSize=settings.MONGODB_MIN_POOL_SIZE,
    serverSelectionTimeoutMS=5000,
    connectTimeoutMS=2000,
    socketTimeoutMS=10_000,
    w="majority",
)
# The URL names the database; the setting does where it does not.
db = mongo.get_default_database(settings.MONGODB_DATABASE)

QUICK = {"socket_timeout": 1, "socket_connect_timeout": 1, "decode_responses": True, "retry": None}
sessions = redis.Redis.from_url(settings.REDIS_URL, **QUICK)
limiter = redis.Redis.from_url(settings.RATE_LIMIT_REDIS_URL, **QUICK)
cache = redis.Redis.from_url(settings.CACHE_REDIS_URL, **QUICK)


def key(*parts: str) -> str:
    """Returns a Redis key of this deployment."""
    return ":".join((settings.ENV_PREFIX, *parts))
