"""What administrators may do."""

from datetime import UTC, datetime

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from second_brain_database.security import admin, limits
from second_brain_database.stores import cache, db, key, limiter

router = APIRouter(prefix="/admin", tags=["admin"], dependencies=[Depends(admin)])


class Limits(BaseModel):
    """How many requests an address may make, in how many seconds."""

    requests: int = Field(gt=0)
    period_seconds: int = Field(gt=0)


@router.get("/rate-limits")
async def rate_limits() -> Limits:
    """Returns the limit in force."""
    requests, period = await limits()
    return Limits(requests=requests, period_seconds=period)


@router.post("/rate-limits")
async def set_rate_limits(wish: Limits) -> Limits:
    """Sets the limit of all workers."""
    await limiter.hset("rate_limit_config", mapping=wish.model_dump())
    return wish


@router.post("/clear-cache")
async def clear_cache() -> dict[str, int]:
    """Forgets the cached answers, and nothing else."""
    names = [name async for name in cache.scan_iter(key("cache", "*"), count=500)]
    return {"cleared": await cache.unlink(*names) if names else 0}


@router.post("/cleanup-expired-invitations")
async def clean_up() -> dict[str, int]:
    """Marks invitations whose time is over."""
    over = {"status": "pending", "expires_at": {"$lt": datetime.now(UTC)}}
    done = await db.family_invitations.update_many(over, {"$set": {"status": "expired"}})
    return {"expired": done.modified_count}
