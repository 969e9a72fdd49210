"""Find a request for somebody who may act on it, and move it along the table of states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from dispatch.desk.authorize import authorize
from dispatch.errors import NotFound
from dispatch.model.actor import Actor
from dispatch.model.assignment import Offer
from dispatch.model.lifecycle import (
    HOLDS_SEAT,
    OPEN,
    OfferState,
    RequestState,
    check_offer_move,
    check_request_move,
)
from dispatch.model.message import MessageKind
from dispatch.model.request import Request, RequestId
from dispatch.model.rules import Rules
from dispatch.store import community as towns
from dispatch.store import offers, outbox, people, requests
from dispatch.store.engine import Transaction

DONE_CHECK_MINUTES = 120
"""How long after an arranged visit should have begun somebody looks whether it was done."""


def find_request(tx: Transaction, actor: Actor, action: str, number: int, *, lock: bool = True) -> Request:
    """Return the request called *number*, if the actor may do *action* on it.

    Raises:
        NotFound: There is none, or it lies outside the actor's grid.
        Refused: The actor's role does not include the action.
    """
    found = requests.with_number(tx.connection, tx.community, number, lock=lock)
    authorize(actor, action, number=number, within=reaches(tx, actor, found.place_id))
    return found


def reaches(tx: Transaction, actor: Actor, place_id: str) -> bool:
    """Return whether a place lies within the actor's grid."""
    if actor.grid is None:
        return True
    return place_id in scope(tx, actor)  # type: ignore[operator]


def reaches_request(tx: Transaction, actor: Actor, request_id: str) -> bool:
    """Return whether a request is for a place within the actor's grid."""
    if actor.grid is None:
        return True
    return reaches(tx, actor, requests.with_ids(tx.connection, [request_id])[RequestId(request_id)].place_id)


def scope(tx: Transaction, actor: Actor) -> frozenset[str] | None:
    """Return the ids of the places within the actor's grid, or none where it is the whole community.

    Raises:
        NotFound: The grid the settings name is not in this community.
    """
    if actor.grid is None:
        return None
    places = towns.places_of(tx.connection, tx.community)
    outer = places.with_code(actor.grid)
    if outer is None:
        raise NotFound("there is no place {code} in this community", code=actor.grid)
    return frozenset(place.id for place in places if places.lies_in(place.id, outer.id))


def move(
    tx: Transaction,
    actor: Actor,
    rules: Rules,
    request: Request,
    to: RequestState,
    *,
    reason: str | None = None,
    check_at: datetime | None = None,
    **columns: Any,
) -> Request:
    """Move a request, leave the event, and return it as it is now.

    Args:
        reason: A code that says why, kept with the request; a request needing a person must have one.
        check_at: When to look at it again; in ``rules.check_minutes`` unless given.
        columns: Further columns of ``request`` to change with it.

    Raises:
        NotAllowedNow: The table of states does not let it.
        Conflict: Somebody changed it since it was read.
    """
    check_request_move(request.number, request.state, to)
    next_check_at = (check_at or tx.now + timedelta(minutes=rules.check_minutes)) if to in OPEN else None
    owner = (rules.owner or actor.name) if to is RequestState.NEEDS_PERSON else None
    columns = {"owner": owner, "reason": reason, "next_check_at": next_check_at, **columns}
    requests.change(tx.connection, request, state=to.value, **columns)
    tx.record(actor, "moved", request.id, was=request.state.value, now=to.value, reason=reason)
    return replace(request, state=to, version=request.version + 1, **columns)


def move_many(
    tx: Transaction,
    actor: Actor,
    rules: Rules,
    moved: Sequence[Request],
    to: RequestState,
    *,
    check_at: Mapping[RequestId, datetime] | None = None,
) -> None:
    """Move several requests to the same state at once, each as ``move`` would; for states without owner or reason.

    Args:
        check_at: When to look at each again; in ``rules.check_minutes`` where it is not said.
    """
    soon = tx.now + timedelta(minutes=rules.check_minutes)
    for one in moved:
        check_request_move(one.number, one.state, to)
    requests.change_many(
        tx.connection,
        moved,
        [
            {
                "state": to.value,
                "owner": None,
                "reason": None,
                "next_check_at": (check_at or {}).get(one.id, soon),
            }
            for one in moved
        ],
    )
    for one in moved:
        tx.record(actor, "moved", one.id, was=one.state.value, now=to.value, reason=None)


def end_offers(
    tx: Transaction,
    actor: Actor,
    live: Iterable[Offer],
    to: OfferState,
    number: int,
    *,
    tell: bool = True,
    why: str | None = None,
) -> None:
    """End offers that are no longer needed: take their messages back, or tell those who have them already.

    Args:
        live: Offers that hold a seat.
        to: WITHDRAWN for those only asked, CANCELLED or RELEASED for those accepted.
        number: The request's number.
        tell: Whether people who were reached hear that they are no longer needed.
        why: A code, where the state alone does not say it: "mistaken".
    """
    for one in live:
        check_offer_move(number, one.state, to)
        offers.change(tx.connection, one, to, ended_at=tx.now)
        more = {"why": why} if why else {}
        tx.record(
            actor, "offer-ended", one.request_id, offer=one.id, was=one.state.value, now=to.value, **more
        )
        reached = outbox.channels_reached(tx.connection, one.id)
        outbox.drop(tx.connection, offer_ids=[one.id])
        if tell:
            outbox.enqueue(
                tx.connection,
                tx.now,
                [
                    outbox.Outgoing(
                        request_id=one.request_id,
                        offer_id=one.id,
                        recipient="responder",
                        kind=MessageKind.NOT_NEEDED,
                        channel=channel,
                    )
                    for channel in reached
                ],
            )


def live_offers(tx: Transaction, request: Request) -> list[Offer]:
    """Return the request's offers that hold a seat, asked and accepted alike."""
    return [one for one in offers.of_requests(tx.connection, [request.id]) if one.state in HOLDS_SEAT]


def channel_for(tx: Transaction, rules: Rules, responder_ids: Iterable[str]) -> dict[str, str]:
    """Return the channel by which each responder is tried first."""
    usual = next(iter(rules.channels), "phone-list")
    wished = people.channels_of(tx.connection, responder_ids)
    return {responder_id: wished.get(responder_id) or usual for responder_id in responder_ids}
