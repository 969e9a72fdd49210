"""The outbox: what is to be sent, written in the transaction that decided it and sent after it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from dispatch.model.message import DeliveryState, MessageKind
from dispatch.store.ids import new_id
from dispatch.store.offers import insert_or_ignore
from dispatch.store.tables import delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message to be sent to one person.

    Args:
        recipient: "resident" or "responder".
        channel: The channel tried first.
        offer_id: The offer it belongs to; absent for what a resident hears about the request as a whole.
        occasion: Counts the times a request has the same thing to say again, from 1; it has no effect on messages
            that belong to an offer, which are said once.
    """

    request_id: str
    recipient: str
    kind: MessageKind
    channel: str
    offer_id: str | None = None
    occasion: int = 1


def enqueue(connection: Connection, now: datetime, outgoing: Iterable[Outgoing]) -> None:
    """Put messages into the outbox, to be sent from *now* on; what stands there already is left as it is."""
    rows = [
        {
            "id": new_id(),
            "offer_id": one.offer_id,
            "request_id": one.request_id,
            "recipient": one.recipient,
            "kind": one.kind.value,
            "occasion": one.occasion,
            "channel": one.channel,
            "state": DeliveryState.READY.value,
            "next_at": now,
        }
        for one in outgoing
    ]
    if rows:
        connection.execute(insert_or_ignore(connection, delivery), rows)
