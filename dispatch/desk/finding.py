"""Who is meant: a responder by code, by whole name or by the last digits of a phone, for whoever may see these."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from dispatch.desk.authorize import authorize
from dispatch.desk.masking import mask_name
from dispatch.desk.moves import scope
from dispatch.desk.numerals import plain
from dispatch.desk.typed_line.names import without_title
from dispatch.errors import Refused
from dispatch.i18n import Sentence, sentence
from dispatch.model.actor import Actor
from dispatch.model.community import PlaceKind
from dispatch.model.request import Private
from dispatch.model.responder import Responder, no_responder
from dispatch.store import community as towns
from dispatch.store import people, private
from dispatch.store.engine import Transaction

LEAST_DIGITS: Final = 4
"""Fewer last digits of a phone than these are shared by too many."""

_SHOWN: Final = 8
_IN_A_PHONE: Final = re.compile(r"\+?[0-9() .-]+", re.ASCII)

Person = tuple[Responder, Private]


def find_code(tx: Transaction, actor: Actor, action: str, text: str) -> str:
    """Return the code of the responder whom a text means.

    A code is that of whoever has it, in capitals or not. A name must be the whole name, and exactly one person's;
    a phone, or its last digits, that of exactly one person. Names and phones find only people within the actor's
    reach, and only for actors who may see them: nobody learns by asking who is called what.

    Args:
        action: For what somebody is looked for; one of the verbs of ``MAY``.
        text: As it was typed. It is put into no event.

    Raises:
        NotFound: It means nobody whom the actor may see.
        Refused: The actor may not do this; or it could mean several people, or is part of a name: they are listed,
            their names covered.
    """
    wanted = text.strip()
    if actor.reference and _compared(actor.reference) == _compared(wanted):
        wanted = actor.reference
    authorize(actor, action, responder=wanted)
    listed = _listed(tx, actor)
    codes = [one.code for one in listed]
    if wanted in codes or wanted == actor.reference:
        return wanted
    same = [code for code in codes if _compared(code) == _compared(wanted)]
    if len(same) == 1:
        return same[0]
    if same:
        raise _several(tx, text, [(one, Private()) for one in listed if one.code in same])
    seen = _seen(tx, actor, listed)
    exact = matching(seen, wanted, is_whole=True)
    if len(exact) == 1:
        return exact[0][0].code
    if exact:
        raise _several(tx, text, exact)
    likely = matching(seen, wanted)
    if likely:
        raise Refused(
            "{text} is nobody's whole name; part of it is that of {people}",
            text=text,
            people=_called(tx, likely),
            hint="give the code instead, or the whole name",
        )
    if _is_outside(tx, actor, wanted):
        return wanted
    raise no_responder(text)


def matching(people_seen: Sequence[Person], text: str, *, is_whole: bool = False) -> list[Person]:
    """Return those whom a text means by name or phone.

    Args:
        people_seen: Among whom to look.
        text: A name or part of one, with or without what a person is called by (谢师傅); a phone or its last digits.
        is_whole: Whether only a whole name counts, and not a part of it.
    """
    digits = phone_digits(text)
    if digits:
        return [one for one in people_seen if one[1].phone and one[1].phone.endswith(digits)]
    wanted = _compared(text)
    if is_whole:
        return [one for one in people_seen if wanted and _compared(one[1].name) == wanted]
    part = _compared(without_title(text.strip()))
    return [one for one in people_seen if part and part in _compared(one[1].name)]


def phone_digits(text: str) -> str:
    """Return the last digits of a phone that a text is; none where it is no phone, or too few of them."""
    written = plain(text).strip()
    if not _IN_A_PHONE.fullmatch(written):
        return ""
    digits = re.sub("[^0-9]", "", written)
    if len(digits) > 6:
        digits = digits.lstrip("0")
    return digits if len(digits) >= LEAST_DIGITS else ""


def _listed(tx: Transaction, actor: Actor) -> list[Responder]:
    try:
        authorize(actor, "list")
    except Refused:
        return []
    within = scope(tx, actor)
    found = people.responders_of(tx.connection, tx.community)
    return [one for one in found if within is None or one.place_id in within]


def _is_outside(tx: Transaction, actor: Actor, code: str) -> bool:
    """Return whether this very code is somebody's beyond the actor's grid: the desk decides what it may do."""
    return actor.grid is not None and code in people.codes_of(tx.connection, tx.community)


def _seen(tx: Transaction, actor: Actor, listed: Sequence[Responder]) -> list[Person]:
    """Return those listed with their names and phones; nobody where the actor's role does not see these."""
    try:
        authorize(actor, "see")
    except Refused:
        return []
    kept = private.look_up(tx.connection, (one.person_id for one in listed))
    return [(one, kept.get(one.person_id, Private())) for one in listed]


def _several(tx: Transaction, text: str, found: Sequence[Person]) -> Refused:
    return Refused(
        "{text} could be several people: {people}",
        text=text,
        people=_called(tx, found),
        hint="give the code instead of the name",
    )


def _called(tx: Transaction, found: Sequence[Person]) -> tuple[Sentence, ...]:
    places = towns.places_of(tx.connection, tx.community)
    said = [
        sentence(
            "{code} {name} ({place})",
            code=one.code,
            name=mask_name(kept.name),
            place=(places.around(one.place_id, PlaceKind.BUILDING) or places[one.place_id]).name,
        )
        for one, kept in found[:_SHOWN]
    ]
    if len(found) > _SHOWN:
        said.append(sentence("and {count} more", count=len(found) - _SHOWN))
    return tuple(said)


def _compared(text: str) -> str:
    return re.sub(r"[\s·]", "", plain(text)).casefold()
