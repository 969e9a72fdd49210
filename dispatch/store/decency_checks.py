"""Questions to the data about what protects people; a whole database answers none."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, and_, or_, select

from dispatch.model.lifecycle import GOING, OfferState
from dispatch.store import decency
from dispatch.store.checks import Found
from dispatch.store.tables import apart, offer, person_private, request, responder, service

_GOING = sorted(GOING)
_LIVE = sorted(GOING | {OfferState.OFFERED})


def find_unprotected(connection: Connection) -> Iterator[Found]:
    """Yield who is asked or goes now and should not, by the rules that the data can show."""
    yield from _minors(connection)
    yield from _together(connection)
    yield from _kept_from(connection)


def _minors(connection: Connection) -> Iterator[Found]:
    """Yield minors who are asked or go where no adult goes, or where only adults may."""
    beside, grown = offer.alias(), responder.alias()
    with_adult = (
        select(beside.c.id)
        .join(grown, grown.c.id == beside.c.responder_id)
        .where(beside.c.request_id == offer.c.request_id, beside.c.state.in_(_GOING), grown.c.is_adult)
        .exists()
    )
    rows = connection.execute(
        select(request.c.number, responder.c.code)
        .select_from(offer)
        .join(responder, responder.c.id == offer.c.responder_id)
        .join(request, request.c.id == offer.c.request_id)
        .join(service, service.c.id == request.c.service_id)
        .where(
            offer.c.state.in_(_LIVE),
            responder.c.is_adult.is_(False),
            or_(service.c.adults_only, ~with_adult),
        )
        .order_by(request.c.number, responder.c.code)
    )
    for number, code in rows:
        yield Found(kind="minor-alone", number=number, params={"code": code})


def _together(connection: Connection) -> Iterator[Found]:
    """Yield pairs who go to the same request and were to be kept apart."""
    one, two = offer.alias(), offer.alias()
    first, second = responder.alias(), responder.alias()
    rows = connection.execute(
        select(request.c.number, first.c.code, second.c.code)
        .select_from(apart)
        .join(one, and_(one.c.responder_id == apart.c.first_id, one.c.state.in_(_GOING)))
        .join(
            two,
            and_(
                two.c.responder_id == apart.c.second_id,
                two.c.state.in_(_GOING),
                two.c.request_id == one.c.request_id,
            ),
        )
        .join(first, first.c.id == apart.c.first_id)
        .join(second, second.c.id == apart.c.second_id)
        .join(request, request.c.id == one.c.request_id)
        .order_by(request.c.number, first.c.code)
    )
    for number, code, other in rows:
        yield Found(kind="sent-together", number=number, params={"code": code, "other": other})


def _kept_from(connection: Connection) -> Iterator[Found]:
    """Yield who was asked, after it was noted that they never go there, and is asked or goes still."""
    bars: dict[str, list[decency.Bar]] = {}
    for code in connection.scalars(select(responder.c.community).distinct()).all():
        for one in decency.bars_of(connection, code):
            bars.setdefault(one.responder_id, []).append(one)
    if not bars:
        return
    kept = person_private.c
    rows = connection.execute(
        select(
            request.c.number,
            responder.c.code,
            responder.c.id,
            offer.c.offered_at,
            request.c.household_id,
            kept.phone,
            kept.exact_address,
        )
        .select_from(offer)
        .join(responder, responder.c.id == offer.c.responder_id)
        .join(request, request.c.id == offer.c.request_id)
        .outerjoin(person_private, kept.person_id == request.c.person_id)
        .where(offer.c.state.in_(_LIVE))
        .order_by(request.c.number, responder.c.code)
    )
    for number, code, responder_id, offered_at, *known in rows:
        door = decency.Door(known[0], known[1] or "", known[2] or "")
        if any(one.holds_for(door) and one.since < offered_at for one in bars.get(responder_id, ())):
            yield Found(kind="sent-all-the-same", number=number, params={"code": code})
