"""What a line and the options beside it say, as an order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dispatch.cli.calling import Call, parse_window
from dispatch.errors import Refused, Unavailable
from dispatch.model.request import Order
from dispatch.model.service import Urgency

if TYPE_CHECKING:
    from dispatch.desk.intake import Taken
    from dispatch.desk.typed_line.line import LineGuess
    from dispatch.model.service import Service
    from dispatch.store.engine import Transaction


def read_line(call: Call, text: str) -> LineGuess:
    """Read a typed line against this community's places and services."""
    from dispatch.desk.typed_line.line import parse_line
    from dispatch.store.community import community_of, places_of, services_of

    def work(tx: Transaction) -> LineGuess:
        where = community_of(tx.connection, tx.community)
        return parse_line(
            text,
            places_of(tx.connection, tx.community),
            services_of(tx.connection, tx.community, active_only=True),
            where.phone_region,
            now=tx.now,
            zone=where.zone,
            area_code=call.settings.phones.area_code,
        )

    return call.read(work)


def service_typed(text: str, catalogue: Iterable[Service]) -> str:
    """Return the code of the service that a text names; the text itself where none is certain, to be asked again."""
    from dispatch.desk.catalogue_names import service_called

    try:
        return service_called(text, catalogue).code
    except Refused:
        return text


def with_options(call: Call, order: Order, said: dict[str, Any]) -> Order:
    """Let options that were given say more than the line."""
    person = order.person
    if said["name"]:
        person = replace(person, name=said["name"])
    if said["phone"]:
        person = replace(person, phone=own_phone(call, said["phone"]))
    if said["note"]:
        person = replace(person, notes=f"{person.notes}\n{said['note']}".strip())
    order = replace(order, person=person)
    if said["urgency"]:
        order = replace(order, urgency=Urgency(said["urgency"]))
    if said["headcount"] is not None:
        order = replace(order, headcount=said["headcount"])
    window = parse_window(call, said["window"])
    return replace(order, window=window) if window else order


def place_of(call: Call, text: str) -> tuple[str, str, int | None]:
    """Return code, exact address and floor of a place: a code of the community's own, or an address."""
    from dispatch.desk.typed_line.addresses import parse_address
    from dispatch.desk.typed_line.questions import refuse_while_open
    from dispatch.store.community import places_of

    places = call.read(lambda tx: places_of(tx.connection, tx.community))
    if places.with_code(text) is not None:
        return text, "", None
    guess = parse_address(text, places)
    refuse_while_open(guess.questions)
    assert guess.place is not None
    return guess.place, guess.exact_address, guess.floor


def region_of(call: Call) -> str:
    """Return the country whose phone numbers may be written without a country code."""
    from dispatch.store.community import community_of

    return call.read(lambda tx: community_of(tx.connection, tx.community).phone_region)


def own_phone(call: Call, text: str) -> str:
    """Return somebody's own phone as it is kept, from the ways in which it is written here."""
    from dispatch.desk.phones import parse_own_phone

    return parse_own_phone(text, region_of(call), call.settings.phones.area_code)


def lost_answer(taken: Taken) -> Unavailable:
    """Return what to say where the number of a request that is taken cannot be printed."""
    return Unavailable(
        "request {number} is taken; only the answer could not be written: {why}",
        number=taken.number,
        why="",
        hint="do not take it again; look at it: dispatch request show {number}",
    )


def taken_json(taken: Taken, order: Order) -> dict[str, Any]:
    """Give what became of an order as programs read it."""
    return {
        "id": taken.id,
        "number": taken.number,
        "state": taken.state.value,
        "service": order.service,
        "place": order.place,
        "new": taken.is_new,
        "repeats": list(taken.repeats),
    }
