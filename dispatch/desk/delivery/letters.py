"""Everything the wording of a message may need, read at once for many messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, cast

from dispatch.desk.decency import may_depend_a_life, quiet_for
from dispatch.desk.delivery.typed_notes import note_for_helper
from dispatch.i18n import Language
from dispatch.model.assignment import Offer
from dispatch.model.community import Community, Place, PlaceId, PlaceKind, Places
from dispatch.model.lifecycle import FINISHED, OfferState, RequestState
from dispatch.model.message import MessageKind
from dispatch.model.quiet import quiet_until
from dispatch.model.request import Private, Request, RequestId
from dispatch.model.responder import Responder, ResponderId
from dispatch.model.rules import Rules
from dispatch.model.service import Service, Urgency
from dispatch.store import community as towns
from dispatch.store import offers, outbox, people, private, requests
from dispatch.store.engine import Transaction
from dispatch.store.outbox import Delivery
from dispatch.units import metres_between

_GOING: Final = (OfferState.ACCEPTED, OfferState.DOING)
_NOT_YET_ARRANGED: Final = (
    RequestState.RECEIVED,
    RequestState.TRIAGED,
    RequestState.ASKING,
    RequestState.NEEDS_PERSON,
)
_NOT_NEEDED_HOURS: Final = 24


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who comes, as far as the resident hears of it; a minor's phone is left empty."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message before it has words.

    Args:
        delivery: How it stands in the outbox.
        place: The building, or what is larger: never a unit or a door.
        to: Whom it goes to. Private.
        addresses: Where channels that need no phone reach them, by channel. Private.
        resident: Who asked; for details the notes without what they say anyhow. Private.
        responder: Who is asked or comes, where it belongs to an offer.
        helpers: Who has accepted; where somebody gave it back, who that is. Private.
        metres: From the responder's building to the request's, as the crow flies, 0 within one building; none
            where that is not known or does not matter.
        words: The typed why or to whom, where a request ended so. Private.
        into: The number of the request it was merged into.
        is_instead: Whether the resident was told of another who does not come, and of that no word yet.
        is_said_anew: Whether a later message tells the same better.
    """

    delivery: Delivery
    community: Community
    request: Request
    service: Service
    place: str
    to: Private
    language: Language
    resident: Private
    offer: Offer | None = None
    responder: Responder | None = None
    helpers: tuple[Helper, ...] = ()
    metres: int | None = None
    words: str = ""
    into: int | None = None
    is_instead: bool = False
    is_said_anew: bool = False
    addresses: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> MessageKind:
        """What it is for."""
        return self.delivery.kind

    @property
    def has_left(self) -> bool:
        """Whether it goes to a responder who wished for no more messages, or has left: until somebody lifts that."""
        return self.delivery.recipient == "responder" and self.responder is not None and not self.responder.is_active

    @property
    def is_urgent(self) -> bool:
        """Whether the request is of the class that goes before all others."""
        return self.request.urgency is Urgency.URGENT


def disclosed(offer: Offer, now: datetime, rules: Rules) -> bool:
    """Return whether the responder of an offer may see the resident's name, phone and door.

    From acceptance until ``rules.disclosure_hours`` after it is done; not before, nor once it was given back.
    """
    if offer.state in _GOING:
        return True
    if offer.state is not OfferState.DONE or offer.ended_at is None:
        return False
    return now <= offer.ended_at + timedelta(hours=rules.disclosure_hours)


