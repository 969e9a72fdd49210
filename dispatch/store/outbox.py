"""The outbox: what is to be sent, written in the transaction that decided it and sent after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, false, func, not_, or_, select, update

from dispatch.model.message import DeliveryState, MessageKind
from dispatch.store.ids import new_id
from dispatch.store.offers import insert_or_ignore
from dispatch.store.tables import delivery, phone_sheet

PHONE_LIST: Final = "phone-list"
"""The channel of last resort: what it sent stands on a list in this database until a person has rung."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message to be sent to one person.

    Args:
        recipient: "resident" or "responder".
        channel: The channel tried first.
        offer_id: The offer it belongs to; absent for what a resident hears about the request as a whole.
        occasion: Counts the times a request has the same thing to say again, from 1; it has no effect on
            messages that belong to an offer, which are said once.
    """

    request_id: str
    recipient: str
    kind: MessageKind
    channel: str
    offer_id: str | None = None
    occasion: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message on one channel, as it stands in the outbox.

    Args:
        attempt: How often a worker has taken it up.
        unknowns: How often nobody knew afterwards whether it went.
        fence: Grows with each worker that takes it up; a receipt under an older one is refused.
        next_at: From when on it may be tried.
        sent_at: When the next system took it, if it did.
    """

    id: str
    request_id: str
    offer_id: str | None
    recipient: str
    kind: MessageKind
    occasion: int
    channel: str
    state: DeliveryState
    attempt: int
    unknowns: int
    fence: int
    next_at: datetime
    sent_at: datetime | None


def to_model(row: Mapping[Any, Any]) -> Delivery:
    """Read a row of ``delivery``."""
    return Delivery(
        id=row["id"],
        request_id=row["request_id"],
        offer_id=row["offer_id"],
        recipient=row["recipient"],
        kind=MessageKind(row["kind"]),
        occasion=row["occasion"],
        channel=row["channel"],
        state=DeliveryState(row["state"]),
        attempt=row["attempt"],
        unknowns=row["unknowns"],
        fence=row["fence"],
        next_at=row["next_at"],
        sent_at=row["sent_at"],
    )


def enqueue(connection: Connection, now: datetime, outgoing: Iterable[Outgoing]) -> None:
    """Put messages into the outbox, to be sent from *now* on; what stands there already is left as it is."""
    wanted = list(outgoing)
    # Sorted ids keep the order in which they are sent the order in which they were given.
    ids = sorted(new_id() for _ in wanted)
    rows = [
        {
            "id": delivery_id,
            "offer_id": one.offer_id,
            "request_id": one.request_id,
            "recipient": one.recipient,
            "kind": one.kind.value,
            "occasion": one.occasion,
            "channel": one.channel,
            "state": DeliveryState.READY.value,
            "next_at": now,
        }
        for delivery_id, one in zip(ids, wanted, strict=True)
    ]
    if rows:
        connection.execute(insert_or_ignore(connection, delivery), rows)


def drop(
    connection: Connection,
    *,
    offer_ids: Iterable[str] = (),
    request_id: str | None = None,
    kinds: Iterable[MessageKind] | None = None,
) -> int:
    """Take back messages that are no longer needed and have not left the building.

    Args:
        offer_ids: Those that belong to these offers.
        request_id: Those about this request, whatever offer they belong to.
        kinds: Only messages of these kinds.

    Returns:
        How many could not be taken back: sent, being sent, or printed on a phone sheet.
    """
    these = _about(offer_ids, request_id)
    if kinds is not None:
        these = and_(these, delivery.c.kind.in_(sorted(kind.value for kind in kinds)))
    connection.execute(
        update(delivery)
        .where(these, or_(delivery.c.state.in_(["ready", "held"]), _on_the_list_only()))
        .values(state=DeliveryState.DROPPED.value)
    )
    return connection.execute(select(func.count()).where(these, _has_left())).scalar_one()


