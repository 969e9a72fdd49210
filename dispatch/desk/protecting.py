"""The last word on who may go: looked at again when people are asked and when they accept, whoever decided it.

The matcher keeps the same rules (``solver.candidates``). Between its look and an answer
things change: a licence runs out, somebody gives a place back, somebody is kept from a door.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations

from dispatch.clock import day_of
from dispatch.desk.decency import month_begins
from dispatch.desk.moves import end_offers, move
from dispatch.desk.silence import back_to_waiting
from dispatch.desk.telling import tell_resident
from dispatch.model.actor import Actor
from dispatch.model.assignment import Offer
from dispatch.model.community import PlaceKind
from dispatch.model.lifecycle import GOING, OfferState, RequestState
from dispatch.model.message import MessageKind
from dispatch.model.request import Private, Request, RequestId
from dispatch.model.responder import Responder, ResponderId
from dispatch.model.rules import Rules
from dispatch.store import community as towns
from dispatch.store import decency, offers, outbox, people, private, requests
from dispatch.store.engine import Transaction


class Protection:
    """What protects some people who may go to some requests, read at once."""

    def __init__(self, tx: Transaction, about: Iterable[Request], responder_ids: Iterable[str]) -> None:
        connection, self._tx = tx.connection, tx
        self._about = {one.id: one for one in about}
        self._going: dict[RequestId, list[ResponderId]] = {}
        for offer in offers.of_requests(connection, self._about):
            if offer.state in GOING:
                self._going.setdefault(offer.request_id, []).append(offer.responder_id)
        there = {one for those in self._going.values() for one in those}
        self._people = people.with_ids(connection, tx.community, {*responder_ids, *there})
        self._services = {one.id: one for one in towns.services_of(connection, tx.community)}
        self._zone = towns.community_of(connection, tx.community).zone
        self._apart = decency.apart_from(connection, self._people)
        self._kept = private.look_up(connection, [one.person_id for one in self._about.values()])
        self._bars = decency.bars_of(connection, tx.community)
        caps = any(one.monthly_cap is not None for one in self._people.values())
        self._taken = offers.loads(connection, tx.community, month_begins(tx.now, self._zone)) if caps else {}
        climbs = any(one.no_stairs for one in self._people.values())
        self._places = towns.places_of(connection, tx.community) if climbs else None

    def against(self, request: Request, responder_id: ResponderId) -> str | None:
        """Return the name of the rule that speaks against somebody going; none where they may.

        The names are those of the matcher's filters.
        """
        one, going = self._people[responder_id], self._going.get(request.id, [])
        service = self._services[request.service_id]
        if service.licence is not None and not self._holds(one, service.licence):
            return "licence"
        if not one.is_adult and (service.adults_only or not any(self._people[each].is_adult for each in going)):
            return "minor"
        if one.no_stairs and service.proximity and self._climbs(request, one):
            return "stairs"
        if one.monthly_cap is not None and self._taken.get(one.id, 0) >= one.monthly_cap:
            return "monthly-cap"
        if not self._apart.get(one.id, set()).isdisjoint(going):
            return "apart"
        return "unavailable" if self._is_kept_from(request, one) else None

    def lets_go(self, request: Request, responder_ids: Collection[ResponderId], *, places: int) -> bool:
        """Return whether some people may be asked together for a request.

        Args:
            places: How many of them would go; where more are asked than go, who answers first decides.
        """
        if any(self.against(request, one) is not None for one in responder_ids):
            return False
        pairs = combinations(responder_ids, 2) if len(responder_ids) <= places else ()
        return not any(second in self._apart.get(first, set()) for first, second in pairs)

    def _holds(self, one: Responder, licence: str) -> bool:
        today = day_of(self._tx.now, self._zone)
        return any(
            each.name == licence and (each.expires_on is None or each.expires_on >= today) for each in one.licences
        )

    def _is_kept_from(self, request: Request, one: Responder) -> bool:
        door = door_of(request, self._kept)
        return any(bar.responder_id == one.id and bar.holds_for(door) for bar in self._bars)

    def _climbs(self, request: Request, one: Responder) -> bool:
        """Say whether somebody would have to take stairs to the door, or may have to, for all that is known."""
        assert self._places is not None, "they are read where somebody does not climb"
        around = list(self._places.up_from(request.place_id))
        if any(place.has_lift for place in around):
            return False
        floor = self._kept.get(request.person_id, Private()).floor
        if floor is None:
            storeys = next((place.floors for place in around if place.kind is PlaceKind.BUILDING), None)
            return storeys is None or storeys > 1
        unit = self._places.around(request.place_id, PlaceKind.UNIT)
        is_their_own = unit is not None and unit == self._places.around(one.place_id, PlaceKind.UNIT)
        return _storeys_up(floor) != (self._own_storey(one) if is_their_own else 0)

    def _own_storey(self, one: Responder) -> int:
        kept = private.look_up(self._tx.connection, [one.person_id]).get(one.person_id, Private())
        return 0 if kept.floor is None else _storeys_up(kept.floor)


def door_of(request: Request, kept: Mapping[str, Private]) -> decency.Door:
    """Return by what the resident of a request is known."""
    resident = kept.get(request.person_id, Private())
    return decency.Door(request.household_id, resident.phone, resident.exact_address)


def let_go_of_lonely_minors(tx: Transaction, actor: Actor, rules: Rules, request_ids: Iterable[RequestId]) -> None:
    """Let minors go, and stop asking them, where no adult goes any more; they and the resident are told."""
    for request_id, request in requests.with_ids(tx.connection, set(request_ids), lock=True).items():
        live = [one for one in offers.of_requests(tx.connection, [request_id]) if one.state in _LIVE]
        adults = people.adults_among(tx.connection, [one.responder_id for one in live])
        if any(one.state in GOING and one.responder_id in adults for one in live):
            continue
        minors = [one for one in live if one.responder_id not in adults]
        asked = [one for one in minors if one.state is OfferState.OFFERED]
        end_offers(tx, actor, asked, OfferState.WITHDRAWN, request.number, why="minor")
        _release(tx, actor, rules, request, [one for one in minors if one.state in GOING])
        if minors:
            back_to_waiting(tx, actor, rules, [request_id], reason="given-back")


_LIVE = GOING | {OfferState.OFFERED}


def _release(tx: Transaction, actor: Actor, rules: Rules, request: Request, held: Sequence[Offer]) -> None:
    if not held:
        return
    promised = outbox.offers_heard_of(tx.connection, [one.id for one in held], MessageKind.WHO_COMES)
    end_offers(tx, actor, held, OfferState.RELEASED, request.number, why="minor")
    for offer_id in sorted(promised):
        tell_resident(tx, actor, rules, request, MessageKind.LOOKING, offer_id=offer_id)
    now = requests.with_ids(tx.connection, [request.id])[request.id]
    if now.state in (RequestState.ARRANGED, RequestState.DOING):
        move(tx, actor, rules, now, RequestState.ASKING, reason="given-back", check_at=tx.now)


def _storeys_up(floor: int) -> int:
    return floor if floor < 1 else floor - 1
