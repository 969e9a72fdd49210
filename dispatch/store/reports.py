"""What the next system said afterwards of messages it had taken: kept, matched to its message, settled once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, select, update

from dispatch.model.arrival import Arrived, Report
from dispatch.model.message import DeliveryState
from dispatch.store.claims import LONGEST_NOTE
from dispatch.store.ids import new_id
from dispatch.store.outbox import PHONE_LIST, Delivery, to_model
from dispatch.store.tables import delivery, delivery_report, request


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A report that is kept, and the message it is about.

    Args:
        has_arrived: Whether another report says that the message arrived.
    """

    id: str
    outcome: Arrived
    note: str
    message: Delivery
    has_arrived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The newest word of what became of a message that was sent."""

    offer_id: str
    channel: str
    outcome: Arrived
    at: datetime


def keep(connection: Connection, channel: str, report: Report, now: datetime) -> bool:
    """Keep a report; False where it was kept already, or names no message."""
    reference = (report.reference or report.key)[:LONGEST_NOTE]
    if not reference:
        return False
    message_id = _message_of(connection, channel, report)
    r = delivery_report.c
    whose = r.delivery_id.is_(None) if message_id is None else r.delivery_id == message_id
    same = and_(r.channel == channel, r.reference == reference, r.outcome == report.outcome.value, whose)
    if connection.scalar(select(r.id).where(same).limit(1)) is not None:
        return False
    row = {
        "id": new_id(),
        "channel": channel,
        "reference": reference,
        "delivery_id": message_id,
        "outcome": report.outcome.value,
        "note": report.note[:LONGEST_NOTE],
        "received_at": now,
    }
    connection.execute(delivery_report.insert().values(row))
    return True


def _message_of(connection: Connection, channel: str, report: Report) -> str | None:
    """Return the message that a report is about; a reference used again is the newest message's."""
    if report.key:
        own = select(delivery.c.id).where(delivery.c.id == report.key, delivery.c.channel == channel)
        found = connection.scalar(own)
        if found is not None or not report.reference:
            return found
    return _with_reference(connection, channel, report.reference[:LONGEST_NOTE])


def _with_reference(connection: Connection, channel: str, reference: str) -> str | None:
    newest = (
        select(delivery.c.id)
        .where(delivery.c.channel == channel, delivery.c.reference == reference)
        .order_by(delivery.c.sent_at.desc(), delivery.c.id.desc())
        .limit(1)
    )
    return connection.scalar(newest)


def ready(connection: Connection, community: str, since: datetime) -> list[Kept]:
    """Return the reports that wait to be settled and whose message has its receipt by now, oldest first.

    A report may be quicker than the receipt of its own message: it waits for that, until *since* has gone past it.
    """
    r = delivery_report.c
    waiting = and_(r.is_settled.is_(False), r.received_at >= since)
    for report_id, channel, reference in connection.execute(
        select(r.id, r.channel, r.reference).where(waiting, r.delivery_id.is_(None))
    ).all():
        message_id = _with_reference(connection, channel, reference)
        if message_id is not None:
            connection.execute(update(delivery_report).where(r.id == report_id).values(delivery_id=message_id))
    rows = connection.execute(
        select(delivery, r.id.label("report_id"), r.outcome.label("arrived"), r.note.label("said"))
        .join(delivery_report, r.delivery_id == delivery.c.id)
        .join(request, request.c.id == delivery.c.request_id)
        .where(waiting, request.c.community == community, delivery.c.state.not_in(["ready", "sending"]))
        .order_by(r.received_at, r.id)
    ).mappings()
    found = [(row["report_id"], Arrived(row["arrived"]), row["said"], to_model(row)) for row in rows]
    arrived = _arrived(connection, {message.id for _, _, _, message in found})
    return [
        Kept(id=report_id, outcome=outcome, note=note, message=message, has_arrived=message.id in arrived)
        for report_id, outcome, note, message in found
    ]


def _arrived(connection: Connection, message_ids: Iterable[str]) -> set[str]:
    r = delivery_report.c
    wanted = sorted(message_ids)
    found: set[str] = set()
    for start in range(0, len(wanted), 500):
        some = r.delivery_id.in_(wanted[start : start + 500])
        found.update(connection.scalars(select(r.delivery_id).where(some, r.outcome == Arrived.ARRIVED.value)))
    return found


def settle(connection: Connection, report_ids: Iterable[str]) -> None:
    """Let reports wait no more."""
    wanted = sorted(report_ids)
    for start in range(0, len(wanted), 500):
        some = delivery_report.c.id.in_(wanted[start : start + 500])
        connection.execute(update(delivery_report).where(some).values(is_settled=True))


def forget_strangers(connection: Connection, before: datetime) -> int:
    """Drop the reports that came before a moment about messages that are not ours; return how many."""
    r = delivery_report.c
    return connection.execute(
        delivery_report.delete().where(r.is_settled.is_(False), r.delivery_id.is_(None), r.received_at < before)
    ).rowcount


def give_up_sent(connection: Connection, message: Delivery) -> bool:
    """Let a message that counts as sent, and did not arrive, be given up; False where it counts as sent no more."""
    done = connection.execute(
        update(delivery)
        .where(
            delivery.c.id == message.id,
            delivery.c.state == DeliveryState.SENT.value,
            delivery.c.fence == message.fence,
            delivery.c.channel != PHONE_LIST,
        )
        .values(state=DeliveryState.GAVE_UP.value, sent_at=None)
    )
    return done.rowcount == 1


def heard_of(connection: Connection, offer_ids: Iterable[str]) -> list[Heard]:
    """Return, for each offer and channel, the newest word of what became of the messages to the responder."""
    wanted = sorted(set(offer_ids))
    found: dict[tuple[str, str], Heard] = {}
    r = delivery_report.c
    for start in range(0, len(wanted), 500):
        rows = connection.execute(
            select(delivery.c.offer_id, r.channel, r.outcome, r.received_at)
            .join(delivery_report, r.delivery_id == delivery.c.id)
            .where(delivery.c.offer_id.in_(wanted[start : start + 500]), delivery.c.recipient == "responder")
            .order_by(r.received_at, r.id)
        )
        for offer_id, channel, outcome, at in rows:
            found[offer_id, channel] = Heard(offer_id=offer_id, channel=channel, outcome=Arrived(outcome), at=at)
    return list(found.values())
