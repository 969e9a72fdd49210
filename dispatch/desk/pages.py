"""The pages of the day: one request with its whole history, what needs a person now, and the lanes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dispatch.clock import on_the_wall
from dispatch.desk.authorize import MAY, authorize
from dispatch.desk.delivery.letters import is_needed, read_letters
from dispatch.desk.masking import mask_name, mask_phone
from dispatch.desk.moves import find_request, scope
from dispatch.desk.unread import shortest, unread
from dispatch.desk.ways_out import next_step, wrong_number
from dispatch.i18n import Sentence
from dispatch.model.actor import Actor
from dispatch.model.assignment import Offer
from dispatch.model.community import PlaceKind, Places
from dispatch.model.lifecycle import HOLDS_SLOT, OPEN, OfferState, RequestState
from dispatch.model.request import Private, Request
from dispatch.model.responder import WITHOUT_PHONE_UNTIL, Responder, ResponderId
from dispatch.model.rules import Rules
from dispatch.model.service import Service
from dispatch.store import community as towns
from dispatch.store import events, inbox, offers, people, phone_sheets, private, requests
from dispatch.store.engine import Transaction
from dispatch.store.events import Event

LANES: Final[tuple[tuple[str, tuple[RequestState, ...]], ...]] = (
    ("ordered", (RequestState.RECEIVED,)),
    ("dispatching", (RequestState.TRIAGED, RequestState.ASKING, RequestState.NEEDS_PERSON)),
    ("accepted", (RequestState.ARRANGED, RequestState.DOING)),
    ("rating", (RequestState.DONE, RequestState.RATED)),
)
"""下单, 派单, 接单, 评单."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One person asked for a request, or helping with it.

    Args:
        name: Masked until they have accepted.
    """

    code: str
    name: str
    offer: Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One request as a list shows it: the resident masked.

    Args:
        place: Name of the building, or of the smallest larger place.
        door: The door, or the unit where no door is known; empty for whoever may not look a request up.
        name: What the resident is called, masked.
        resident: Name and phone, masked.
        waited_minutes: Since it came in, or since the work may begin where that is later.
    """

    request: Request
    service: Service
    place: str
    door: str
    name: str
    resident: str
    waited_minutes: int
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """One request with everything that is known of it.

    Args:
        words: The typed why, to whom, or comment.
        merged_into: Number of the request it was merged into.
        history: Its events, oldest first.
        codes: Codes of the responders that the events speak of, by id.
        wrong_numbers: Who was asked and whose phone was found wrong, and is not corrected yet, with the fix.
    """

    line: Line
    person: Private
    place: str
    words: str
    merged_into: int | None
    history: tuple[Event, ...]
    codes: Mapping[str, str]
    wrong_numbers: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """An answer, or an order of another system, that a person must read.

    Args:
        tag: Digits by which it can be ticked off.
        who: The responder's code where the phone is known, and the phone, masked.
        promised_at: The time that was read in it, where there was one.
        source: The source that brought it, where it is an order.
        about: What it may be about, as the request's number and the responder's code: all they are asked for.
    """

    tag: str
    words: str
    received_at: datetime
    number: int | None
    who: str
    about: tuple[tuple[int, str], ...] = ()
    promised_at: datetime | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """What needs a person now, most pressing first.

    Args:
        needs_person: In somebody's hands.
        nobody: Waiting, and the last round found nobody.
        waiting: Waiting for the next round.
        silent: Asked, no answer yet, earliest deadline first.
        overdue: Arranged, and by now somebody should look whether it was done.
        unrated: Done and not rated yet.
        next_steps: By the number of a request in somebody's hands, the command that comes next.
        unclear: Answers nobody could act on.
        wants_out: Arranged, and somebody who had accepted has said no since: request's number and their code.
        wrong_numbers: Codes of the responders whose phone was found wrong and is not corrected yet.
        calls: How many calls the phone list holds that are on no printed sheet's answered row.
        satisfied: People who rated 4 or 5 in the last 28 days, and how many rated at all.
    """

    at: datetime
    needs_person: tuple[Line, ...]
    next_steps: Mapping[int, Sentence]
    nobody: tuple[Line, ...]
    waiting: tuple[Line, ...]
    silent: tuple[Line, ...]
    overdue: tuple[Line, ...]
    unrated: tuple[Line, ...]
    unclear: tuple[Unclear, ...]
    wants_out: tuple[tuple[int, str], ...]
    wrong_numbers: tuple[str, ...]
    calls: int
    satisfied: tuple[int, int]


def list_requests(
    tx: Transaction, actor: Actor, states: Iterable[RequestState] | None = None, *, limit: int | None = None
) -> list[Line]:
    """Return the requests within the actor's reach, by number: those in *states*, or all that are open or done.

    Args:
        limit: At most so many, the newest.
    """
    authorize(actor, "list")
    wanted = sorted(states) if states is not None else sorted(OPEN | {RequestState.DONE})
    found = requests.find(tx.connection, tx.community, states=wanted)
    within = scope(tx, actor)
    found = [one for one in found if within is None or one.place_id in within]
    return _lines(tx, actor, found[-limit:] if limit else found)


