"""What became of the newest message of each channel."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, func, select

from dispatch.model.message import DeliveryState
from dispatch.store.tables import delivery, request


def last_of_channels(
    connection: Connection, community: str, channels: Iterable[str]
) -> dict[str, tuple[DeliveryState, datetime]]:
    """Return for each channel where its newest message that was tried stands, and when it came to stand there.

    One that waits to be tried again has the moment of that; channels by which nothing was tried are left out.
    """
    when = func.coalesce(delivery.c.sent_at, delivery.c.next_at)
    found = {}
    for name in channels:
        row = connection.execute(
            select(delivery.c.state, delivery.c.sent_at, delivery.c.next_at)
            .join(request, request.c.id == delivery.c.request_id)
            .where(delivery.c.channel == name, delivery.c.attempt > 0, request.c.community == community)
            .order_by(when.desc(), delivery.c.id.desc())
            .limit(1)
        ).one_or_none()
        if row is not None:
            found[name] = DeliveryState(row.state), row.sent_at or row.next_at
    return found
