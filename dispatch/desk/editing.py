"""Correct what was taken down, and record afterwards what was done without us (补单)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from dispatch.desk.catalogue_names import no_service
from dispatch.desk.delivery.typed_notes import unsaid
from dispatch.desk.intake import Taken, check_headcount, check_window, take_request
from dispatch.desk.moves import end_offers, find_request, live_offers, move, reaches
from dispatch.desk.telling import tell_corrected, tell_who_comes
from dispatch.desk.ways_out import is_over
from dispatch.errors import NotAllowedNow, NotFound, Refused
from dispatch.model.actor import Actor
from dispatch.model.assignment import Offer, OfferId, Wave
from dispatch.model.lifecycle import HOLDS_SLOT, OPEN, STATE_SENTENCES, OfferState, RequestState
from dispatch.model.request import Order, Private, Request, Source
from dispatch.model.rules import Rules
from dispatch.model.service import EMERGENCY, Urgency
from dispatch.store import community as towns
from dispatch.store import offers, people, private, requests
from dispatch.store.engine import Transaction
from dispatch.store.ids import new_id

LOGGED = "logged"
"""The policy recorded with a wave that nobody decided: the resident asked the helper directly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What to change; None leaves a thing as it is."""

    service: str | None = None
    place: str | None = None
    urgency: Urgency | None = None
    headcount: int | None = None
    window: tuple[datetime, datetime] | None = None
    name: str | None = None
    phone: str | None = None
    exact_address: str | None = None
    floor: int | None = None
    note: str | None = None
    """Added to what was said before, on a line of its own."""


def edit_request(
    tx: Transaction, actor: Actor, rules: Rules, number: int, correction: Correction
) -> Request:
    """Correct a request that is still open.

    Another service, place or window takes back the offers nobody answered yet; once somebody
    has accepted, those three stay. Whoever has accepted hears what else was corrected.
    A request for which nobody was left, or whose time was over, waits to be matched again
    once it needs fewer people, another time, or something else or elsewhere.

    Raises:
        NotAllowedNow: It is finished, or somebody has already accepted what would change.
        NotFound: No such service or place.
        Refused: A headcount or window that cannot be.
    """
    request = find_request(tx, actor, "edit", number)
    if request.state not in OPEN:
        raise NotAllowedNow(
            "request {number} is {state}, so it cannot be corrected",
            number=number,
            state=STATE_SENTENCES[request.state],
        )
    told_before = _as_told(tx, request)
    before = {
        "service_id": request.service_id,
        "place_id": request.place_id,
        "household_id": request.household_id,
        "urgency": request.urgency.value,
        "headcount": request.headcount,
    }
    if correction.headcount is not None:
        request = _set_headcount(tx, actor, rules, request, correction.headcount)
    columns = _columns(tx, actor, request, correction)
    if _is_another_need(request, columns):
        request = _free_for_change(tx, actor, rules, request)
        if "window_from" in columns or not is_over(request, tx.now):
            request = _let_wait(tx, actor, rules, request)
    if columns:
        requests.change(tx.connection, request, **columns)
    words_id = _change_person(tx, request, correction)
    corrected = requests.with_ids(tx.connection, [request.id])[request.id]
    told_now = _as_told(tx, corrected)
    told = tell_corrected(tx, rules, corrected) if told_now != told_before else []
    if told_now[0].phone and not told_before[0].phone:
        told += tell_who_comes(tx, actor, rules, corrected)
    tx.record(
        actor,
        "edited",
        request.id,
        fields=_fields(correction),
        before=before,
        kept=words_id,
        window=[moment.isoformat() for moment in request.window] if request.window else None,
        told=told,
    )
    return corrected


def _as_told(tx: Transaction, request: Request) -> tuple[Private, object]:
    """Return what a helper who has accepted is told of a request, as far as a correction may change it."""
    kept = private.look_up(tx.connection, [request.person_id]).get(request.person_id, Private())
    when = request.window or (request.urgency is Urgency.URGENT)
    return replace(kept, notes=unsaid(kept), floor=None, position=None), when


def _fields(correction: Correction) -> list[str]:
    """Return what a correction corrects, by name; a place brings its door and its floor along."""
    named = [one.name for one in fields(correction) if getattr(correction, one.name) is not None]
    return sorted(set(named) - ({"exact_address", "floor"} if correction.place is not None else set()))


def log_afterwards(
    tx: Transaction, actor: Actor, rules: Rules, order: Order, codes: list[str], done_at: datetime
) -> Taken:
    """Record what was done without us: who helped, for whom, when (补单).

    Args:
        order: The need, as it would have been taken.
        codes: The responders who helped; each gets an assignment that is done.
        done_at: When the work was done, not after now.

    Raises:
        NotFound: No such responder, service or place.
        Refused: Nobody is named, it lies in the future, or no service is named.
    """
    if not codes:
        raise Refused("a record afterwards needs somebody who helped", hint="name them: --by V017")
    if done_at > tx.now:
        raise Refused("what is recorded afterwards cannot lie in the future")
    if order.service == EMERGENCY:
        raise Refused("a record afterwards says what was done", hint="name the service: --service CODE")
    helpers = [people.with_code(tx.connection, tx.community, code) for code in dict.fromkeys(codes)]
    order = replace(
        order, source=Source.AFTERWARDS, headcount=len(helpers), received_at=order.received_at or done_at
    )
    taken = take_request(tx, actor, rules, order)
    if not taken.is_new:
        return taken
    request = requests.with_ids(tx.connection, [taken.id])[taken.id]
    if request.state is not RequestState.TRIAGED:
        request = move(tx, actor, rules, request, RequestState.TRIAGED, reason="afterwards")
    request = move(tx, actor, rules, request, RequestState.ASKING, reason="afterwards")
    offers.open_wave(tx.connection, Wave(request.id, 1, tx.now, LOGGED))
    seats = offers.any_seats(tx.connection, (one.id for one in helpers))
    made = [
        Offer(
            id=OfferId(new_id()),
            request_id=request.id,
            wave_no=1,
            responder_id=one.id,
            seat_no=seats[one.id],
            slot_no=slot_no,
            state=OfferState.DONE,
            deadline_at=done_at,
            code=new_id()[-12:],
            fence=1,
            offered_at=done_at,
            ended_at=done_at,
        )
        for slot_no, one in enumerate(helpers, start=1)
    ]
    offers.insert(tx.connection, made)
    for one in made:
        tx.record(actor, "accepted", request.id, offer=one.id, slot=one.slot_no)
    request = move(tx, actor, rules, request, RequestState.ARRANGED, reason="afterwards")
    request = move(tx, actor, rules, request, RequestState.DONE, reason="afterwards", done_at=done_at)
    return replace(taken, state=request.state)


def _columns(
    tx: Transaction, actor: Actor, request: Request, correction: Correction
) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    if correction.service is not None:
        services = {one.code: one for one in towns.services_of(tx.connection, tx.community, active_only=True)}
        if correction.service not in services:
            raise no_service(correction.service, services.values())
        columns["service_id"] = services[correction.service].id
    if correction.place is not None:
        places = towns.place_ids(tx.connection, tx.community, [correction.place])
        if correction.place not in places or not reaches(tx, actor, places[correction.place]):
            raise NotFound("there is no place {code} in this community", code=correction.place)
        columns["place_id"] = places[correction.place]
        columns["household_id"] = None
    if correction.urgency is not None:
        columns["urgency"] = correction.urgency.value
    if correction.window is not None:
        check_window(tx, correction.window)
        columns["window_from"], columns["window_to"] = correction.window
    return columns


def _is_another_need(request: Request, columns: Mapping[str, Any]) -> bool:
    """Say whether those who were asked were asked for something else: another door of the same place is not that."""
    window = (columns["window_from"], columns["window_to"]) if "window_from" in columns else request.window
    return (
        columns.get("service_id", request.service_id) != request.service_id
        or columns.get("place_id", request.place_id) != request.place_id
        or window != request.window
    )


def _free_for_change(tx: Transaction, actor: Actor, rules: Rules, request: Request) -> Request:
    """Take back what nobody answered yet; refuse if somebody accepted the request as it was."""
    held = live_offers(tx, request)
    if any(one.state in HOLDS_SLOT for one in held):
        raise NotAllowedNow(
            "somebody has accepted request {number} as it is",
            number=request.number,
            hint="let them give it back first: dispatch request release {number} --from CODE",
        )
    end_offers(tx, actor, held, OfferState.WITHDRAWN, request.number)
    if request.state is RequestState.ASKING:
        return move(tx, actor, rules, request, RequestState.TRIAGED, reason="edited", check_at=tx.now)
    return request


def _let_wait(tx: Transaction, actor: Actor, rules: Rules, request: Request) -> Request:
    """Let a request be matched again that needed a person only because nobody could come as it was."""
    if request.state is RequestState.NEEDS_PERSON and request.reason in ("nobody-left", "window-over"):
        return move(tx, actor, rules, request, RequestState.TRIAGED, reason="edited", check_at=tx.now)
    return request


def _set_headcount(
    tx: Transaction, actor: Actor, rules: Rules, request: Request, headcount: int
) -> Request:
    check_headcount(headcount, rules)
    if headcount == request.headcount:
        return request
    made = offers.of_requests(tx.connection, [request.id])
    held = open_slots(tx, request, headcount)
    asked = [one for one in made if one.state is OfferState.OFFERED]
    too_many = asked[max(0, headcount - held) :]
    end_offers(tx, actor, too_many, OfferState.WITHDRAWN, request.number)
    return _follow_headcount(tx, actor, rules, request, headcount, held, len(asked) - len(too_many))


def open_slots(tx: Transaction, request: Request, headcount: int) -> int:
    """Let a request have as many open slots as it needs people, those that are held among them.

    Returns:
        How many of them are held. A slot of work that was done before it was reopened is none of them.

    Raises:
        NotAllowedNow: More people have accepted than it would need.
    """
    slots = requests.slots_of(tx.connection, request.id)
    taken = {
        one.slot_no for one in offers.of_requests(tx.connection, [request.id]) if one.state in HOLDS_SLOT
    }
    open_now = [slot_no for slot_no, retired in slots if not retired]
    stay = [slot_no for slot_no in open_now if slot_no in taken]
    if headcount < len(stay):
        raise NotAllowedNow(
            "request {number} cannot need fewer people than have accepted it: {count}",
            count=len(stay),
            number=request.number,
        )
    spare = [slot_no for slot_no in open_now if slot_no not in taken]
    spare += [slot_no for slot_no, retired in slots if retired and slot_no not in taken]
    highest = max(slot_no for slot_no, _ in slots)
    spare += range(highest + 1, highest + 1 + headcount)
    keep = stay + spare[: headcount - len(stay)]
    requests.set_slots(
        tx.connection, request.id, keep=keep, retire=[one for one in open_now if one not in keep]
    )
    return len(stay)


def _follow_headcount(
    tx: Transaction, actor: Actor, rules: Rules, request: Request, headcount: int, held: int, asked: int
) -> Request:
    """Move the request to where its new headcount puts it."""
    if headcount < request.headcount and not is_over(request, tx.now):
        request = _let_wait(tx, actor, rules, request)
    state = request.state
    if state in (RequestState.ARRANGED, RequestState.DOING) and held < headcount:
        request = move(tx, actor, rules, request, RequestState.ASKING, reason="edited")
    if request.state is RequestState.ASKING and held == headcount:
        return move(tx, actor, rules, request, RequestState.ARRANGED, reason="edited")
    if request.state is RequestState.ASKING and not asked:
        return move(tx, actor, rules, request, RequestState.TRIAGED, reason="edited", check_at=tx.now)
    if request.state is RequestState.TRIAGED and held == headcount:
        request = move(tx, actor, rules, request, RequestState.ASKING, reason="edited")
        return move(tx, actor, rules, request, RequestState.ARRANGED, reason="edited")
    return request


def _change_person(tx: Transaction, request: Request, correction: Correction) -> str | None:
    """Change the private part; return where its former content is kept, if anything changed."""
    kept = private.look_up(tx.connection, [request.person_id]).get(request.person_id)
    if kept is None:
        return None
    wanted: Mapping[str, Any] = {
        "name": correction.name,
        "phone": correction.phone,
        "exact_address": correction.exact_address,
        "floor": correction.floor,
        "notes": "\n".join(part for part in (kept.notes, correction.note) if part),
    }
    changed = replace(kept, **{name: value for name, value in wanted.items() if value is not None})
    if changed == kept:
        return None
    former = private.keep(tx.connection, kept)
    private.change(tx.connection, request.person_id, changed)
    return former
