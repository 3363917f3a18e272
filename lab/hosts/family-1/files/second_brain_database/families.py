"""Families: who belongs to which, who may spend, who is invited."""

import json
import logging
import secrets
from datetime import UTC, datetime, timedelta

import redis
from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, Field

from second_brain_database import services, telemetry
from second_brain_database.security import Claims, limit
from second_brain_database.stores import cache, db, key, settings

log = logging.getLogger("sbd.family")
router = APIRouter(prefix="/family", tags=["family"], dependencies=[Depends(limit)])


class Spending(BaseModel):
    """What somebody wants to spend."""

    user_id: str
    amount: int = Field(gt=0)


class Invitation(BaseModel):
    """Whom to invite."""

    email: str = Field(pattern=r"^\S+@\S+$")
    relationship_type: str = "child"


@router.get("/my-families")
async def my_families(claims: Claims) -> list[dict[str, object]]:
    """Returns the families that the caller belongs to."""
    name = key("cache", "families", claims["sub"])
    found = await cached(name)
    if found is None:
        belongs = {"$or": [{"user_a_id": claims["sub"]}, {"user_b_id": claims["sub"]}], "status": "active"}
        numbers = await db.family_relationships.distinct("family_id", belongs)
        wanted = {"_id": 0, "family_id": 1, "name": 1, "member_count": 1}
        found = await db.families.find({"family_id": {"$in": numbers}}, wanted).to_list(100)
        await put_in_cache(name, found)
    return found


async def cached(name: str) -> list[dict[str, object]] | None:
    """Returns what the cache has; None when it has nothing, is switched off or away."""
    if not settings.ENABLE_QUERY_CACHE:
        return None
    try:
        text = await cache.get(name)
    except redis.RedisError:
        text = None
    telemetry.lookups.labels("hit" if text else "miss").inc()
    return json.loads(text) if text else None


async def put_in_cache(name: str, value: object) -> None:
    """Remembers an answer for CACHE_TTL seconds."""
    try:
        await cache.set(name, json.dumps(value), ex=settings.CACHE_TTL)
    except redis.RedisError:
        log.warning("the cache took nothing")


async def family(number: str) -> dict[str, object]:
    """Returns the family; 404 when there is none."""
    found = await db.families.find_one({"family_id": number})
    if not found:
        raise HTTPException(404, "no such family")
    return found


@router.post("/{family_id}/validate-spending")
async def validate_spending(family_id: str, wish: Spending, _: Claims) -> dict[str, object]:
    """Says whether a member may spend that many tokens of the family's account."""
    account = (await family(family_id))["sbd_account"]
    permission = account["spending_permissions"].get(wish.user_id)
    if account["is_frozen"] or not permission or not permission["can_spend"]:
        return {"valid": False, "reason": "not permitted"}
    if 0 <= permission["spending_limit"] < wish.amount:
        return {"valid": False, "reason": "over the limit"}
    may = await services.may_spend(account["account_username"], wish.amount)
    await db.families.update_one({"family_id": family_id}, {"$set": {"sbd_account.last_checked_at": datetime.now(UTC)}})
    return {"valid": may}


@router.post("/{family_id}/invite", status_code=201)
async def invite(family_id: str, wish: Invitation, claims: Claims) -> dict[str, object]:
    """Invites somebody by mail; who is invited already gets a new invitation in place of the old one."""
    if claims["sub"] not in (await family(family_id))["admin_user_ids"]:
        raise HTTPException(403, "only an administrator of the family may invite")
    now = datetime.now(UTC)
    document = {
        "invitation_id": f"inv_{secrets.token_hex(8)}",
        "family_id": family_id,
        "inviter_user_id": claims["sub"],
        "invitee_email": wish.email,
        "relationship_type": wish.relationship_type,
        "invitation_token": secrets.token_urlsafe(24),
        "status": "pending",
        "created_at": now,
        "expires_at": now + timedelta(days=7),
    }
    waiting = {name: document[name] for name in ("family_id", "invitee_email", "status")}
    await db.family_invitations.replace_one(waiting, document, upsert=True)
    sent = await services.send_mail(wish.email, "You are invited", "Welcome to the family.")
    return {"invitation_id": document["invitation_id"], "email_sent": sent}
