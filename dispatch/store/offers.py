"""Waves, offers and seats: written so that the constraints decide who was first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, func, or_, select, update

from dispatch.errors import Conflict, Refused
from dispatch.model.assignment import MISTAKEN, Offer, OfferId, Visit, Wave
from dispatch.model.lifecycle import HOLDS_SEAT, HOLDS_SLOT, OfferState
from dispatch.model.request import RequestId
from dispatch.model.responder import ResponderId
from dispatch.store.by_ids import IDS, rows_with
from dispatch.store.ids import new_id
from dispatch.store.tables import offer, request, request_slot, responder, responder_seat, wave

_OF_REQUESTS: Final = (
    select(offer).where(offer.c.request_id.in_(IDS)).order_by(offer.c.offered_at, offer.c.wave_no, offer.c.id)
)


def to_model(row: Mapping[Any, Any]) -> Offer:
    """Read a row of ``offer``."""
    return Offer(
        id=OfferId(row["id"]),
        request_id=RequestId(row["request_id"]),
        wave_no=row["wave_no"],
        responder_id=ResponderId(row["responder_id"]),
        seat_no=row["seat_no"],
        slot_no=row["slot_no"],
        state=OfferState(row["state"]),
        deadline_at=row["deadline_at"],
        code=row["code"],
        fence=row["fence"],
        offered_at=row["offered_at"],
        ended_at=row["ended_at"],
        promised_at=row["promised_at"],
        cost=row["cost"],
        terms=row["terms"],
    )


def insert_or_ignore(connection: Connection, table: Any) -> Any:
    """Return an insert that leaves out rows which the constraints refuse as already there."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as insert_into_postgresql

        return insert_into_postgresql(table).on_conflict_do_nothing()
    from sqlalchemy.dialects.sqlite import insert as insert_into_sqlite

    return insert_into_sqlite(table).on_conflict_do_nothing()


def next_wave(connection: Connection, request_ids: Iterable[str]) -> dict[str, int]:
    """Return the number of the wave that would follow, for each request."""
    wanted = sorted(set(request_ids))
    rows = connection.execute(
        select(wave.c.request_id, func.max(wave.c.wave_no))
        .where(wave.c.request_id.in_(wanted))
        .group_by(wave.c.request_id)
    )
    last = {row[0]: row[1] for row in rows}
    return {request_id: last.get(request_id, 0) + 1 for request_id in wanted}


def open_waves(connection: Connection, decided: Sequence[Wave]) -> set[RequestId]:
    """Write decisions to ask; return the requests for which no other worker's stands under that number."""
    rows = [
        {
            "request_id": one.request_id,
            "wave_no": one.wave_no,
            "decided_at": one.decided_at,
            "policy": one.policy,
        }
        for one in decided
    ]
    if not rows:
        return set()
    first = insert_or_ignore(connection, wave).returning(wave.c.request_id)
    return {RequestId(one) for one in connection.scalars(first, rows)}


def open_wave(connection: Connection, decided: Wave) -> bool:
    """Write one decision to ask; False where another worker's already stands under that number."""
    return bool(open_waves(connection, [decided]))


def lock_responders(connection: Connection, responder_ids: Iterable[str]) -> None:
    """Hold responders' rows, in id order, until the transaction ends (PostgreSQL)."""
    connection.execute(
        select(responder.c.id)
        .where(responder.c.id.in_(sorted(set(responder_ids))))
        .order_by(responder.c.id)
        .with_for_update()
    ).all()


def free_seats(connection: Connection, responder_ids: Iterable[str]) -> dict[str, list[int]]:
    """Return each responder's free seats in order; those with none are absent."""
    held = select(offer.c.seat_no).where(
        offer.c.responder_id == responder_seat.c.responder_id,
        offer.c.seat_no == responder_seat.c.seat_no,
        offer.c.state.in_(sorted(HOLDS_SEAT)),
    )
    rows = connection.execute(
        select(responder_seat.c.responder_id, responder_seat.c.seat_no)
        .where(
            responder_seat.c.responder_id.in_(sorted(set(responder_ids))),
            responder_seat.c.retired.is_(False),
            ~held.exists(),
        )
        .order_by(responder_seat.c.responder_id, responder_seat.c.seat_no)
    )
    seats: dict[str, list[int]] = {}
    for responder_id, seat_no in rows:
        seats.setdefault(responder_id, []).append(seat_no)
    return seats


