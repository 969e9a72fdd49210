"""Who is sending what: a message is taken up under a lease and a fence, sent, and its receipt recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, update

from dispatch.model.message import DeliveryState, Receipt
from dispatch.store.outbox import Delivery, to_model
from dispatch.store.tables import delivery, request

LONGEST_NOTE = 200


def claim(
    connection: Connection,
    community: str,
    now: datetime,
    lease_until: datetime,
    *,
    channel: str,
    due_by: datetime,
    limit: int,
) -> list[Delivery]:
    """Take up messages that are due, and those whose worker's lease has run out.

    What one worker takes up no other gets. Of a message whose lease ran out
    nobody knows whether it went: its ``unknowns`` grows.

    Args:
        now: Leases that end by then have run out.
        lease_until: Until when they are ours; a receipt counts later too, if nobody else took them up since.
        due_by: Take up what may be tried by then.
        limit: The most to take up.

    Returns:
        The messages in the order in which they are to be sent.
    """
    picked = (
        select(delivery.c.id)
        .where(_is_due(community, now, due_by), delivery.c.channel == channel)
        .order_by(delivery.c.next_at, delivery.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=delivery)
        .cte("picked")
    )
    rows = connection.execute(
        update(delivery)
        .where(delivery.c.id.in_(select(picked.c.id)))
        .values(
            state=DeliveryState.SENDING.value,
            lease_until=lease_until,
            fence=delivery.c.fence + 1,
            attempt=delivery.c.attempt + 1,
            unknowns=delivery.c.unknowns + case((delivery.c.state == "sending", 1), else_=0),
        )
        .returning(delivery)
    ).mappings()
    return sorted((to_model(row) for row in rows), key=lambda one: (one.next_at, one.id))


def channels_due(connection: Connection, community: str, now: datetime, due_by: datetime) -> list[str]:
    """Return the channels, by name, on which ``claim`` would find something to take up."""
    query = select(delivery.c.channel).where(_is_due(community, now, due_by)).distinct()
    return list(connection.scalars(query.order_by(delivery.c.channel)))


def record_receipt(
    connection: Connection,
    claimed: Delivery,
    now: datetime,
    *,
    state: DeliveryState,
    receipt: Receipt | None = None,
    next_at: datetime | None = None,
    unknowns: int | None = None,
) -> bool:
    """Say how an attempt ended; the lease is over.

    Args:
        claimed: As it was taken up.
        state: SENT, GAVE_UP or DROPPED; or READY to be tried again.
        receipt: The channel's own words, where there are any.
        next_at: When to try again, with READY.
        unknowns: The new count, where this attempt's end is unknown.

    Returns:
        False, and nothing is changed, where another worker has taken the message up since.
    """
    values: dict[str, object] = {
        "state": state.value,
        "lease_until": None,
        "next_at": next_at or claimed.next_at,
        "unknowns": claimed.unknowns if unknowns is None else unknowns,
        "sent_at": now if state is DeliveryState.SENT else None,
    }
    if receipt is not None:
        values |= {"note": receipt.note[:LONGEST_NOTE], "reference": receipt.reference[:LONGEST_NOTE]}
    return _write(connection, claimed, values)


def put_back(connection: Connection, claimed: Delivery, next_at: datetime | None = None) -> bool:
    """Put a message back that was taken up and not tried; False where another worker has it.

    Args:
        next_at: When it may be tried; as before unless given.
    """
    return _write(
        connection,
        claimed,
        {
            "state": DeliveryState.READY.value,
            "lease_until": None,
            "attempt": claimed.attempt - 1,
            "next_at": next_at or claimed.next_at,
        },
    )


def _is_due(community: str, now: datetime, due_by: datetime) -> ColumnElement[bool]:
    ours = select(request.c.id).where(request.c.id == delivery.c.request_id, request.c.community == community)
    ready = and_(delivery.c.state == "ready", delivery.c.next_at <= due_by)
    lost = and_(delivery.c.state == "sending", delivery.c.lease_until <= now)
    return and_(or_(ready, lost), ours.exists())


def count_held(connection: Connection) -> int:
    """Return how many messages are held until somebody has looked at them."""
    return int(connection.scalar(select(func.count()).where(delivery.c.state == DeliveryState.HELD.value)) or 0)


def held_messages(connection: Connection) -> list[Delivery]:
    """Return the messages that are held until somebody has looked at them, oldest first."""
    held = select(delivery).where(delivery.c.state == DeliveryState.HELD.value)
    return [to_model(row) for row in connection.execute(held.order_by(delivery.c.next_at, delivery.c.id)).mappings()]


def settle_held(connection: Connection, now: datetime, *, send: bool) -> int:
    """Let the messages that are held go from *now* on, or drop them; return how many there were."""
    state = DeliveryState.READY if send else DeliveryState.DROPPED
    held = update(delivery).where(delivery.c.state == DeliveryState.HELD.value)
    return connection.execute(held.values(state=state.value, next_at=now)).rowcount


def _write(connection: Connection, claimed: Delivery, values: Mapping[str, object]) -> bool:
    done = connection.execute(
        update(delivery)
        .where(
            delivery.c.id == claimed.id,
            delivery.c.state == DeliveryState.SENDING.value,
            delivery.c.fence == claimed.fence,
        )
        .values(values)
    )
    return done.rowcount == 1
