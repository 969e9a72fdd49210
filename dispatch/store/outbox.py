"""The outbox: what is to be sent, written in the transaction that decided it and sent after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, FromClause, and_, false, func, not_, or_, select, update

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
        occasion: Counts the times there is the same thing to say again, from 1; what belongs to an offer is said
            once, but for what ``say_again`` says.
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
        cost_fen: What handing it over has cost so far, in hundredths of a yuan.
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
    cost_fen: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """By which message a thing is said.

    Args:
        name: Its kind as it is stored, the same on every channel.
        is_new: Whether it was put into the outbox for this; else it waited there already.
    """

    name: str
    is_new: bool


def to_model(row: Mapping[Any, Any]) -> Delivery:
    """Read a row of ``delivery``."""
    return Delivery(
        id=row["id"],
        request_id=row["request_id"],
        offer_id=row["offer_id"],
        recipient=row["recipient"],
        kind=_kind(row["kind"]),
        occasion=row["occasion"],
        channel=row["channel"],
        state=DeliveryState(row["state"]),
        attempt=row["attempt"],
        unknowns=row["unknowns"],
        fence=row["fence"],
        next_at=row["next_at"],
        sent_at=row["sent_at"],
        cost_fen=row["cost_fen"],
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
            "kind": _stored(one),
            "occasion": one.occasion,
            "channel": one.channel,
            "state": DeliveryState.READY.value,
            "next_at": now,
        }
        for delivery_id, one in zip(ids, wanted, strict=True)
    ]
    if rows:
        connection.execute(insert_or_ignore(connection, delivery), rows)


def say_again(connection: Connection, now: datetime, one: Outgoing) -> Said:
    """Say anew, with what is true by now, a thing that belongs to an offer.

    A message is worded when it is sent, so one that surely still waits says it anyway. Else
    another is put into the outbox, and the older ones are said no more (see ``said_anew``).
    """
    # Locked: a worker that is just taking one up has read the words of before.
    found = connection.execute(
        select(delivery, _waits().label("waits"))
        .where(delivery.c.offer_id == one.offer_id, of_kind(one.kind))
        .order_by(delivery.c.occasion)
        .with_for_update(of=delivery)
    ).mappings()
    latest = 0
    for row in found:
        if row["waits"]:
            return Said(row["kind"], is_new=False)
        latest = row["occasion"]
    again = replace(one, occasion=latest + 1)
    enqueue(connection, now, [again])
    return Said(_stored(again), is_new=True)


def drop(
    connection: Connection,
    *,
    offer_ids: Iterable[str] = (),
    request_id: str | None = None,
    kinds: Iterable[MessageKind] | None = None,
    name: str | None = None,
) -> int:
    """Take back messages that are no longer needed and have not left the building.

    Args:
        offer_ids: Those that belong to these offers.
        request_id: Those about this request, whatever offer they belong to.
        kinds: Only messages of these kinds.
        name: Only the message of this name, see ``Said``.

    Returns:
        How many could not be taken back: sent, being sent, or printed on a phone sheet.
    """
    these = _about(offer_ids, request_id)
    if kinds is not None:
        these = and_(these, or_(false(), *(of_kind(kind) for kind in sorted(kinds))))
    if name is not None:
        these = and_(these, delivery.c.kind == name)
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
    connection: Connection,
    *,
    offer_ids: Iterable[str] = (),
    request_id: str | None = None,
    name: str | None = None,
) -> bool:
    """Return whether any message of these offers, or about this request, is being sent, sent or printed.

    Args:
        offer_ids: Those that belong to these offers.
        request_id: Those about this request, whatever offer they belong to.
        name: Only the message of this name, see ``Said``.
    """
    these = _about(offer_ids, request_id)
    if name is not None:
        these = and_(these, delivery.c.kind == name)
    found = select(delivery.c.id).where(these, _has_left()).limit(1)
    return connection.scalar(found) is not None


def is_only_printed(connection: Connection, offer_ids: Iterable[str], kinds: Iterable[MessageKind]) -> bool:
    """Return whether what left the building of these offers stands on printed sheets alone, and nobody keyed it back.

    Args:
        kinds: Only messages of these kinds.
    """
    these = and_(_about(offer_ids, None), or_(false(), *(of_kind(kind) for kind in sorted(kinds))))
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
    return sorted({_kind(kind) for kind in kinds})


def offers_heard_of(connection: Connection, offer_ids: Iterable[str], kind: MessageKind) -> set[str]:
    """Return the offers of which somebody may have heard by a message of this kind.

    A call that was keyed back as not answered, or as a wrong number, has told nobody.
    """
    reached = select(phone_sheet.c.row_no).where(
        phone_sheet.c.delivery_id == delivery.c.id,
        or_(phone_sheet.c.result.is_(None), phone_sheet.c.result.not_in(["n", "x"])),
    )
    gone = and_(delivery.c.state == "sent", or_(delivery.c.channel != PHONE_LIST, reached.exists()))
    heard = or_(delivery.c.state == "sending", gone, delivery.c.unknowns > 0)
    found = select(delivery.c.offer_id).where(_about(offer_ids, None), of_kind(kind), heard)
    return set(connection.scalars(found.distinct()))


def of_kind(kind: MessageKind, row: FromClause = delivery) -> ColumnElement[bool]:
    """Say of rows of ``delivery`` whether they are of this kind, on whatever occasion."""
    return or_(row.c.kind == kind.value, row.c.kind.startswith(f"{kind.value}-", autoescape=True))


def said_anew(connection: Connection, delivery_ids: Iterable[str]) -> set[str]:
    """Return those of these messages that a later one tells better: details that were corrected since."""
    newer = delivery.alias("newer")
    is_there = (
        select(newer.c.id)
        .where(
            newer.c.offer_id == delivery.c.offer_id,
            newer.c.occasion > delivery.c.occasion,
            newer.c.state != DeliveryState.DROPPED.value,
            of_kind(MessageKind.DETAILS, newer),
        )
        .exists()
    )
    wanted = sorted(set(delivery_ids))
    found: set[str] = set()
    for start in range(0, len(wanted), 500):
        some = delivery.c.id.in_(wanted[start : start + 500])
        found.update(connection.scalars(select(delivery.c.id).where(some, of_kind(MessageKind.DETAILS), is_there)))
    return found


def channels_tried(connection: Connection, one: Delivery) -> set[str]:
    """Return every channel on which this message has stood in the outbox, its own included."""
    same = [delivery.c.kind == _stored(one), delivery.c.recipient == one.recipient]
    if one.offer_id is not None:
        same.append(delivery.c.offer_id == one.offer_id)
    else:
        same += [
            delivery.c.offer_id.is_(None),
            delivery.c.request_id == one.request_id,
            delivery.c.occasion == one.occasion,
        ]
    return set(connection.scalars(select(delivery.c.channel).where(*same)))


def _stored(one: Outgoing | Delivery) -> str:
    """Return a kind as it is stored: with its occasion where an offer has the same to say again ("details-2").

    The database keeps an offer to one message of a kind and channel, whatever its occasion.
    """
    return one.kind.value if one.offer_id is None or one.occasion == 1 else f"{one.kind.value}-{one.occasion}"


def _kind(stored: str) -> MessageKind:
    return MessageKind(stored.partition("-")[0])


def _about(offer_ids: Iterable[str], request_id: str | None) -> ColumnElement[bool]:
    wanted = sorted(set(offer_ids))
    about = delivery.c.offer_id.in_(wanted) if wanted else false()
    return about if request_id is None else or_(about, delivery.c.request_id == request_id)


def _is_printed() -> ColumnElement[bool]:
    return select(phone_sheet.c.row_no).where(phone_sheet.c.delivery_id == delivery.c.id).exists()


def _on_the_list_only() -> ColumnElement[bool]:
    return and_(delivery.c.state == "sent", delivery.c.channel == PHONE_LIST, ~_is_printed())


def _waits() -> ColumnElement[bool]:
    """Say of rows whether they will be worded anew for certain: neither gone nor perhaps gone."""
    return or_(and_(delivery.c.state == "ready", delivery.c.unknowns == 0), _on_the_list_only())


def _has_left() -> ColumnElement[bool]:
    on_its_way = delivery.c.state == "sending"
    gone = and_(delivery.c.state == "sent", or_(delivery.c.channel != PHONE_LIST, _is_printed()))
    # "Nobody knows whether it went" ends as gave_up: whoever may have read it is told.
    perhaps = and_(delivery.c.state == "gave_up", delivery.c.unknowns > 0)
    return or_(on_its_way, gone, perhaps)
