"""Who never goes to whom, and who never goes together: noted at the desk, told to nobody they concern."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.desk.authorize import authorize
from dispatch.desk.moves import end_offers, find_request, reaches
from dispatch.desk.protecting import door_of
from dispatch.desk.silence import back_to_waiting
from dispatch.errors import NotFound, Refused
from dispatch.model.actor import Actor
from dispatch.model.lifecycle import GOING, OfferState
from dispatch.model.request import Private, RequestId
from dispatch.model.responder import Responder, ResponderId
from dispatch.model.rules import Rules
from dispatch.store import community as towns
from dispatch.store import decency, offers, people, private, requests
from dispatch.store.decency import Bar, Door
from dispatch.store.engine import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred:
    """What blocking somebody did.

    Args:
        is_new: Whether it did not hold before.
        still_going: Numbers of requests of that resident which the responder has accepted: those stand until
            they are given back.
    """

    is_new: bool
    still_going: tuple[int, ...] = ()


def block(
    tx: Transaction, actor: Actor, rules: Rules, code: str, *, household: str | None = None, number: int | None = None
) -> Barred:
    """Let a responder never go to a household, or to whoever asked for a request; neither of them is told.

    What they were asked for there and have not answered is taken back without a reason.

    Args:
        household: The household's code.
        number: A request of the resident.

    Raises:
        NotFound: No such responder, household or request, or not within the actor's reach.
        Refused: Nobody is named, or nothing is known by which the resident could be known again.
    """
    one = _responder(tx, actor, code)
    household_id, kept = _named(tx, actor, household, number)
    door = Door(household_id, kept.phone, kept.exact_address)
    before = [bar for bar in decency.bars_of(tx.connection, tx.community) if bar.responder_id == one.id]
    if any(bar.holds_for(door) and door.phone in ("", bar.door.phone) for bar in before):
        return Barred(is_new=False)
    person_id = private.keep(tx.connection, kept) if kept != Private() else None
    decency.bar(tx.connection, tx.now, one.id, household_id=household_id, person_id=person_id)
    # Without the two of them: the log is read by more people than may know.
    tx.record(actor, "block-added")
    held = offers.held_by(tx.connection, [one.id])
    about = requests.with_ids(tx.connection, [each.request_id for each in held], lock=True)
    residents = private.look_up(tx.connection, [each.person_id for each in about.values()])
    bars = [bar for bar in decency.bars_of(tx.connection, tx.community) if bar.responder_id == one.id]
    theirs = decency.barred_from(bars, {each.id: door_of(each, residents) for each in about.values()})
    there = [each for each in held if each.request_id in theirs]
    for each in there:
        if each.state is OfferState.OFFERED:
            end_offers(tx, actor, [each], OfferState.WITHDRAWN, about[each.request_id].number)
    back_to_waiting(tx, actor, rules, [RequestId(each) for each in theirs], reason="still-short")
    going = sorted(about[each.request_id].number for each in there if each.state in GOING)
    return Barred(is_new=True, still_going=tuple(going))


def unblock(
    tx: Transaction, actor: Actor, rules: Rules, code: str, *, household: str | None = None, number: int | None = None
) -> int:
    """Let a responder go to a household, or to whoever asked for a request, again.

    Returns:
        How many blocks held between the two.

    Raises:
        NotFound: As ``block``.
        Refused: As ``block``.
    """
    one = _responder(tx, actor, code)
    household_id, kept = _named(tx, actor, household, number)
    door = Door(household_id, kept.phone, kept.exact_address)
    bars = [
        bar
        for bar in decency.bars_of(tx.connection, tx.community)
        if bar.responder_id == one.id and bar.holds_for(door)
    ]
    decency.unbar(tx.connection, (bar.id for bar in bars))
    if bars:
        tx.record(actor, "block-lifted")
    return len(bars)


def list_blocks(tx: Transaction, actor: Actor) -> list[Bar]:
    """Return the blocks whose responder is within the actor's reach."""
    authorize(actor, "block")
    found = decency.bars_of(tx.connection, tx.community)
    there = people.with_ids(tx.connection, tx.community, (one.responder_id for one in found))
    return [one for one in found if reaches(tx, actor, there[ResponderId(one.responder_id)].place_id)]


def set_apart(tx: Transaction, actor: Actor, rules: Rules, code: str, other: str) -> None:
    """Let two responders never be sent to the same request; who goes together already stays.

    Raises:
        NotFound: No such responder, or not within the actor's reach.
        Refused: It is one and the same.
    """
    pair = _pair(tx, actor, code, other)
    decency.keep_apart(tx.connection, [(pair[0].id, pair[1].id)])
    tx.record(actor, "apart-added", responders=sorted(str(one.id) for one in pair))


def let_together(tx: Transaction, actor: Actor, rules: Rules, code: str, other: str) -> bool:
    """Let two responders be sent together again; return whether they were kept apart.

    Raises:
        NotFound: No such responder, or not within the actor's reach.
        Refused: It is one and the same.
    """
    pair = _pair(tx, actor, code, other)
    were = decency.let_together(tx.connection, pair[0].id, pair[1].id)
    if were:
        tx.record(actor, "apart-lifted", responders=sorted(str(one.id) for one in pair))
    return were


def list_apart(tx: Transaction, actor: Actor) -> list[tuple[str, str]]:
    """Return the codes of the pairs who are never sent together, both within the actor's reach."""
    authorize(actor, "block")
    pairs = decency.apart_of(tx.connection, tx.community)
    there = people.with_ids(tx.connection, tx.community, (one for pair in pairs for one in pair))
    by_id = {str(one.id): one for one in there.values()}
    seen = [
        tuple(sorted((by_id[first].code, by_id[second].code)))
        for first, second in pairs
        if reaches(tx, actor, by_id[first].place_id) and reaches(tx, actor, by_id[second].place_id)
    ]
    return sorted((first, second) for first, second in seen)


def _pair(tx: Transaction, actor: Actor, code: str, other: str) -> tuple[Responder, Responder]:
    pair = _responder(tx, actor, code), _responder(tx, actor, other)
    if pair[0].id == pair[1].id:
        raise Refused("both are {code}", code=pair[0].code, hint="name two people")
    return pair


def _responder(tx: Transaction, actor: Actor, code: str) -> Responder:
    authorize(actor, "block")
    found = people.with_code(tx.connection, tx.community, code)
    authorize(actor, "block", responder=found.code, within=reaches(tx, actor, found.place_id))
    return found


def _named(tx: Transaction, actor: Actor, household: str | None, number: int | None) -> tuple[str | None, Private]:
    """Return the household's id, where it is known, and by what else the resident is known."""
    if (household is None) is (number is None):
        raise Refused("a block needs a household or a request", hint="such as: --request 17, or --household H001")
    if household is not None:
        ids = towns.household_ids(tx.connection, tx.community, [household])
        if household not in ids:
            raise NotFound("there is no household {code} in this community", code=household)
        return ids[household], Private()
    request = find_request(tx, actor, "block", number or 0)
    kept = private.look_up(tx.connection, [request.person_id]).get(request.person_id, Private())
    if request.household_id is None and not (kept.phone or kept.exact_address):
        raise Refused(
            "of who asked for request {number} neither household, phone nor door is known",
            number=request.number,
            hint="add one first: dispatch request edit {number} --phone PHONE",
        )
    known = Private(name=kept.name, phone=kept.phone, exact_address=kept.exact_address)
    return request.household_id, known
