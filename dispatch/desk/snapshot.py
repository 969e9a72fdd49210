"""What the matcher is shown: the open requests and the people, as they stand at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from dispatch.clock import day_of
from dispatch.desk.decency import may_depend_a_life, month_begins, quiet_for
from dispatch.desk.protecting import door_of
from dispatch.i18n import Sentence
from dispatch.model.assignment import Offer, Visit
from dispatch.model.community import PlaceKind, Places
from dispatch.model.lifecycle import GOING, HOLDS_SEAT, HOLDS_SLOT, OfferState, RequestState
from dispatch.model.quiet import Quiet
from dispatch.model.request import Private, Request, RequestId
from dispatch.model.responder import WITHOUT_PHONE_UNTIL, Hours, ResponderKind
from dispatch.model.rules import Rules
from dispatch.model.service import Service, Urgency
from dispatch.plugins.cost_terms import CostTerms
from dispatch.policy.batching import waits_for_others
from dispatch.policy.waiting import how_many_at_once
from dispatch.solver.problem import Helper, Need, Problem, Spot
from dispatch.store import community as towns
from dispatch.store import decency, offers, people, private, requests
from dispatch.store.engine import Transaction
from dispatch.store.roster import OnRoster, roster_of
from dispatch.units import Position

MATCHED_IN = (RequestState.RECEIVED, RequestState.TRIAGED, RequestState.ASKING)
"""States in which a round looks for people: what came in, what waits, and what is asked for too few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A problem, and what its ids stand for.

    Args:
        requests: Each request in the problem, as it stood.
        roster: Each responder in the problem, as they stood.
        services: The whole catalogue by id.
        visits: Who helped the requests' households within the rules' days of continuity, oldest first.
        asking: Needs for all of whose places people are being asked, and whose phase is over: not in the problem.
        waiting: The offers of a request that nobody has answered yet, by its id.
        open_slots: How many must still say yes, by the request's id.
    """

    problem: Problem
    requests: Mapping[str, Request]
    roster: Mapping[str, OnRoster]
    services: Mapping[str, Service]
    places: Places
    visits: Sequence[Visit] = ()
    asking: tuple[Need, ...] = ()
    waiting: Mapping[str, tuple[Offer, ...]] = field(default_factory=dict)
    open_slots: Mapping[str, int] = field(default_factory=dict)

    def with_terms(self, terms: CostTerms) -> tuple[Snapshot, tuple[Sentence, ...]]:
        """Return the same with what plugins say about its costs, and what is said of those that broke."""
        problem, faults = terms.added_to(self.problem, self.visits)
        return replace(self, problem=problem), faults

    def with_nobody_disturbed(self) -> Snapshot:
        """Return the same as it is for somebody who has come forward, whom no quiet hours need protect."""
        needs = tuple(replace(one, wakes=True) for one in self.problem.needs)
        return replace(self, problem=replace(self.problem, needs=needs))


def take_snapshot(
    tx: Transaction,
    rules: Rules,
    *,
    only: Request | None = None,
    within: frozenset[str] | None = None,
    may_wait: bool = False,
) -> Snapshot:
    """Read what waits and who there is.

    Args:
        only: Look at this request alone, whatever its state, with at least one person to be asked.
        within: Look only at requests at these places (ids).
        may_wait: Leave out what may still wait to be matched together with others.
    """
    places = towns.places_of(tx.connection, tx.community)
    zone = towns.community_of(tx.connection, tx.community).zone
    services = {one.id: one for one in towns.services_of(tx.connection, tx.community)}
    waiting = (
        [only] if only is not None else requests.find(tx.connection, tx.community, states=MATCHED_IN)
    )
    if within is not None:
        waiting = [one for one in waiting if one.place_id in within]
    if may_wait:
        waiting = [
            one
            for one in waiting
            if one.state is RequestState.ASKING
            or not waits_for_others(one.received_at, one.window, one.urgency, tx.now, rules)
        ]
    made: dict[RequestId, list[Offer]] = {}
    for offer in offers.of_requests(tx.connection, (one.id for one in waiting)):
        made.setdefault(offer.request_id, []).append(offer)
    free = offers.free_slot_counts(tx.connection, (one.id for one in waiting))
    roster = roster_of(tx.connection, tx.community)
    if only is None:
        # Who has no capacity at all comes back only when a person says so, not when a seat is freed.
        roster = [somebody for somebody in roster if somebody.capacity > 0]
    by_phone: dict[str, set[str]] = {}
    for somebody in roster:
        if somebody.phone:
            by_phone.setdefault(somebody.phone, set()).add(somebody.id)
    adults = people.adults_among(
        tx.connection, (offer.responder_id for some in made.values() for offer in some if offer.state in GOING)
    )
    bars, apart = decency.bars_of(tx.connection, tx.community), decency.apart_of(tx.connection, tx.community)
    beside: dict[str, set[str]] = {}
    for first, second in apart:
        beside.setdefault(first, set()).add(second)
        beside.setdefault(second, set()).add(first)
    residents = private.look_up(tx.connection, (one.person_id for one in waiting))
    barred = decency.barred_from(bars, {one.id: door_of(one, residents) for one in waiting})
    needs: list[Need] = []
    asking: list[Need] = []
    unanswered = {
        one.id: tuple(offer for offer in made.get(one.id, ()) if offer.state is OfferState.OFFERED) for one in waiting
    }
    for one in waiting:
        slots = how_many_at_once(free.get(one.id, 0) - len(unanswered[one.id]))
        is_asked = slots < 1 and only is None
        if is_asked and not (one.state is RequestState.ASKING and one.next_check_at and one.next_check_at <= tx.now):
            continue
        kept = residents.get(one.person_id, Private())
        (asking if is_asked else needs).append(
            need_of(
                one,
                services[one.service_id],
                spot_of(places, one.place_id, kept.floor, kept.position),
                tx.now,
                slots=max(1, slots),
                asked=frozenset(
                    offer.responder_id
                    for offer in made.get(one.id, ())
                    if offer.state is not OfferState.WITHDRAWN and not offer.was_mistaken  # they never said no
                ),
                never=frozenset(by_phone.get(kept.phone, ()) if kept.phone else ())
                # Who holds it, or has done it before it was reopened, cannot be asked for it again.
                | {offer.responder_id for offer in made.get(one.id, ()) if offer.state in HOLDS_SEAT | HOLDS_SLOT}
                | barred.get(one.id, set()),
                apart=frozenset(
                    other
                    for offer in made.get(one.id, ())
                    if offer.state in HOLDS_SEAT
                    for other in beside.get(offer.responder_id, ())
                ),
                has_adult=any(
                    offer.state in GOING and offer.responder_id in adults for offer in made.get(one.id, ())
                ),
                wakes=may_depend_a_life(one.urgency, kept.notes),
                rings=_rings(rules, places, one, roster),
                notice_minutes=rules.offer_minutes[one.urgency],
            )
        )
    households = {one.household for one in needs if one.household}
    return Snapshot(
        problem=Problem(
            needs=tuple(needs),
            helpers=tuple(_helpers(tx, rules, places, roster, zone, households)),
            at=tx.now,
            zone=zone,
            apart=frozenset(apart),
        ),
        requests={one.id: one for one in waiting},
        roster={one.id: one for one in roster},
        services={str(key): one for key, one in services.items()},
        places=places,
        visits=offers.visits(tx.connection, households, tx.now - timedelta(days=rules.continuity_days))
        if rules.continuity_days
        else (),
        asking=tuple(asking),
        waiting={name: some for name, some in unanswered.items() if some},
        open_slots={one.id: free.get(one.id, 0) for one in waiting},
    )


def _rings(
    rules: Rules, places: Places, request: Request, roster: Iterable[OnRoster]
) -> tuple[frozenset[str], ...]:
    """Return who lives in each circle around a request that the rules name, from within outwards; urgent has none."""
    if not rules.rings or request.urgency is Urgency.URGENT:
        return ()
    around = {place.kind.value: place.id for place in places.up_from(request.place_id)}
    lives_in = {one.id: {place.id for place in places.up_from(one.place_id)} for one in roster}  # type: ignore[arg-type]
    return tuple(
        frozenset(who for who, where in lives_in.items() if kind in around and around[kind] in where)
        for kind in rules.rings
    )


def need_of(
    request: Request,
    service: Service,
    spot: Spot,
    now: datetime,
    *,
    slots: int,
    asked: frozenset[str],
    never: frozenset[str],
    **protects: Any,
) -> Need:
    """Give a request as the matcher sees it.

    Args:
        protects: What else of ``Need`` protects people: "has_adult", "wakes" and the like.
    """
    return Need(
        id=request.id,
        number=request.number,
        urgency=request.urgency,
        skills=service.skills,
        licence=service.licence,
        spot=spot,
        slots=slots,
        waited_minutes=max(0, int((now - request.received_at).total_seconds()) // 60),
        pool=service.pool,
        proximity=service.proximity,
        adults_only=service.adults_only,
        household=request.household_id,
        window=request.window,
        asked=asked,
        never=never,
        **protects,
    )


def spot_of(places: Places, place_id: str, floor: int | None, position: Position | None) -> Spot:
    """Give a place, and the door in it where known, as the matcher sees it."""
    unit = building = storeys = None
    has_lift = False
    nearest = position
    for place in places.up_from(place_id):  # type: ignore[arg-type]
        if place.kind is PlaceKind.UNIT:
            unit = place.code
        elif place.kind is PlaceKind.BUILDING:
            building = place.code
            storeys = place.floors
        has_lift = has_lift or place.has_lift
        nearest = nearest or place.position
    return Spot(unit=unit, building=building, floor=floor, position=nearest, has_lift=has_lift, storeys=storeys)


def _helpers(
    tx: Transaction,
    rules: Rules,
    places: Places,
    roster: Sequence[OnRoster],
    zone: str,
    households: Iterable[str],
) -> Iterable[Helper]:
    today = day_of(tx.now, zone).isoformat()
    since = tx.now - timedelta(days=rules.load_days)
    rest = timedelta(minutes=rules.rest_minutes)
    loads = offers.loads(tx.connection, tx.community, since)
    finished = offers.last_finished(tx.connection, tx.community, tx.now - rest)
    held = offers.seats_held(tx.connection, tx.community)
    left = _left_this_month(tx, roster, zone)
    quiet: dict[tuple[tuple[int, ...], ...], tuple[Quiet, ...]] = {}
    bonds = people.bonded_to(tx.connection, households)
    spots: dict[str, Spot] = {}
    hours: dict[tuple[tuple[int, ...], ...], tuple[Hours, ...]] = {}
    for one in roster:
        spot = spots.get(one.place_id)
        if spot is None:
            spot = spots[one.place_id] = spot_of(places, one.place_id, None, None)
        if one.latitude is not None and one.longitude is not None:
            spot = spot._replace(floor=one.floor, position=Position(one.latitude, one.longitude))
        elif one.floor is not None:
            spot = spot._replace(floor=one.floor)
        stretches = tuple(map(tuple, one.hours))
        if stretches not in hours:
            hours[stretches] = tuple(Hours(*stretch) for stretch in stretches)
        has_wrong_number = one.paused_until == WITHOUT_PHONE_UNTIL
        rested_at = None if has_wrong_number else one.paused_until
        if one.id in finished:
            rested_at = max(rested_at or tx.now, finished[one.id] + rest)
        still = tuple(map(tuple, one.quiet))
        if still not in quiet:
            quiet[still] = quiet_for(tuple(Quiet(*stretch) for stretch in still), rules)
        free_seats = max(0, one.capacity - held.get(one.id, 0))
        yield Helper(
            id=one.id,
            code=one.code,
            kind=ResponderKind(one.kind),
            skills={name: level for name, level, until in one.skills if until is None or until >= today},
            licences=frozenset(name for name, until in one.licences if until is None or until >= today),
            spot=spot,
            reach_metres=rules.reach_metres if one.reach_metres is None else one.reach_metres,
            free_seats=free_seats if one.id not in left else left[one.id].seats(free_seats),
            load=loads.get(one.id, 0),
            hours=hours[stretches],
            rested_at=rested_at,
            has_wrong_number=has_wrong_number,
            is_adult=one.is_adult,
            was_helped=one.was_helped,
            is_paid=one.is_paid,
            bonds=frozenset(bonds.get(one.id, ())),
            quiet=quiet[still],
            no_stairs=one.no_stairs,
            monthly_cap=one.monthly_cap,
            is_spent=one.id in left and left[one.id].unanswered < 1,
        )


class _Left(NamedTuple):
    """How many more requests somebody takes on this month, and how many of those nobody asks them for yet."""

    unanswered: int
    unasked: int

    def seats(self, free: int) -> int:
        """Return how many of the free seats may be asked for; that none is left of the month is told apart."""
        return free if self.unanswered < 1 else min(free, max(0, self.unasked))


def _left_this_month(tx: Transaction, roster: Sequence[OnRoster], zone: str) -> dict[str, _Left]:
    """Look at those who have said how many requests they take on in a month."""
    caps = {one.id: one.monthly_cap for one in roster if one.monthly_cap is not None}
    if not caps:
        return {}
    taken = offers.loads(tx.connection, tx.community, month_begins(tx.now, zone))
    asked = decency.asked_now(tx.connection, caps)
    return {
        one: _Left(cap - taken.get(one, 0), cap - taken.get(one, 0) - asked.get(one, 0)) for one, cap in caps.items()
    }
