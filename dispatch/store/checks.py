"""Questions to the data, one for each way in which a promise could be found broken; a whole database answers none.

The constraints keep most of this from ever happening. It is asked all the same: of a
database that was edited by hand, brought back from a copy, or that lost a constraint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from dispatch.model.lifecycle import FINISHED, HOLDS_SEAT, HOLDS_SLOT, NEVER_HELD_SLOT, OPEN, OfferState, RequestState
from dispatch.store.tables import (
    community,
    delivery,
    inbound,
    offer,
    request,
    request_slot,
    responder,
    responder_seat,
    wave,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that is not as promised.

    Args:
        kind: Which, as a code: "slot-twice".
        number: The request it concerns, where it is one.
        params: Codes and numbers that say more.
    """

    kind: str
    number: int | None = None
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What counts as late and as too often.

    Args:
        due_by: What fell due before then must have been acted on; none where no worker ever ticked.
        most_unknowns: How often at most nobody may know whether one message went.
    """

    due_by: datetime | None
    most_unknowns: int


def find_breaks(connection: Connection, limits: Limits) -> Iterator[Found]:
    """Yield everything in the rows of requests, offers and messages that is not as promised."""
    for kind, query in (*_QUESTIONS, *_by_limits(limits)):
        for row in connection.execute(query).mappings():
            params = {name: value for name, value in row.items() if name != "number"}
            yield Found(kind=kind, number=row.get("number"), params=params)


def _in(column: ColumnElement[Any], states: Iterable[str]) -> ColumnElement[bool]:
    return column.in_(sorted(str(state) for state in states))


def _requests(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(request.c.number).where(*conditions).order_by(request.c.number)


def _offers(*conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(request.c.number, responder.c.code)
        .select_from(offer)
        .outerjoin(request, request.c.id == offer.c.request_id)
        .outerjoin(responder, responder.c.id == offer.c.responder_id)
        .where(*conditions)
        .order_by(request.c.number, responder.c.code, offer.c.id)
    )


def _deliveries(*conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(request.c.number, delivery.c.kind.label("message"), delivery.c.channel)
        .select_from(delivery)
        .outerjoin(request, request.c.id == delivery.c.request_id)
        .where(*conditions)
        .order_by(request.c.number, delivery.c.id)
    )


def _twice(*columns: ColumnElement[Any], where: ColumnElement[bool] | None = None) -> Any:
    """Select the values of *columns* that more than one row has, as a subquery."""
    query = select(*columns).group_by(*columns).having(func.count() > 1)
    return (query if where is None else query.where(where)).subquery()


_ASKED: Final = (
    select(offer.c.id).where(offer.c.request_id == request.c.id, offer.c.state == OfferState.OFFERED.value).exists()
)
_LIVE: Final = select(offer.c.id).where(offer.c.request_id == request.c.id, _in(offer.c.state, HOLDS_SEAT)).exists()
_OPEN_SLOT: Final = (
    select(request_slot.c.slot_no)
    .where(request_slot.c.request_id == request.c.id, request_slot.c.retired.is_(False))
    .exists()
)
_EMPTY_SLOT: Final = (
    select(request_slot.c.slot_no)
    .where(
        request_slot.c.request_id == request.c.id,
        request_slot.c.retired.is_(False),
        ~select(offer.c.id)
        .where(
            offer.c.request_id == request_slot.c.request_id,
            offer.c.slot_no == request_slot.c.slot_no,
            _in(offer.c.state, HOLDS_SLOT),
        )
        .exists(),
    )
    .exists()
)
_OFFERED: Final = offer.c.state == OfferState.OFFERED.value


def _slot_row(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(request_slot.c.slot_no)
        .where(request_slot.c.request_id == offer.c.request_id, request_slot.c.slot_no == offer.c.slot_no, *more)
        .exists()
    )


def _lost_numbers() -> Select[Any]:
    numbered = select(
        request.c.community,
        request.c.number,
        func.lag(request.c.number, 1, 0)
        .over(partition_by=request.c.community, order_by=request.c.number)
        .label("before"),
    ).subquery()
    return (
        select((numbered.c.before + 1).label("first"), (numbered.c.number - 1).label("last"))
        .where(numbered.c.number > numbered.c.before + 1)
        .order_by(numbered.c.number)
    )


def _last_numbers() -> Select[Any]:
    highest = func.coalesce(func.max(request.c.number), 0)
    return (
        select((highest + 1).label("first"), community.c.last_number.label("last"))
        .select_from(community)
        .outerjoin(request, request.c.community == community.c.code)
        .group_by(community.c.code, community.c.last_number)
        .having(community.c.last_number > highest)
    )


def _request_key_twice() -> Select[Any]:
    twice = _twice(request.c.idem_key)
    return _requests(request.c.idem_key.in_(select(twice.c.idem_key)))


def _request_number_twice() -> Select[Any]:
    twice = _twice(request.c.community, request.c.number)
    return select(twice.c.number).order_by(twice.c.number)


def _slot_twice() -> Select[Any]:
    twice = _twice(offer.c.request_id, offer.c.slot_no, where=_in(offer.c.state, HOLDS_SLOT))
    return (
        select(request.c.number, twice.c.slot_no.label("slot"))
        .join(twice, twice.c.request_id == request.c.id)
        .order_by(request.c.number, twice.c.slot_no)
    )


def _seat_twice() -> Select[Any]:
    twice = _twice(offer.c.responder_id, offer.c.seat_no, where=_in(offer.c.state, HOLDS_SEAT))
    return (
        select(responder.c.code, twice.c.seat_no.label("seat"))
        .join(twice, twice.c.responder_id == responder.c.id)
        .order_by(responder.c.code, twice.c.seat_no)
    )


def _pair_twice() -> Select[Any]:
    twice = _twice(offer.c.request_id, offer.c.responder_id, where=_in(offer.c.state, HOLDS_SEAT | HOLDS_SLOT))
    return (
        select(request.c.number, responder.c.code)
        .select_from(twice)
        .join(request, request.c.id == twice.c.request_id)
        .join(responder, responder.c.id == twice.c.responder_id)
        .order_by(request.c.number, responder.c.code)
    )


def _wave_twice() -> Select[Any]:
    twice = _twice(wave.c.request_id, wave.c.wave_no)
    return (
        select(request.c.number, twice.c.wave_no.label("wave"))
        .join(twice, twice.c.request_id == request.c.id)
        .order_by(request.c.number, twice.c.wave_no)
    )


def _wave_gap() -> Select[Any]:
    counted = select(wave.c.request_id).group_by(wave.c.request_id)
    return _requests(
        request.c.id.in_(counted.having(func.max(wave.c.wave_no) != func.count(wave.c.wave_no.distinct())))
    )


def _wave_for_nobody() -> Select[Any]:
    asked = select(offer.c.id).where(offer.c.request_id == wave.c.request_id, offer.c.wave_no == wave.c.wave_no)
    return (
        select(request.c.number, wave.c.wave_no.label("wave"))
        .join(wave, wave.c.request_id == request.c.id)
        .where(~asked.exists())
        .order_by(request.c.number, wave.c.wave_no)
    )


def _code_twice() -> Select[Any]:
    twice = _twice(offer.c.responder_id, offer.c.code)
    return (
        select(responder.c.code)
        .join(twice, twice.c.responder_id == responder.c.id)
        .distinct()
        .order_by(responder.c.code)
    )


def _yes_twice() -> Select[Any]:
    twice = _twice(inbound.c.offer_id, where=inbound.c.outcome == "accepted")
    return _offers(offer.c.id.in_(select(twice.c.offer_id)))


def _yes_without_effect() -> Select[Any]:
    return (
        select(request.c.number, inbound.c.channel)
        .select_from(inbound)
        .outerjoin(offer, offer.c.id == inbound.c.offer_id)
        .outerjoin(request, request.c.id == offer.c.request_id)
        .where(inbound.c.outcome == "accepted", or_(offer.c.id.is_(None), offer.c.slot_no.is_(None)))
        .order_by(inbound.c.received_at)
    )


def _never_handed_over() -> Select[Any]:
    on_its_way = select(delivery.c.id).where(
        delivery.c.offer_id == offer.c.id, delivery.c.kind == "offer", delivery.c.state != "dropped"
    )
    return _offers(_OFFERED, ~on_its_way.exists())


def _asks_in_vain() -> Select[Any]:
    gone = select(offer.c.id).where(offer.c.id == delivery.c.offer_id, ~_OFFERED)
    return _deliveries(delivery.c.kind == "offer", delivery.c.state.in_(["ready", "held"]), gone.exists())


def _message_twice() -> Select[Any]:
    twice = _twice(delivery.c.offer_id, delivery.c.kind, delivery.c.channel, where=delivery.c.offer_id.is_not(None))
    return (
        select(request.c.number, twice.c.kind.label("message"), twice.c.channel)
        .select_from(twice)
        .join(offer, offer.c.id == twice.c.offer_id)
        .join(request, request.c.id == offer.c.request_id)
        .order_by(request.c.number, twice.c.kind)
    )


def _asking_nobody(*, after_silence: bool) -> Select[Any]:
    silent = (
        select(offer.c.id).where(offer.c.request_id == request.c.id, offer.c.state == OfferState.EXPIRED.value).exists()
    )
    return _requests(request.c.state == RequestState.ASKING.value, ~_ASKED, silent if after_silence else ~silent)


def _by_limits(limits: Limits) -> Iterator[tuple[str, Select[Any]]]:
    yield "sent-too-often", _deliveries(delivery.c.unknowns > limits.most_unknowns)
    due_by = limits.due_by
    if due_by is None:
        return
    waiting = [RequestState.RECEIVED, RequestState.TRIAGED]
    yield "overdue", _requests(_in(request.c.state, waiting), request.c.next_check_at < due_by)
    yield "deadline-passed", _offers(_OFFERED, offer.c.deadline_at < due_by)
    ready = and_(delivery.c.state == "ready", delivery.c.next_at < due_by)
    taken_up = and_(delivery.c.state == "sending", delivery.c.lease_until < due_by)
    yield "message-overdue", _deliveries(or_(ready, taken_up))


_QUESTIONS: Final[tuple[tuple[str, Select[Any]], ...]] = (
    ("numbers-lost", _lost_numbers()),
    ("numbers-lost", _last_numbers()),
    ("no-slots", _requests(_in(request.c.state, OPEN), ~_OPEN_SLOT)),
    ("key-twice", _request_key_twice()),
    ("number-twice", _request_number_twice()),
    ("forgotten", _requests(_in(request.c.state, OPEN), request.c.next_check_at.is_(None))),
    (
        "nobody-named",
        _requests(
            request.c.state == RequestState.NEEDS_PERSON.value,
            or_(request.c.owner.is_(None), request.c.owner == "", request.c.reason.is_(None)),
        ),
    ),
    (
        "waiting-while-asked",
        _requests(
            _in(request.c.state, [RequestState.RECEIVED, RequestState.TRIAGED, RequestState.NEEDS_PERSON]), _ASKED
        ),
    ),
    ("asking-nobody", _asking_nobody(after_silence=False)),
    ("silence-unfollowed", _asking_nobody(after_silence=True)),
    ("arranged-short", _requests(_in(request.c.state, [RequestState.ARRANGED, RequestState.DOING]), _EMPTY_SLOT)),
    ("asked-beyond-need", _requests(_in(request.c.state, [RequestState.ARRANGED, RequestState.DOING]), _ASKED)),
    ("held-after-the-end", _requests(_in(request.c.state, FINISHED | {RequestState.DONE}), _LIVE)),
    ("slot-twice", _slot_twice()),
    ("slot-beyond", _offers(offer.c.slot_no.is_not(None), ~_slot_row())),
    ("slot-retired", _offers(_in(offer.c.state, ["accepted", "doing"]), _slot_row(request_slot.c.retired))),
    ("slot-unlike-state", _offers(offer.c.slot_no.is_(None) != _in(offer.c.state, NEVER_HELD_SLOT))),
    ("seat-twice", _seat_twice()),
    (
        "seat-beyond",
        _offers(
            ~select(responder_seat.c.seat_no)
            .where(responder_seat.c.responder_id == offer.c.responder_id, responder_seat.c.seat_no == offer.c.seat_no)
            .exists()
        ),
    ),
    ("pair-twice", _pair_twice()),
    ("wave-twice", _wave_twice()),
    ("wave-gap", _wave_gap()),
    ("wave-for-nobody", _wave_for_nobody()),
    (
        "wave-undecided",
        _offers(
            ~select(wave.c.wave_no)
            .where(wave.c.request_id == offer.c.request_id, wave.c.wave_no == offer.c.wave_no)
            .exists()
        ),
    ),
    ("never-handed-over", _never_handed_over()),
    ("asks-in-vain", _asks_in_vain()),
    ("message-twice", _message_twice()),
    ("code-twice", _code_twice()),
    ("end-unlike-state", _offers(_in(offer.c.state, HOLDS_SEAT) == offer.c.ended_at.is_not(None))),
    ("yes-twice", _yes_twice()),
    ("yes-without-effect", _yes_without_effect()),
)
