"""The people: added, corrected, paused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.clock import clock_text
from dispatch.desk.authorize import authorize
from dispatch.desk.catalogue_names import no_skill, skill_names
from dispatch.desk.finding import LEAST_DIGITS, matching, phone_digits
from dispatch.desk.moves import reaches, scope
from dispatch.desk.protecting import let_go_of_lonely_minors
from dispatch.errors import Conflict, NotFound, Refused
from dispatch.model.actor import Actor
from dispatch.model.community import PersonId, PlaceId
from dispatch.model.quiet import Quiet
from dispatch.model.request import Private
from dispatch.model.responder import (
    WITHOUT_PHONE_UNTIL,
    Hours,
    Licence,
    Responder,
    ResponderId,
    ResponderKind,
    Skill,
)
from dispatch.model.rules import Rules
from dispatch.store import community as towns
from dispatch.store import offers, people, private
from dispatch.store.engine import Transaction
from dispatch.store.ids import new_id

MOST_CAPACITY = 50
"""Seats of one responder: a team of fifty is the most that one telephone number can speak for."""

LONGEST_ADDRESS = 2_000
"""Characters of an address of a channel; a push subscription has about 500."""

MOST_MONTHLY_CAP = 999
"""Requests of one responder in a month: whoever takes on more needs no cap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What to change about a responder; None leaves a thing as it is.

    Args:
        monthly_cap: How many requests they take on in a month at the most; 0 for any number.
    """

    kind: ResponderKind | None = None
    place: str | None = None
    reach_metres: int | None = None
    capacity: int | None = None
    is_adult: bool | None = None
    is_paid: bool | None = None
    was_helped: bool | None = None
    skills: tuple[Skill, ...] | None = None
    licences: tuple[Licence, ...] | None = None
    hours: tuple[Hours, ...] | None = None
    monthly_cap: int | None = None
    no_stairs: bool | None = None
    quiet: tuple[Quiet, ...] | None = None
    channel: str | None = None
    language: str | None = None
    is_active: bool | None = None
    name: str | None = None
    phone: str | None = None
    exact_address: str | None = None
    floor: int | None = None
    notes: str | None = None
    addresses: Mapping[str, str] | None = None
    """By channel; an empty one is forgotten, one of another channel stays."""


def add_responder(tx: Transaction, actor: Actor, rules: Rules, code: str, change: Change) -> Responder:
    """Add somebody who may be asked.

    Args:
        code: What they are called from now on; not used before in this community.
        change: At least kind, place and name.

    Raises:
        Conflict: The code is taken.
        NotFound: No such place, or not within the actor's reach.
        Refused: Kind, place or name is missing, or a number cannot be.
    """
    authorize(actor, "responder_edit")
    if change.kind is None or change.place is None or not change.name:
        raise Refused(
            "a responder needs a kind, a place and a name",
            hint="such as: dispatch responder add V900 --kind volunteer --place 8-2 --name …",
        )
    taken = people.codes_of(tx.connection, tx.community)
    same = next((one for one in taken if one.casefold() == code.casefold()), None)
    if same is not None:
        raise Conflict(
            "there is a responder {code} already", code=same, hint="change them: dispatch responder edit {code}"
        )
    blank = Responder(
        id=ResponderId(new_id()),
        community=tx.community,
        code=code,
        kind=change.kind,
        person_id=PersonId(new_id()),
        place_id=PlaceId(""),
    )
    new = _applied(tx, blank, change)
    _check_reach(tx, actor, new)
    kept = _private(Private(), change)
    people.insert(tx.connection, [new])
    private.keep_under(tx.connection, new.person_id, kept)
    _keep_addresses(tx, actor, new, change)
    tx.record(actor, "responder-added", responder=new.id, code=code, as_kind=new.kind.value)
    return new


def edit_responder(tx: Transaction, actor: Actor, rules: Rules, code: str, change: Change) -> Responder:
    """Correct what is known of a responder. Lowering the capacity leaves work already held alone.

    Raises:
        NotFound: No such responder or place, or not within the actor's reach.
        Refused: A number cannot be.
    """
    was = _find(tx, actor, code)
    now = _applied(tx, was, change)
    _check_reach(tx, actor, now)
    _keep_addresses(tx, actor, was, change)
    kept = private.look_up(tx.connection, [was.person_id]).get(was.person_id, Private())
    wanted = _private(kept, change)
    former = None
    if wanted.phone != kept.phone and was.paused_until == WITHOUT_PHONE_UNTIL:
        now = replace(now, paused_until=None)
    if wanted != kept:
        former = private.keep(tx.connection, kept)
        private.change(tx.connection, was.person_id, wanted)
    if now == was and former is None:
        return was
    written = _write(tx, actor, was, now, former)
    if was.is_adult and not now.is_adult:
        held = offers.held_by(tx.connection, [was.id])
        let_go_of_lonely_minors(tx, actor, rules, [one.request_id for one in held])
    return written


def pause_responder(
    tx: Transaction, actor: Actor, rules: Rules, code: str, until: datetime | None
) -> Responder:
    """Leave a responder in peace until a moment; without one, ask them again from now on.

    Raises:
        NotFound: No such responder, or not within the actor's reach.
        Refused: The moment has passed.
    """
    was = _find(tx, actor, code)
    if until is not None and until <= tx.now:
        zone = towns.community_of(tx.connection, tx.community).zone
        raise Refused("{moment} has passed", moment=clock_text(until, zone, tx.now), hint="name a later day")
    return _write(tx, actor, was, replace(was, paused_until=until), None)


def _find(tx: Transaction, actor: Actor, code: str) -> Responder:
    authorize(actor, "responder_edit")
    found = people.with_code(tx.connection, tx.community, code)
    _check_reach(tx, actor, found)
    return found


def _check_reach(tx: Transaction, actor: Actor, one: Responder) -> None:
    authorize(actor, "responder_edit", responder=one.code, within=reaches(tx, actor, one.place_id))


def _write(
    tx: Transaction, actor: Actor, was: Responder, now: Responder, former: str | None
) -> Responder:
    people.change(tx.connection, was, now)
    tx.record(
        actor, "responder-edited", responder=was.id, before=people.to_plain(was), kept=former
    )
    return replace(now, version=was.version + 1)


def _applied(tx: Transaction, one: Responder, change: Change) -> Responder:
    if change.place is not None:
        found = towns.place_ids(tx.connection, tx.community, [change.place])
        if change.place not in found:
            raise NotFound("there is no place {code} in this community", code=change.place)
        one = replace(one, place_id=PlaceId(found[change.place]))
    if change.skills is not None:
        _check_skills(tx, one, change.skills)
    if change.capacity is not None and not 0 <= change.capacity <= MOST_CAPACITY:
        raise Refused(
            "a capacity of {capacity} cannot be; 0 to {most} can", capacity=change.capacity, most=MOST_CAPACITY
        )
    if change.monthly_cap is not None:
        if not 0 <= change.monthly_cap <= MOST_MONTHLY_CAP:
            raise Refused(
                "{count} requests a month cannot be; 1 to {most} can, and 0 for any number",
                count=change.monthly_cap,
                most=MOST_MONTHLY_CAP,
            )
        one = replace(one, monthly_cap=change.monthly_cap or None)
    if change.reach_metres is not None and change.reach_metres < 0:
        raise Refused("a reach of {metres} metres cannot be", metres=change.reach_metres)
    if change.language is not None and change.language not in ("zh", "en"):
        raise Refused("language {language} is not known; zh and en are", language=change.language)
    plain = {
        name: getattr(change, name)
        for name in (
            "kind",
            "reach_metres",
            "capacity",
            "is_adult",
            "is_paid",
            "was_helped",
            "skills",
            "licences",
            "hours",
            "no_stairs",
            "quiet",
            "channel",
            "language",
            "is_active",
        )
    }
    return replace(one, **{name: value for name, value in plain.items() if value is not None})


def _check_skills(tx: Transaction, one: Responder, skills: tuple[Skill, ...]) -> None:
    """Refuse skills that no service asks for: most are mistyped; what somebody has already may stay."""
    services = towns.services_of(tx.connection, tx.community)
    known = {name for service in services for name in service.skills}
    unknown = [skill.name for skill in skills if skill.name not in known | {had.name for had in one.skills}]
    if unknown:
        raise no_skill(unknown, known, skill_names(services))


def _private(kept: Private, change: Change) -> Private:
    wanted = {name: getattr(change, name) for name in ("name", "phone", "exact_address", "floor", "notes")}
    return replace(kept, **{name: value for name, value in wanted.items() if value is not None})


def _keep_addresses(tx: Transaction, actor: Actor, one: Responder, change: Change) -> None:
    for channel, address in (change.addresses or {}).items():
        _keep_address(tx, actor, one, channel, address)


def _keep_address(tx: Transaction, actor: Actor, one: Responder, channel: str, address: str) -> bool:
    """Keep where a channel that needs no phone reaches a responder; an empty address is forgotten.

    Returns:
        Whether anything changed.

    Raises:
        Refused: It is too long, or has characters that nobody sees.
    """
    said = address.strip()
    if len(said) > LONGEST_ADDRESS or not said.isprintable():
        raise Refused(
            "an address has at most {most} characters, all of them visible", most=LONGEST_ADDRESS
        )
    is_new = private.keep_address(tx.connection, one.person_id, channel, said)
    if is_new:
        tx.record(actor, "address-kept" if said else "address-forgotten", responder=one.id, channel=channel)
    return is_new


def list_responders(
    tx: Transaction, actor: Actor, *, active_only: bool = True, name: str | None = None, phone: str | None = None
) -> list[tuple[Responder, Private]]:
    """Return the responders within the actor's reach, by code, with what is kept about them.

    Args:
        active_only: Whether those who have left stay away.
        name: Only those whose name this is, or a part of; for actors who may see names.
        phone: Only those whose phone this is, or the last digits of; for actors who may see phones.

    Raises:
        Refused: The actor may list people, but not look them up by what is private; or *phone* is too short.
    """
    authorize(actor, "list")
    if name is not None or phone is not None:
        authorize(actor, "see")
    if phone is not None and not phone_digits(phone):
        raise Refused(
            "{text} is neither a phone nor its last {least} digits", text=phone, least=LEAST_DIGITS
        )
    within = scope(tx, actor)
    found = [
        one
        for one in people.responders_of(tx.connection, tx.community, active_only=active_only)
        if within is None or one.place_id in within
    ]
    kept = private.look_up(tx.connection, (one.person_id for one in found))
    seen = [(one, kept.get(one.person_id, Private())) for one in found]
    for wanted in (name, phone):
        seen = seen if wanted is None else matching(seen, wanted)
    return seen


def show_responder(tx: Transaction, actor: Actor, code: str) -> tuple[Responder, Private, str]:
    """Return a responder, what is kept about them, and the name of their place.

    Raises:
        NotFound: There is none, or not within the actor's reach.
    """
    one = people.with_code(tx.connection, tx.community, code)
    authorize(actor, "see", responder=code, within=reaches(tx, actor, one.place_id))
    kept = private.look_up(tx.connection, [one.person_id]).get(one.person_id, Private())
    return one, kept, towns.places_of(tx.connection, tx.community)[one.place_id].name


def addresses_of(tx: Transaction, actor: Actor, one: Responder) -> dict[str, str]:
    """Return where channels that need no phone reach a responder, by channel. Private."""
    authorize(actor, "see", responder=one.code, within=reaches(tx, actor, one.place_id))
    return private.addresses_of(tx.connection, [one.person_id]).get(one.person_id, {})