def pass_on(connection: Connection, now: datetime, offer_id: str, to: str) -> bool:
    """Let the asking of one offer be that of another: who was asked is not asked twice, a printed row stays theirs.

    What was taken back before it left is to be sent after all.

    Returns:
        Whether there was any such message.
    """
    asked = and_(delivery.c.offer_id == offer_id, delivery.c.kind == MessageKind.OFFER.value)
    connection.execute(
        update(delivery)
        .where(asked, delivery.c.state == DeliveryState.DROPPED.value)
        .values(state=DeliveryState.READY.value, next_at=now)
    )
    return bool(connection.execute(update(delivery).where(asked).values(offer_id=to)).rowcount)


def left_the_building(
    connection: Connection, *, offer_ids: Iterable[str] = (), request_id: str | None = None
) -> bool:
    """Return whether any message of these offers, or about this request, is being sent, sent or printed."""
    found = select(delivery.c.id).where(_about(offer_ids, request_id), _has_left()).limit(1)
    return connection.scalar(found) is not None


def is_only_printed(connection: Connection, offer_ids: Iterable[str], kinds: Iterable[MessageKind]) -> bool:
    """Return whether what left the building of these offers stands on printed sheets alone, and nobody keyed it back.

    Args:
        kinds: Only messages of these kinds.
    """
    these = and_(_about(offer_ids, None), delivery.c.kind.in_(sorted(kind.value for kind in kinds)))
    rung = select(phone_sheet.c.row_no).where(
        phone_sheet.c.delivery_id == delivery.c.id, phone_sheet.c.result.is_not(None)
    )
    printed = and_(delivery.c.state == "sent", delivery.c.channel == PHONE_LIST, _is_printed(), ~rung.exists())
    return connection.scalar(select(delivery.c.id).where(these, _has_left(), not_(printed)).limit(1)) is None


def channels_reached(connection: Connection, offer_id: str) -> list[str]:
    """Return the channels, by name, by which the responder may have heard of an offer."""
    return list(
        connection.scalars(
            select(delivery.c.channel)
            .where(
                delivery.c.offer_id == offer_id,
                delivery.c.recipient == "responder",
                delivery.c.kind != MessageKind.NOT_NEEDED.value,
                _has_left(),
            )
            .distinct()
            .order_by(delivery.c.channel)
        )
    )


def kinds_that_left(connection: Connection, offer_ids: Iterable[str]) -> list[MessageKind]:
    """Return what kinds of message about these offers have left the building."""
    kinds = connection.scalars(
        select(delivery.c.kind)
        .where(_about(offer_ids, None), _has_left())
        .distinct()
        .order_by(delivery.c.kind)
    )
    return [MessageKind(kind) for kind in kinds]


def channels_tried(connection: Connection, one: Delivery) -> set[str]:
    """Return every channel on which this message has stood in the outbox, its own included."""
    same = [delivery.c.kind == one.kind.value, delivery.c.recipient == one.recipient]
    if one.offer_id is not None:
        same.append(delivery.c.offer_id == one.offer_id)
    else:
        same += [
            delivery.c.offer_id.is_(None),
            delivery.c.request_id == one.request_id,
            delivery.c.occasion == one.occasion,
        ]
    return set(connection.scalars(select(delivery.c.channel).where(*same)))


def _about(offer_ids: Iterable[str], request_id: str | None) -> ColumnElement[bool]:
    wanted = sorted(set(offer_ids))
    about = delivery.c.offer_id.in_(wanted) if wanted else false()
    return about if request_id is None else or_(about, delivery.c.request_id == request_id)


def _is_printed() -> ColumnElement[bool]:
    return select(phone_sheet.c.row_no).where(phone_sheet.c.delivery_id == delivery.c.id).exists()


def _on_the_list_only() -> ColumnElement[bool]:
    return and_(delivery.c.state == "sent", delivery.c.channel == PHONE_LIST, ~_is_printed())


def _has_left() -> ColumnElement[bool]:
    on_its_way = delivery.c.state == "sending"
    gone = and_(delivery.c.state == "sent", or_(delivery.c.channel != PHONE_LIST, _is_printed()))
    # "Nobody knows whether it went" ends as gave_up: whoever may have read it is told.
    perhaps = and_(delivery.c.state == "gave_up", delivery.c.unknowns > 0)
    return or_(on_its_way, gone, perhaps)