def any_seats(connection: Connection, responder_ids: Iterable[str]) -> dict[str, int]:
    """Return one open seat of each responder, free or not, for work that is already done.

    Raises:
        Refused: Somebody has no open seat.
    """
    seats: dict[str, int] = {}
    for responder_id in sorted(set(responder_ids)):
        seat_no = connection.scalar(
            select(func.min(responder_seat.c.seat_no)).where(
                responder_seat.c.responder_id == responder_id, responder_seat.c.retired.is_(False)
            )
        )
        if seat_no is None:
            raise Refused(
                "a responder has no seat, so nothing can be recorded for them",
                hint="give them a capacity first: dispatch responder edit CODE --capacity 1",
            )
        seats[responder_id] = seat_no
    return seats


def free_slots(connection: Connection, request_id: str) -> list[int]:
    """Return the request's slots, in order, that nobody holds."""
    held = select(offer.c.slot_no).where(
        offer.c.request_id == request_id,
        offer.c.slot_no == request_slot.c.slot_no,
        offer.c.state.in_(sorted(HOLDS_SLOT)),
    )
    rows = connection.scalars(
        select(request_slot.c.slot_no)
        .where(
            request_slot.c.request_id == request_id, request_slot.c.retired.is_(False), ~held.exists()
        )
        .order_by(request_slot.c.slot_no)
    )
    return list(rows)


def free_slot_counts(connection: Connection, request_ids: Iterable[str]) -> dict[str, int]:
    """Return how many slots nobody holds, for each request that has any."""
    held = select(offer.c.slot_no).where(
        offer.c.request_id == request_slot.c.request_id,
        offer.c.slot_no == request_slot.c.slot_no,
        offer.c.state.in_(sorted(HOLDS_SLOT)),
    )
    wanted = sorted(set(request_ids))
    counts: dict[str, int] = {}
    for start in range(0, len(wanted), 500):
        rows = connection.execute(
            select(request_slot.c.request_id, func.count())
            .where(
                request_slot.c.request_id.in_(wanted[start : start + 500]),
                request_slot.c.retired.is_(False),
                ~held.exists(),
            )
            .group_by(request_slot.c.request_id)
        )
        counts.update((row[0], row[1]) for row in rows)
    return counts


def insert(connection: Connection, offers: Sequence[Offer]) -> None:
    """Write new offers; the database refuses a seat, a pair or a code that is taken."""
    rows = [
        {
            "id": one.id,
            "request_id": one.request_id,
            "wave_no": one.wave_no,
            "responder_id": one.responder_id,
            "seat_no": one.seat_no,
            "slot_no": one.slot_no,
            "state": one.state.value,
            "deadline_at": one.deadline_at,
            "code": one.code,
            "fence": one.fence,
            "offered_at": one.offered_at,
            "ended_at": one.ended_at,
            "promised_at": one.promised_at,
            "cost": one.cost,
            "terms": dict(one.terms),
        }
        for one in offers
    ]
    if rows:
        connection.execute(offer.insert(), rows)


def of_requests(connection: Connection, request_ids: Iterable[str]) -> list[Offer]:
    """Return every offer ever made for these requests, oldest first."""
    return [to_model(row) for row in rows_with(connection, _OF_REQUESTS, request_ids)]


def with_id(connection: Connection, offer_id: str) -> Offer | None:
    """Return one offer."""
    row = connection.execute(select(offer).where(offer.c.id == offer_id)).mappings().one_or_none()
    return None if row is None else to_model(row)


def with_code(connection: Connection, responder_ids: Iterable[str], code: str) -> list[Offer]:
    """Return the offers with this code among these responders', newest first."""
    rows = connection.execute(
        select(offer)
        .where(offer.c.responder_id.in_(sorted(set(responder_ids))), offer.c.code == code)
        .order_by(offer.c.offered_at.desc())
    ).mappings()
    return [to_model(row) for row in rows]


def held_by(connection: Connection, responder_ids: Iterable[str]) -> list[Offer]:
    """Return the live offers and assignments of these responders, oldest first."""
    rows = connection.execute(
        select(offer)
        .where(
            offer.c.responder_id.in_(sorted(set(responder_ids))),
            offer.c.state.in_(sorted(HOLDS_SEAT)),
        )
        .order_by(offer.c.offered_at, offer.c.id)
    ).mappings()
    return [to_model(row) for row in rows]


def overdue(connection: Connection, community: str, now: datetime) -> list[Offer]:
    """Return a community's offers that nobody answered by their deadline, oldest deadline first."""
    rows = connection.execute(
        select(offer)
        .join(request, request.c.id == offer.c.request_id)
        .where(
            request.c.community == community,
            offer.c.state == OfferState.OFFERED.value,
            offer.c.deadline_at <= now,
        )
        .order_by(offer.c.deadline_at, offer.c.id)
    ).mappings()
    return [to_model(row) for row in rows]


def codes_since(connection: Connection, since: datetime) -> set[str]:
    """Return every code given out since a moment."""
    return set(connection.scalars(select(offer.c.code).where(offer.c.offered_at >= since)))