def is_needed(letter: Letter, now: datetime, rules: Rules) -> bool:
    """Return whether a message still has something to say at this moment.

    An offer has while it waits for an answer, the details while the responder is on the way, a word to the
    resident until the next one says more.
    """
    request, offer = letter.request, letter.offer
    match letter.kind:
        case MessageKind.OFFER:
            return offer is not None and offer.state is OfferState.OFFERED and now < offer.deadline_at
        case MessageKind.DETAILS:
            return offer is not None and offer.state in _GOING and not letter.is_said_anew
        case MessageKind.NOT_NEEDED:
            ended_at = offer.ended_at if offer is not None else None
            return ended_at is None or now <= ended_at + timedelta(hours=_NOT_NEEDED_HOURS)
        case MessageKind.RECEIVED | MessageKind.LOOKING:
            return request.state in _NOT_YET_ARRANGED
        case MessageKind.CLOSED | MessageKind.MERGED:
            return request.state in FINISHED
        case MessageKind.WHO_COMES:
            return offer.state in _GOING if offer is not None else bool(letter.helpers)
        case MessageKind.DONE:
            rate_by = (request.done_at or now) + timedelta(days=rules.rating_days)
            return request.state is RequestState.DONE and now <= rate_by


def quiet_for_letter(letter: Letter, now: datetime, rules: Rules) -> datetime | None:
    """Return until when a message waits because its reader is not to be disturbed; none where it does not wait.

    Who is only asked, or hears that others took what they never accepted, can wait; so can a resident who is asked
    how it was, or told another number. Nobody waits for what they are on the way to, or have asked for, nor where
    a life may depend on it.
    """
    offer, request = letter.offer, letter.request
    match letter.kind:
        case MessageKind.OFFER | MessageKind.DONE | MessageKind.MERGED:
            can_wait = True
        case MessageKind.NOT_NEEDED:
            can_wait = offer is None or offer.slot_no is None
        case _:
            can_wait = False
    if not can_wait or may_depend_a_life(request.urgency, letter.resident.notes):
        return None
    is_theirs = letter.delivery.recipient == "responder" and letter.responder is not None
    quiet = quiet_for(letter.responder.quiet if is_theirs and letter.responder else (), rules)
    return quiet_until(quiet, now, letter.community.zone)


def read_letters(tx: Transaction, deliveries: Sequence[Delivery], places: Places | None = None) -> list[Letter]:
    """Return a letter for each delivery, in the same order.

    Args:
        places: Of the community, as whoever asks many times in a row has read them; none reads them.
    """
    if not deliveries:
        return []
    community = towns.community_of(tx.connection, tx.community)
    services = {one.id: one for one in towns.services_of(tx.connection, tx.community)}
    about = requests.with_ids(tx.connection, (one.request_id for one in deliveries))
    made = offers.of_requests(tx.connection, about)
    by_id = {str(one.id): one for one in made}
    going: dict[RequestId, list[Offer]] = {}
    for one in made:
        if one.state in _GOING:
            going.setdefault(one.request_id, []).append(one)
    wanted = [by_id[one.offer_id].responder_id for one in deliveries if one.offer_id is not None]
    wanted += [one.responder_id for those in going.values() for one in those]
    responders = people.with_ids(tx.connection, tx.community, wanted)
    # One that was loaded since the places were read, by whoever corrected a request in the middle of a run.
    met = {*(one.place_id for one in about.values()), *(one.place_id for one in responders.values())}
    if places is None or any(one not in places for one in met):
        places = towns.places_of(tx.connection, tx.community)
    persons = [one.person_id for one in about.values()] + [one.person_id for one in responders.values()]
    known = private.look_up(tx.connection, [*persons, *(one.words_id for one in about.values() if one.words_id)])
    addresses = private.addresses_of(tx.connection, persons)
    more = _More(tx, deliveries, about, made)
    letters = []
    for delivery in deliveries:
        request = about[RequestId(delivery.request_id)]
        service = services[request.service_id]
        offer = by_id[delivery.offer_id] if delivery.offer_id is not None else None
        responder = responders[offer.responder_id] if offer is not None else None
        resident = known.get(request.person_id, Private())
        if delivery.kind is MessageKind.DETAILS:
            note = note_for_helper(tx, community, places, services.values(), request, resident)
            resident = replace(resident, notes=note)
        reader = request.person_id
        if delivery.recipient == "responder" and responder is not None:
            reader = responder.person_id
        is_about_one = offer is not None and (offer.state in _GOING or delivery.kind is MessageKind.LOOKING)
        coming = [offer] if offer is not None and is_about_one else going.get(request.id, [])
        letters.append(
            Letter(
                delivery=delivery,
                community=community,
                request=request,
                service=service,
                place=_coarse(places, request.place_id).name,
                to=resident if reader == request.person_id else known.get(reader, Private()),
                addresses=addresses.get(reader, {}),
                language=_language(delivery, community, responder),
                resident=resident,
                offer=offer,
                responder=responder,
                helpers=_helpers(coming, responders, known),
                metres=_metres(places, request, service, responder),
                words=known.get(request.words_id or "", Private()).notes,
                into=more.numbers.get(request.merged_into) if request.merged_into else None,
                is_instead=delivery.kind is MessageKind.WHO_COMES and request.id in more.promised_another,
                is_said_anew=delivery.id in more.said_anew,
            )
        )
    return letters


