"""What is known of requests and of responders, as cells for an office's sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from dispatch.clock import on_the_wall
from dispatch.desk.delivery.dialling import as_dialled
from dispatch.desk.sheets.cells import Cell
from dispatch.desk.shorthand import write_hours, write_licences, write_skills
from dispatch.i18n import Language, Sentence, say
from dispatch.model.assignment import Offer
from dispatch.model.community import PlaceId, PlaceKind, Places
from dispatch.model.lifecycle import HOLDS_SLOT, STATE_SENTENCES
from dispatch.model.request import Private, Request, Source
from dispatch.model.responder import Responder, ResponderKind
from dispatch.model.service import Urgency
from dispatch.store import community as towns
from dispatch.store import events, offers, people, private
from dispatch.store.engine import Transaction

Cells = Mapping[str, Cell]
"""One row: what stands under each field."""

SOURCE_SENTENCES: Final = {
    Source.PHONE: Sentence("by phone"),
    Source.COUNTER: Sentence("at the counter"),
    Source.IMPORT: Sentence("from a table"),
    Source.LINES: Sentence("from typed lines"),
    Source.AFTERWARDS: Sentence("recorded afterwards"),
    Source.SYSTEM: Sentence("from another system"),
}
"""How a request came in."""

URGENCY_SENTENCES: Final = {
    Urgency.URGENT: Sentence("urgent"),
    Urgency.NORMAL: Sentence("normal"),
    Urgency.LOW: Sentence("low"),
}
"""How pressing a request is; ``import`` reads these words back in either language."""

KIND_SENTENCES: Final = {
    ResponderKind.PARTY_MEMBER: Sentence("party member"),
    ResponderKind.VOLUNTEER: Sentence("volunteer"),
    ResponderKind.SHOP: Sentence("shop"),
    ResponderKind.PROPERTY_STAFF: Sentence("property staff"),
    ResponderKind.EXPERT: Sentence("expert"),
    ResponderKind.TEAM: Sentence("team"),
}
"""What a responder is to the neighbourhood."""

PAID, UNPAID = Sentence("paid"), Sentence("unpaid")


def request_rows(
    tx: Transaction, found: Sequence[Request], language: Language, *, with_confidential: bool
) -> tuple[list[Cells], int]:
    """Return a row for each request, and how many notes were kept back.

    Args:
        with_confidential: Whether notes and typed words of confidential services are told.
    """
    connection, code = tx.connection, tx.community
    zone = towns.community_of(connection, code).zone
    places = towns.places_of(connection, code)
    services = {one.id: one for one in towns.services_of(connection, code)}
    made = _by_request(offers.of_requests(connection, [one.id for one in found]))
    helpers = people.with_ids(connection, code, {one.responder_id for each in made.values() for one in each})
    taken_on = events.last_moments(connection, code, "accepted")
    kept = private.look_up(
        connection,
        [
            *(one.person_id for one in found),
            *(one.words_id for one in found if one.words_id),
            *(one.person_id for one in helpers.values()),
        ],
    )
    rows: list[Cells] = []
    withheld = 0
    for one in found:
        service, resident = services[one.service_id], kept.get(one.person_id, Private())
        words = kept[one.words_id].notes if one.words_id in kept else ""
        is_told = with_confidential or not service.confidential
        withheld += not is_told and bool(resident.notes or words)
        mine = made.get(one.id, [])
        coming = [
            kept.get(helpers[each.responder_id].person_id, Private()) for each in mine if each.state in HOLDS_SLOT
        ]
        begins, ends = one.window or (None, None)
        rows.append(
            {
                "number": one.number,
                "source": say(SOURCE_SENTENCES[one.source], language),
                "received_at": _wall(one.received_at, zone),
                "name": resident.name,
                "phone": _phone(resident.phone),
                "service": service.name_zh if language == "zh" else service.name_en,
                "urgency": say(URGENCY_SENTENCES[one.urgency], language),
                "address": resident.exact_address,
                "place": _path(places, one.place_id),
                "note": resident.notes if is_told else "",
                "headcount": one.headcount,
                "window_from": _wall(begins, zone),
                "window_to": _wall(ends, zone),
                "state": say(STATE_SENTENCES[one.state], language),
                "offered_at": _wall(min((each.offered_at for each in mine), default=None), zone),
                "helper": "、".join(each.name for each in coming),
                "helper_phone": "、".join(_phone(each.phone) for each in coming),
                "accepted_at": _wall(taken_on.get(one.id) if coming else None, zone),
                "done_at": _wall(one.done_at, zone),
                "result": words if is_told else "",
                "rating": one.rating if one.rating is not None else "",
                "latitude": resident.position.latitude if resident.position else "",
                "longitude": resident.position.longitude if resident.position else "",
            }
        )
    return rows, withheld


def responder_rows(tx: Transaction, found: Sequence[Responder], language: Language) -> list[Cells]:
    """Return a row for each responder."""
    zone = towns.community_of(tx.connection, tx.community).zone
    places = towns.places_of(tx.connection, tx.community)
    kept = private.look_up(tx.connection, [one.person_id for one in found])
    rows: list[Cells] = []
    for one in found:
        person = kept.get(one.person_id, Private())
        is_paused = one.paused_until is not None and one.paused_until > tx.now
        rows.append(
            {
                "code": one.code,
                "name": person.name,
                "phone": _phone(person.phone),
                "kind": say(KIND_SENTENCES[one.kind], language),
                "place": _path(places, one.place_id),
                "address": person.exact_address,
                "skills": write_skills(one.skills),
                "licences": write_licences(one.licences),
                "hours": write_hours(one.hours),
                "capacity": one.capacity,
                "reach": one.reach_metres if one.reach_metres is not None else "",
                "is_paid": say(PAID if one.is_paid else UNPAID, language),
                "paused_until": _wall(one.paused_until, zone) if is_paused else "",
                "notes": person.notes,
            }
        )
    return rows


def _by_request(made: Iterable[Offer]) -> dict[str, list[Offer]]:
    found: dict[str, list[Offer]] = {}
    for one in made:
        found.setdefault(one.request_id, []).append(one)
    return found


def _wall(moment: datetime | None, zone: str) -> Cell:
    """Return a moment to the minute as the clock on the wall shows it, nothing where there is none."""
    return "" if moment is None else on_the_wall(moment, zone).replace(second=0, microsecond=0, tzinfo=None)


def _phone(phone: str) -> str:
    """Return a phone as offices write it: digits without gaps."""
    return as_dialled(phone).replace(" ", "")


def _path(places: Places, place_id: PlaceId) -> str:
    """Return a place as ``import`` finds it again: a unit with its building, anything else by its name."""
    place = places[place_id]
    building = places.around(place_id, PlaceKind.BUILDING)
    if building is None or building.id == place.id or place.name.startswith(building.name):
        return place.name
    return building.name + place.name
