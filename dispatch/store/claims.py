"""Who is sending what: a message is taken up under a lease and a fence, sent, and its receipt recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, Integer, and_, bindparam, case, func, null, or_, select, update

from dispatch.model.message import DeliveryState, Receipt
from dispatch.store.by_ids import IDS, rows_with
from dispatch.store.outbox import Delivery, to_model
from dispatch.store.tables import delivery, request

LONGEST_NOTE = 200


# The statements are put together once, and not again for each hundred messages.
def _is_due() -> ColumnElement[bool]:
    ours = select(request.c.id).where(
        request.c.id == delivery.c.request_id, request.c.community == bindparam("of")
    )
    ready = and_(delivery.c.state == "ready", delivery.c.next_at <= bindparam("due_by"))
    lost = and_(delivery.c.state == "sending", delivery.c.lease_until <= bindparam("now"))
    return and_(or_(ready, lost), ours.exists())


_CHANNELS_DUE: Final = select(delivery.c.channel).where(_is_due()).distinct().order_by(delivery.c.channel)

_PICKED: Final = (
    select(delivery.c.id)
    .where(_is_due(), delivery.c.channel == bindparam("going_by"))
    .order_by(delivery.c.next_at, delivery.c.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True, of=delivery)
    .cte("picked")
)

_CLAIM: Final = (
    update(delivery)
    .where(delivery.c.id.in_(select(_PICKED.c.id)))
    .values(
        state=DeliveryState.SENDING.value,
        lease_until=bindparam("lease_until"),
        fence=delivery.c.fence + 1,
        attempt=delivery.c.attempt + 1,
        unknowns=delivery.c.unknowns + case((delivery.c.state == "sending", 1), else_=0),
    )
    .returning(delivery)
)

_RECORD: Final = (
    update(delivery)
    .where(delivery.c.id == bindparam("key"))
    .values(
        lease_until=null(),
        **{
            name: bindparam(name)
            for name in ("state", "next_at", "unknowns", "attempt", "sent_at", "cost_fen")
        },
    )
)
"""Of a message that is locked, and known to be ours yet."""

_RECORD_WITH_WORDS: Final = _RECORD.values(note=bindparam("note"), reference=bindparam("reference"))

_BEING_SENT: Final = (
    select(delivery.c.id, delivery.c.fence)
    .where(delivery.c.id.in_(IDS), delivery.c.state == DeliveryState.SENDING.value)
    .with_for_update()
)


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
    when = {"of": community, "now": now, "due_by": due_by}
    these = {**when, "going_by": channel, "most": limit, "lease_until": lease_until}
    rows = connection.execute(_CLAIM, these).mappings().all()
    return sorted((to_model(row) for row in rows), key=lambda one: (one.next_at, one.id))


def channels_due(connection: Connection, community: str, now: datetime, due_by: datetime) -> list[str]:
    """Return the channels, by name, on which ``claim`` would find something to take up."""
    return list(connection.scalars(_CHANNELS_DUE, {"of": community, "now": now, "due_by": due_by}))


@dataclass(frozen=True, slots=True)
class Settled:
    """How an attempt ended.

    Args:
        claimed: As it was taken up.
        state: SENT, GAVE_UP or DROPPED; or READY to be tried again.
        receipt: The channel's own words, where there are any.
        next_at: When to try again, with READY.
        unknowns: The new count, where this attempt's end is unknown.
        tries: Added to the count of tries: -1 where it was not tried after all.
        cost_fen: What it has cost, in hundredths of a yuan.
    """

    claimed: Delivery
    state: DeliveryState
    receipt: Receipt | None = None
    next_at: datetime | None = None
    unknowns: int | None = None
    tries: int = 0
    cost_fen: int = 0


def record(connection: Connection, now: datetime, settled: Sequence[Settled]) -> set[str]:
    """Say how attempts ended; their leases are over.

    Returns:
        The ids of those that were still ours; the others have been taken up by another worker since, and nothing
        is changed about them.
    """
    ours = _still_ours(connection, [one.claimed for one in settled])
    told, untold = [], []
    for one in settled:
        claimed = one.claimed
        if claimed.id not in ours:
            continue
        row: dict[str, object] = {
            "key": claimed.id,
            "state": one.state.value,
            "next_at": one.next_at or claimed.next_at,
            "unknowns": claimed.unknowns if one.unknowns is None else one.unknowns,
            "attempt": claimed.attempt + one.tries,
            "sent_at": now if one.state is DeliveryState.SENT else None,
            "cost_fen": claimed.cost_fen + one.cost_fen,
        }
        if one.receipt is None:
            untold.append(row)
        else:
            words = {"note": one.receipt.note[:LONGEST_NOTE], "reference": one.receipt.reference[:LONGEST_NOTE]}
            told.append(row | words)
    if told:
        connection.execute(_RECORD_WITH_WORDS, told)
    if untold:
        connection.execute(_RECORD, untold)
    return ours


def _still_ours(connection: Connection, claimed: Sequence[Delivery]) -> set[str]:
    fences = {one.id: one.fence for one in claimed}
    rows = rows_with(connection, _BEING_SENT, fences)
    return {row["id"] for row in rows if row["fence"] == fences[row["id"]]}


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
    """Say how one attempt ended, as ``record`` does of many.

    Returns:
        False, and nothing is changed, where another worker has taken the message up since.
    """
    return bool(record(connection, now, [Settled(claimed, state, receipt, next_at, unknowns)]))


def put_back(connection: Connection, claimed: Delivery, next_at: datetime | None = None) -> bool:
    """Put a message back that was taken up and not tried; False where another worker has it.

    Args:
        next_at: When it may be tried; as before unless given.
    """
    settled = Settled(claimed, DeliveryState.READY, next_at=next_at, tries=-1)
    return bool(record(connection, claimed.next_at, [settled]))


def note_handed(connection: Connection, now: datetime, costs: Mapping[str, int]) -> None:
    """Take note, before they are handed over, when that is and what messages will have cost then.

    Args:
        costs: In hundredths of a yuan, with what earlier tries cost, by the message's id.
    """
    handed = update(delivery).where(delivery.c.id == bindparam("key"))
    rows = [{"key": key, "handed_at": now, "cost_fen": fen} for key, fen in costs.items()]
    if rows:
        connection.execute(handed.values(handed_at=bindparam("handed_at"), cost_fen=bindparam("cost_fen")), rows)


def count_handed(connection: Connection, community: str, channel: str, since: datetime) -> int:
    """Return how many messages a channel was handed since a moment, of those of which that was noted."""
    return int(connection.scalar(select(func.count()).where(_handed(community, channel, since))) or 0)


def spent_fen(connection: Connection, community: str, channel: str, since: datetime) -> int:
    """Return what a channel has cost since a moment, in hundredths of a yuan; a message counts when it went last."""
    return int(connection.scalar(select(func.sum(delivery.c.cost_fen)).where(_handed(community, channel, since))) or 0)


def _handed(community: str, channel: str, since: datetime) -> ColumnElement[bool]:
    ours = select(request.c.id).where(request.c.id == delivery.c.request_id, request.c.community == community)
    return and_(delivery.c.channel == channel, delivery.c.handed_at >= since, ours.exists())


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
