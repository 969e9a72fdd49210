"""Answers as they came: each message once, what was understood of it, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, select

from dispatch.store.offers import insert_or_ignore
from dispatch.store.tables import inbound, offer, request


@dataclass(frozen=True, slots=True)
class Seen:
    """A message that came before.

    Args:
        outcome: What became of it, as a code.
    """

    outcome: str
    offer_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """An answer that a person must read.

    Args:
        body: What was understood, as codes.
        words_id: Where the words as typed are kept.
        number: The request's number, where the answer belonged to one.
        tag: Digits by which a person names it; as many as part it from the rest are enough.
    """

    tag: str
    channel: str
    body: str
    words_id: str | None
    received_at: datetime
    number: int | None


def seen(connection: Connection, channel: str, message_id: str) -> Seen | None:
    """Return what became of a message that came before, or none if it is new."""
    row = connection.execute(
        select(inbound.c.outcome, inbound.c.offer_id).where(
            inbound.c.channel == channel, inbound.c.provider_msg_id == message_id
        )
    ).one_or_none()
    return None if row is None else Seen(row[0], row[1])


def claim(connection: Connection, channel: str, message_id: str, received_at: datetime) -> bool:
    """Put a message down before anything is decided by it; False where the same one is there already.

    Two workers that are handed the same message at once meet here: the second waits, and then sees the first's.
    """
    done = connection.execute(
        insert_or_ignore(connection, inbound).values(
            channel=channel, provider_msg_id=message_id, body="", received_at=received_at, outcome="unclear"
        )
    )
    return bool(done.rowcount)


def keep(
    connection: Connection,
    channel: str,
    message_id: str,
    *,
    body: str,
    words_id: str | None,
    outcome: str,
    offer_id: str | None,
) -> None:
    """Keep what was understood of a message that was claimed, and what became of it."""
    connection.execute(
        inbound.update()
        .where(inbound.c.channel == channel, inbound.c.provider_msg_id == message_id)
        .values(body=body, words_id=words_id, outcome=outcome, offer_id=offer_id)
    )


def _tag(channel: str, message_id: str) -> str:
    return str(10**11 + int(sha256(f"{channel} {message_id}".encode()).hexdigest(), 16) % (9 * 10**11))


def unread(connection: Connection, since: datetime) -> list[Unread]:
    """Return the answers since a moment that nobody could act on, oldest first."""
    rows = connection.execute(
        select(inbound, request.c.number)
        .outerjoin(offer, offer.c.id == inbound.c.offer_id)
        .outerjoin(request, request.c.id == offer.c.request_id)
        .where(inbound.c.outcome.in_(["unclear", "unknown"]), inbound.c.received_at >= since)
        .order_by(inbound.c.received_at)
    ).mappings()
    return [
        Unread(
            tag=_tag(row["channel"], row["provider_msg_id"]),
            channel=row["channel"],
            body=row["body"],
            words_id=row["words_id"],
            received_at=row["received_at"],
            number=row["number"],
        )
        for row in rows
    ]