class _More:
    """What only some kinds of letters need to know, looked up where there are any."""

    def __init__(
        self,
        tx: Transaction,
        deliveries: Sequence[Delivery],
        about: Mapping[RequestId, Request],
        made: Sequence[Offer],
    ) -> None:
        kinds: dict[MessageKind, list[Delivery]] = {}
        for one in deliveries:
            kinds.setdefault(one.kind, []).append(one)
        details = kinds.get(MessageKind.DETAILS, ())
        self.said_anew = outbox.said_anew(tx.connection, (one.id for one in details)) if details else set()
        named = {RequestId(one.request_id) for one in kinds.get(MessageKind.WHO_COMES, ())}
        self.promised_another = _promised_another(tx, [one for one in made if one.request_id in named], about)
        others = [one.merged_into for one in about.values() if one.merged_into is not None]
        merged = requests.with_ids(tx.connection, others) if others else {}
        self.numbers = {one.id: one.number for one in merged.values()}


def _promised_another(
    tx: Transaction, made: Iterable[Offer], about: Mapping[RequestId, Request]
) -> set[RequestId]:
    """Return the requests for one person whose resident waits for somebody who has given it back."""
    left = {
        str(one.id): one.request_id
        for one in made
        if one.state is OfferState.RELEASED and not one.was_mistaken and about[one.request_id].headcount == 1
    }
    if not left:
        return set()
    told = outbox.offers_heard_of(tx.connection, left, MessageKind.WHO_COMES)
    told -= outbox.offers_heard_of(tx.connection, left, MessageKind.LOOKING)
    return {left[one] for one in told}


def _language(delivery: Delivery, community: Community, responder: Responder | None) -> Language:
    if delivery.recipient == "responder" and responder is not None:
        return cast("Language", responder.language)
    return "zh" if community.phone_region == "CN" else "en"


def _helpers(
    coming: Iterable[Offer],
    responders: dict[ResponderId, Responder],
    known: dict[str, Private],
) -> tuple[Helper, ...]:
    found = []
    for one in coming:
        responder = responders[one.responder_id]
        kept = known.get(responder.person_id, Private())
        found.append(Helper(kept.name or responder.code, kept.phone if responder.is_adult else ""))
    return tuple(found)


def _coarse(places: Places, place_id: PlaceId) -> Place:
    return places.around(place_id, PlaceKind.BUILDING) or places[place_id]


def _metres(places: Places, request: Request, service: Service, responder: Responder | None) -> int | None:
    if responder is None or not service.proximity:
        return None
    here, there = _coarse(places, responder.place_id), _coarse(places, request.place_id)
    if here.id == there.id and here.kind is PlaceKind.BUILDING:
        return 0
    start, end = places.position_of(here.id), places.position_of(there.id)
    if start is None or end is None or PlaceKind.BUILDING not in (there.kind, here.kind):
        return None
    return metres_between(start, end)
