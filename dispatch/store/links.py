"""Short links: of a token only its SHA-256 is kept, with what it opens and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, select, update

from dispatch.store.offers import insert_or_ignore
from dispatch.store.tables import link


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a token opens.

    Args:
        offer_id: The one offer it is for; none where the person subscribes with it.
        fence: The state of that offer in which it may decide.
        until: Until when it does anything.
    """

    responder_id: str
    offer_id: str | None
    fence: int | None
    until: datetime


def hash_of(token: str) -> str:
    """Return what is kept of a token."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def keep(connection: Connection, token: str, one: Link, now: datetime) -> bool:
    """Keep a link; False where another token is kept for the same offer."""
    row = {
        "token_hash": hash_of(token),
        "responder_id": one.responder_id,
        "offer_id": one.offer_id,
        "fence": one.fence,
        "made_at": now,
        "until": one.until,
    }
    connection.execute(insert_or_ignore(connection, link).values(row))
    return connection.scalar(select(link.c.token_hash).where(link.c.token_hash == row["token_hash"])) is not None


def with_token(connection: Connection, token: str) -> Link | None:
    """Return what a token opens, whether or not its time is over."""
    row = connection.execute(select(link).where(link.c.token_hash == hash_of(token))).mappings().one_or_none()
    if row is None:
        return None
    return Link(
        responder_id=row["responder_id"], offer_id=row["offer_id"], fence=row["fence"], until=row["until"]
    )


def end_subscribing(connection: Connection, responder_id: str, now: datetime) -> None:
    """Let the links end with which somebody may subscribe."""
    mine = (link.c.responder_id == responder_id) & link.c.offer_id.is_(None) & (link.c.until > now)
    connection.execute(update(link).where(mine).values(until=now))
