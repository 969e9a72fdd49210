"""Answers as they came: each message once, what was understood of it, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, func, select

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
        promised_at: The time that was read in it, where there was one.
        tag: Digits by which a person names it; as many as part it from the rest are enough.
    """

    tag: str
    channel: str
    body: str
    words_id: str | None
    received_at: datetime
    number: int | None
    promised_at: datetime | None = None


_OF_SOURCES: Final = "sources."


def box_of(source: str) -> str:
    """Return in place of which channel the orders of a source are kept that a person must read."""
    return f"{_OF_SOURCES}{source}"


def source_of(channel: str) -> str:
    """Return the source whose orders are kept in place of a channel; empty where it is a channel."""
    return channel.removeprefix(_OF_SOURCES) if channel.startswith(_OF_SOURCES) else ""


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
    sender_id: str | None = None,
    promised_at: datetime | None = None,
) -> None:
    """Keep what was understood of a message that was claimed, and what became of it.

    Args:
        sender_id: Under which id the messages of its phone are counted.
        promised_at: The time that was read in it.
    """
    connection.execute(
        inbound.update()
        .where(inbound.c.channel == channel, inbound.c.provider_msg_id == message_id)
        .values(
            body=body,
            words_id=words_id,
            outcome=outcome,
            offer_id=offer_id,
            sender_id=sender_id,
            promised_at=promised_at,
        )
    )


def count_from(connection: Connection, sender_id: str, outcomes: Iterable[str], since: datetime) -> int:
    """Return how many messages of one phone came to these outcomes since a moment; what was typed at a desk is none."""
    counted = select(func.count()).where(
        inbound.c.sender_id == sender_id,
        inbound.c.received_at >= since,
        inbound.c.outcome.in_(sorted(outcomes)),
        inbound.c.channel != "by-hand",
    )
    return int(connection.scalar(counted) or 0)


def count_over(connection: Connection, channel: str, since: datetime) -> int:
    """Return how many messages came over a channel since a moment."""
    counted = select(func.count()).where(inbound.c.channel == channel, inbound.c.received_at >= since)
    return int(connection.scalar(counted) or 0)


def tags_of(connection: Connection, channel: str, beginning: str) -> list[str]:
    """Return by which digits a person names the messages of a channel whose ids begin so.

    Args:
        beginning: Letters and digits.
    """
    found = connection.scalars(
        select(inbound.c.provider_msg_id).where(
            inbound.c.channel == channel, inbound.c.provider_msg_id.startswith(beginning)
        )
    )
    return [_tag(channel, message_id) for message_id in found]


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
            promised_at=row["promised_at"],
        )
        for row in rows
    ]