def show_request(tx: Transaction, actor: Actor, number: int) -> Whole:
    """Return one request with its resident, its words and its whole history.

    Raises:
        NotFound: There is none, or it lies outside the actor's grid.
    """
    request = find_request(tx, actor, "see", number, lock=False)
    (line,) = _lines(tx, actor, [request])
    places = towns.places_of(tx.connection, tx.community)
    kept = private.look_up(tx.connection, [request.person_id]).get(request.person_id, Private())
    history = tuple(events.read(tx.connection, tx.community, request_id=request.id))
    merged = None
    if request.merged_into is not None:
        merged = requests.with_ids(tx.connection, [request.merged_into])[request.merged_into].number
    return Whole(
        line=line,
        person=kept,
        place=full_place(places, request.place_id),
        words=private.words_of(tx.connection, request.words_id),
        merged_into=merged,
        history=history,
        codes={one.offer.responder_id: one.code for one in line.asked},
        wrong_numbers=tuple(
            fix
            for one in _who(tx, line).values()
            if (fix := wrong_number(one)) is not None
        ),
    )


def _who(tx: Transaction, line: Line) -> Mapping[ResponderId, Responder]:
    return people.with_ids(tx.connection, tx.community, (one.offer.responder_id for one in line.asked))


def today(tx: Transaction, actor: Actor, rules: Rules) -> Today:
    """Return what needs a person now, and nothing else."""
    authorize(actor, "today")
    within = scope(tx, actor)
    found = requests.find(tx.connection, tx.community, states=OPEN | {RequestState.DONE})
    lines = _lines(tx, actor, [one for one in found if within is None or one.place_id in within])
    triaged = [one for one in lines if one.request.state in (RequestState.TRIAGED, RequestState.RECEIVED)]
    arranged = [one for one in lines if one.request.state in (RequestState.ARRANGED, RequestState.DOING)]
    since = tx.now - timedelta(days=rules.rating_days)
    rated = requests.ratings(tx.connection, tx.community, tx.now - timedelta(days=rules.load_days))
    return Today(
        at=tx.now,
        needs_person=_in(lines, RequestState.NEEDS_PERSON),
        next_steps=_next_steps(tx, _in(lines, RequestState.NEEDS_PERSON)),
        nobody=tuple(one for one in triaged if one.request.reason == "left-out"),
        waiting=tuple(one for one in triaged if one.request.reason != "left-out"),
        silent=tuple(sorted(_in(lines, RequestState.ASKING), key=_first_deadline)),
        overdue=tuple(
            one for one in arranged if one.request.next_check_at and one.request.next_check_at <= tx.now
        ),
        unrated=tuple(
            one
            for one in _in(lines, RequestState.DONE)
            if one.request.done_at and one.request.done_at >= since
        ),
        unclear=_unclear(tx, within),
        wants_out=_wants_out(tx, lines),
        wrong_numbers=tuple(
            one.code
            for one in people.responders_of(tx.connection, tx.community, active_only=True)
            if one.paused_until == WITHOUT_PHONE_UNTIL and (within is None or one.place_id in within)
        ),
        calls=_calls(tx, rules, within),
        satisfied=(sum(1 for stars in rated if stars >= 4), len(rated)),
    )


def _next_steps(tx: Transaction, lines: Iterable[Line]) -> Mapping[int, Sentence]:
    steps = {line.request.number: next_step(tx, line.request) for line in lines}
    return {number: step for number, step in steps.items() if step is not None}