def change(connection: Connection, was: Offer, state: OfferState, /, **columns: Any) -> None:
    """Move an offer, provided nobody moved it since *was* was read; its fence grows.

    Raises:
        Conflict: Somebody did.
    """
    done = connection.execute(
        update(offer)
        .where(offer.c.id == was.id, offer.c.state == was.state.value, offer.c.fence == was.fence)
        .values(state=state.value, fence=was.fence + 1, **columns)
    )
    if done.rowcount != 1:
        raise Conflict("somebody else just answered for this offer", hint="look again: dispatch today")


def take_code_off(connection: Connection, was: Offer) -> None:
    """Mark an offer that has ended as answered by mistake: its code is free for the one in its place.

    Raises:
        Conflict: Somebody changed it since *was* was read.
    """
    done = connection.execute(
        update(offer)
        .where(offer.c.id == was.id, offer.c.state == was.state.value, offer.c.fence == was.fence)
        .values(code=f"{MISTAKEN}{new_id()}", fence=was.fence + 1)
    )
    if done.rowcount != 1:
        raise Conflict("somebody else just answered for this offer", hint="look again: dispatch today")


def codes_of(connection: Connection, responder_ids: Iterable[str]) -> dict[str, set[str]]:
    """Return every code each of these responders was ever given; those never asked are absent."""
    found: dict[str, set[str]] = {}
    wanted = sorted(set(responder_ids))
    for start in range(0, len(wanted), 500):
        for responder_id, code in connection.execute(
            select(offer.c.responder_id, offer.c.code).where(
                offer.c.responder_id.in_(wanted[start : start + 500])
            )
        ):
            found.setdefault(responder_id, set()).add(code)
    return found


def loads(connection: Connection, community: str, since: datetime) -> dict[str, int]:
    """Return how many assignments each responder holds, or finished since a moment; none is absent."""
    rows = connection.execute(
        select(offer.c.responder_id, func.count())
        .join(responder, responder.c.id == offer.c.responder_id)
        .where(
            responder.c.community == community,
            or_(
                offer.c.state.in_(["accepted", "doing"]),
                (offer.c.state == "done") & (offer.c.ended_at >= since),
            ),
        )
        .group_by(offer.c.responder_id)
    )
    return {row[0]: row[1] for row in rows}


def last_finished(connection: Connection, community: str, since: datetime) -> dict[str, datetime]:
    """Return when each responder last finished an assignment since a moment."""
    rows = connection.execute(
        select(offer.c.responder_id, offer.c.ended_at)
        .join(responder, responder.c.id == offer.c.responder_id)
        .where(responder.c.community == community, offer.c.state == "done", offer.c.ended_at >= since)
        .order_by(offer.c.ended_at)
    )
    return {row[0]: row[1] for row in rows}


def seats_held(connection: Connection, community: str) -> dict[str, int]:
    """Return how many seats each responder's live offers and assignments hold; none is absent."""
    rows = connection.execute(
        select(offer.c.responder_id, func.count())
        .join(responder, responder.c.id == offer.c.responder_id)
        .where(responder.c.community == community, offer.c.state.in_(sorted(HOLDS_SEAT)))
        .group_by(offer.c.responder_id)
    )
    return {row[0]: row[1] for row in rows}


def requests_held(connection: Connection, responder_ids: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return the numbers of the requests that take each responder's seats, in order; who holds none is absent."""
    found: dict[str, list[int]] = {}
    wanted = sorted(set(responder_ids))
    for start in range(0, len(wanted), 500):
        rows = connection.execute(
            select(offer.c.responder_id, request.c.number)
            .join(request, request.c.id == offer.c.request_id)
            .where(
                offer.c.responder_id.in_(wanted[start : start + 500]),
                offer.c.state.in_(sorted(HOLDS_SEAT)),
            )
            .order_by(offer.c.responder_id, request.c.number)
        )
        for responder_id, number in rows:
            found.setdefault(responder_id, []).append(number)
    return {one: tuple(numbers) for one, numbers in found.items()}


def visits(connection: Connection, household_ids: Iterable[str], since: datetime) -> list[Visit]:
    """Return who has done what these households needed since a moment, oldest first."""
    found: list[Visit] = []
    wanted = sorted(set(household_ids))
    for start in range(0, len(wanted), 500):
        rows = connection.execute(
            select(request.c.household_id, offer.c.responder_id, offer.c.ended_at, request.c.rating)
            .join(request, request.c.id == offer.c.request_id)
            .where(
                request.c.household_id.in_(wanted[start : start + 500]),
                offer.c.state == OfferState.DONE.value,
                offer.c.ended_at >= since,
            )
        )
        found += [Visit(*row) for row in rows]
    return sorted(found, key=lambda one: (one.ended_at, one.household, one.helper))
