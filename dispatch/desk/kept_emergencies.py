"""Keep an emergency at once: what is certain of it, the words whole, and what is still open beside it.

Somebody is on the telephone. A line that would be refused or asked about at any other time is a request in a
person's hands here, whatever it leaves open; nothing is guessed, and nothing that was said is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from dispatch.desk.authorize import authorize
from dispatch.desk.intake import LONGEST_NOTE, Taken, check_headcount, check_window, take_request
from dispatch.desk.moves import reaches
from dispatch.desk.typed_line.addresses import AddressGuess, read_address
from dispatch.desk.typed_line.line import LineGuess, parse_line, visible
from dispatch.desk.typed_line.line_questions import service_questions
from dispatch.desk.typed_line.questions import Question
from dispatch.errors import Refused
from dispatch.i18n import Sentence, sentence
from dispatch.model.actor import Actor
from dispatch.model.community import PlaceKind, Places
from dispatch.model.request import Order, Private, Source
from dispatch.model.rules import Rules
from dispatch.model.service import EMERGENCY, Service, Urgency
from dispatch.store import community as towns
from dispatch.store.engine import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What is certain of an emergency, and what is not.

    Args:
        order: Its service is ``EMERGENCY`` while none is certain, and its place the smallest that is.
        open: What is not clear yet, to be told and filled in afterwards.
    """

    order: Order
    open: tuple[Question, ...]

    def without(self, key: str, problem: Sentence, said: str) -> Understood:
        """Return it with something left open that was said, but cannot be: the words go into the notes."""
        person = self.order.person
        notes = "\n".join(filter(None, (person.notes, visible(said))))
        order = replace(self.order, person=replace(person, notes=notes))
        return replace(self, order=order, open=(*self.open, Question(key, problem)))


def understand(
    tx: Transaction,
    actor: Actor,
    text: str,
    *,
    source: Source = Source.PHONE,
    key: str | None = None,
    service: str = "",
    place: str = "",
    area_code: str = "",
) -> Understood:
    """Return what is certain of an emergency, in whatever words it was said.

    Args:
        text: The line, of any length.
        service: A service's code that was given beside the line; it says more than the line.
        place: A place's code or an address, the same.
        area_code: Of land lines written without one.

    Raises:
        Refused: The actor may take nothing.
    """
    authorize(actor, "take")
    places = towns.places_of(tx.connection, tx.community)
    services = towns.services_of(tx.connection, tx.community, active_only=True)
    text = visible(text)
    guess = _read(tx, text, places, services, area_code)
    blank = Order(
        service=EMERGENCY,
        place=_outermost(actor, places),
        person=Private(notes=text),
        urgency=Urgency.URGENT,
        source=source,
        key=key,
    )
    if guess is None:
        address = read_address("", places)
        found = Understood(order=blank, open=tuple(service_questions((), services)))
    else:
        address = guess.address
        order = replace(
            blank,
            service=guess.service.code if guess.service else EMERGENCY,
            person=replace(blank.person, name=guess.name, phone=guess.phone),
            headcount=guess.headcount,
            window=guess.window,
        )
        found = Understood(order=order, open=guess.asked)
    if service:
        found = _for_service(found, service, services)
    if place:
        return _at_place(tx, actor, found, place, places)
    return _at(tx, actor, found, address, places)


def keep_emergency(
    tx: Transaction, actor: Actor, rules: Rules, understood: Understood
) -> tuple[Taken, Understood]:
    """Take an emergency, with whatever is open about it.

    Returns:
        The request, and what it was taken as: a headcount or a window that cannot be is left open as well.

    Raises:
        Refused: The actor may take nothing.
        Conflict: The key was used before with other content.
    """
    authorize(actor, "take")
    order, window = understood.order, understood.order.window
    wrong = _wrong(lambda: check_headcount(order.headcount, rules))
    if wrong:
        order = replace(order, headcount=1)
        understood = replace(understood, open=(*understood.open, Question("headcount", wrong)))
    wrong = _wrong(lambda: check_window(tx, window)) if window else None
    if wrong:
        order = replace(order, window=None)
        understood = replace(understood, open=(*understood.open, Question("window", wrong)))
    if len(order.person.notes) > LONGEST_NOTE:
        cut = sentence("only the first {most} characters of what was said are kept", most=LONGEST_NOTE)
        order = replace(order, person=replace(order.person, notes=order.person.notes[:LONGEST_NOTE]))
        understood = replace(understood, open=(*understood.open, Question("note", cut)))
    if not order.person.phone and all(question.key != "phone" for question in understood.open):
        asked = sentence("no phone is written: where can they be rung back?")
        understood = replace(understood, open=(*understood.open, Question("phone", asked)))
    understood = replace(understood, order=order)
    return take_request(tx, actor, rules, order), understood


def _read(
    tx: Transaction, text: str, places: Places, services: list[Service], area_code: str
) -> LineGuess | None:
    where = towns.community_of(tx.connection, tx.community)
    try:
        return parse_line(
            text,
            places,
            services,
            where.phone_region,
            now=tx.now,
            zone=where.zone,
            area_code=area_code,
            leave_open=True,
        )
    except Refused:  # too long to be read, or empty
        return None


def _outermost(actor: Actor, places: Places) -> str:
    """Return the code of the place that is certain while no other is: all that the actor looks after."""
    return actor.grid or next(place.code for place in places if place.kind is PlaceKind.COMMUNITY)


def _for_service(found: Understood, code: str, services: list[Service]) -> Understood:
    if any(one.code == code for one in services):
        rest = tuple(one for one in found.open if one.key != "service")
        return replace(found, order=replace(found.order, service=code), open=rest)
    if code == EMERGENCY:
        rest = tuple(one for one in found.open if one.key != "service")
        asked = tuple(service_questions((), services))
        return replace(found, order=replace(found.order, service=code), open=(*asked, *rest))
    return found.without("service", sentence("there is no service {code}", code=code), code)


def _at_place(tx: Transaction, actor: Actor, found: Understood, said: str, places: Places) -> Understood:
    known = places.with_code(said)
    if known is None:
        address = read_address(visible(said), places)
        if address.questions:
            found = found.without("place", address.questions[0].sentence, said)
            found = replace(found, open=found.open[:-1])
        return _at(tx, actor, found, address, places)
    if not reaches(tx, actor, known.id):
        return _outside(found, known.name, said)
    return replace(found, order=replace(found.order, place=said))


def _at(tx: Transaction, actor: Actor, found: Understood, address: AddressGuess, places: Places) -> Understood:
    """Put it at the smallest place that is certain; floor and door only where they are certain too."""
    place = places.with_code(address.within) if address.within else None
    if place is None:
        return replace(found, open=(*address.questions, *found.open))
    if not reaches(tx, actor, place.id):
        return _outside(found, place.name, "")
    is_door_clear = all(question.key != "door" for question in address.questions)
    is_door_here = address.place is not None or place.kind in (PlaceKind.BUILDING, PlaceKind.UNIT)
    person = replace(
        found.order.person,
        exact_address=address.exact_address if is_door_here else "",
        floor=address.floor if is_door_clear else None,
    )
    order = replace(found.order, place=place.code, person=person)
    return replace(found, order=order, open=(*address.questions, *found.open))


def _outside(found: Understood, name: str, said: str) -> Understood:
    return found.without("place", sentence("{place} is not in the grid looked after here", place=name), said)


def _wrong(check: Callable[[], None]) -> Sentence | None:
    """Return what is wrong, where a check says that something is."""
    try:
        check()
    except Refused as error:
        return Sentence(error.message, error.params)
    return None