def board(tx: Transaction, actor: Actor, rules: Rules) -> dict[str, list[Line]]:
    """Return the lanes of the day by name, each with its requests by number; the last lane holds today's only."""
    authorize(actor, "board")
    within = scope(tx, actor)
    zone = towns.community_of(tx.connection, tx.community).zone
    midnight = on_the_wall(tx.now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    found = requests.find(tx.connection, tx.community, states=OPEN)
    found += requests.closed_since(tx.connection, tx.community, midnight)
    lines = _lines(tx, actor, [one for one in found if within is None or one.place_id in within])
    return {name: [one for one in lines if one.request.state in states] for name, states in LANES}


def _calls(tx: Transaction, rules: Rules, within: frozenset[str] | None) -> int:
    """Return how many calls the next sheet would hold that were put on the list within a day."""
    waiting = phone_sheets.open_calls(tx.connection, tx.community, tx.now - timedelta(days=1))
    return sum(
        is_needed(letter, tx.now, rules) and (within is None or letter.request.place_id in within)
        for letter in read_letters(tx, waiting)
    )


def _unclear(tx: Transaction, within: frozenset[str] | None) -> tuple[Unclear, ...]:
    """Return the answers of a day that nobody could act on; one from another grid's responder is that grid's."""
    waiting = unread(tx, within)
    tags = [one.answer.tag for one in waiting]
    return tuple(
        Unclear(
            tag=shortest(answer.tag, tags),
            words=kept.notes,
            received_at=answer.received_at,
            number=answer.number,
            who=" ".join([*(one.code for one in known), mask_phone(kept.phone)]).strip(),
            about=_may_be_about(tx, known, answer.number),
            promised_at=answer.promised_at,
            source=inbox.source_of(answer.channel),
        )
        for answer, kept, known in waiting
    )


def _may_be_about(
    tx: Transaction, known: Sequence[Responder], number: int | None
) -> tuple[tuple[int, str], ...]:
    codes = {one.id: one.code for one in known}
    asked = [one for one in offers.held_by(tx.connection, codes) if one.state is OfferState.OFFERED]
    numbers = requests.with_ids(tx.connection, (one.request_id for one in asked))
    found = {(numbers[one.request_id].number, codes[one.responder_id]) for one in asked}
    return tuple(sorted(one for one in found if number in (None, one[0])))


def coarse_place(places: Places, place_id: str) -> str:
    """Return the name of the building a place lies in, or of the place itself where it is larger."""
    for place in places.up_from(place_id):  # type: ignore[arg-type]
        if place.kind is not PlaceKind.UNIT:
            return place.name
    return ""


def full_place(places: Places, place_id: str) -> str:
    """Return the name of a place with that of its building before it: "8号楼2单元"."""
    place = places[place_id]  # type: ignore[index]
    building = places.around(place_id, PlaceKind.BUILDING)  # type: ignore[arg-type]
    if building is None or place.name.startswith(building.name):
        return place.name
    return building.name + place.name


def _lines(tx: Transaction, actor: Actor, found: Sequence[Request]) -> list[Line]:
    sees_doors = "see" in MAY[actor.role]
    services = {one.id: one for one in towns.services_of(tx.connection, tx.community)}
    places = towns.places_of(tx.connection, tx.community)
    made: dict[str, list[Offer]] = {}
    for offer in offers.of_requests(tx.connection, (one.id for one in found)):
        made.setdefault(offer.request_id, []).append(offer)
    who = people.with_ids(
        tx.connection, tx.community, (offer.responder_id for each in made.values() for offer in each)
    )
    kept = private.look_up(
        tx.connection, [*(one.person_id for one in found), *(one.person_id for one in who.values())]
    )
    return [
        Line(
            request=one,
            service=services[one.service_id],
            place=coarse_place(places, one.place_id),
            door=(kept.get(one.person_id, Private()).exact_address or full_place(places, one.place_id))
            if sees_doors
            else "",
            name=mask_name(kept.get(one.person_id, Private()).name),
            resident=_masked(kept.get(one.person_id, Private())),
            waited_minutes=max(0, int((tx.now - _begins(one)).total_seconds()) // 60),
            asked=tuple(_asked(offer, who, kept) for offer in made.get(one.id, ())),
        )
        for one in found
    ]


def _begins(request: Request) -> datetime:
    """Return from when on a resident waits: an appointment of tomorrow is not late today."""
    return request.received_at if request.window is None else max(request.received_at, request.window[0])


def _asked(offer: Offer, who: Mapping[ResponderId, Responder], kept: Mapping[str, Private]) -> Asked:
    responder = who[offer.responder_id]
    name = kept.get(responder.person_id, Private()).name
    return Asked(
        code=responder.code, name=name if offer.state in HOLDS_SLOT else mask_name(name), offer=offer
    )


def _masked(person: Private) -> str:
    return " ".join(part for part in (mask_name(person.name), mask_phone(person.phone)) if part)


def _wants_out(tx: Transaction, lines: Iterable[Line]) -> tuple[tuple[int, str], ...]:
    holding = {
        str(one.offer.id): (line.request.number, one.code)
        for line in lines
        for one in line.asked
        if one.offer.state in (OfferState.ACCEPTED, OfferState.DOING)
    }
    if not holding:
        return ()
    first = min(line.request.received_at for line in lines)
    last: dict[str, str] = {}
    for one in events.standing(tx.connection, tx.community, ("wants-out", "stays"), first):
        last[str(one.params["offer"])] = one.kind
    return tuple(sorted(whose for offer_id, whose in holding.items() if last.get(offer_id) == "wants-out"))


def _in(lines: Iterable[Line], state: RequestState) -> tuple[Line, ...]:
    return tuple(one for one in lines if one.request.state is state)


def _first_deadline(line: Line) -> datetime:
    waiting = [one.offer.deadline_at for one in line.asked if one.offer.state is OfferState.OFFERED]
    return min(waiting, default=line.request.received_at)
