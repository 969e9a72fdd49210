"""Take back the last step, as long as it has not left the building; say so plainly when it has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from dispatch.desk.authorize import authorize
from dispatch.desk.editing import open_slots
from dispatch.desk.moves import end_offers, live_offers, move
from dispatch.desk.silence import back_to_waiting
from dispatch.errors import NotAllowedNow, NotFound
from dispatch.i18n import Sentence
from dispatch.model.actor import Actor
from dispatch.model.assignment import OfferId
from dispatch.model.lifecycle import FINISHED, OFFER_SENTENCES, STATE_SENTENCES, OfferState, RequestState
from dispatch.model.message import MessageKind
from dispatch.model.request import Request, RequestId
from dispatch.model.rules import Rules
from dispatch.model.service import Urgency
from dispatch.store import events, offers, outbox, people, private, requests
from dispatch.store.engine import Transaction
from dispatch.store.events import Event

LOOK_BACK: Final = timedelta(days=1)
"""How old a step may be to be found: what was done yesterday is corrected, not undone."""

_NOT_A_STEP: Final = frozenset(
    {
        "backed-up",
        "came-late",
        "delivered",
        "dropped",
        "exported",
        "fell-to-phone-list",
        "keyed-back",
        "left-out",
        "nobody-told",
        "replied",
        "sheet-printed",
        "solver-failed",
        "wants-out",
    }
)
"""What by itself decides nothing; it neither counts as a step nor hides the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What was taken back.

    Args:
        what: The step, as a code: "taken", "offered", "accepted", "edited", "responder-edited".
        numbers: The requests it concerned.
        codes: The responders it concerned.
        stays: What was noted in the same step and stands: request's number and code of who said no or was not reached.
    """

    what: str
    numbers: tuple[int, ...] = ()
    codes: tuple[str, ...] = ()
    stays: tuple[tuple[int, str], ...] = ()


def undo(tx: Transaction, actor: Actor, rules: Rules) -> Undone:
    """Take back the actor's last step.

    Raises:
        NotFound: There is no step of today to take back.
        NotAllowedNow: It has left the building, or is of a kind that is not taken back.
    """
    authorize(actor, "undo")
    step = _last_step(tx, actor)
    kinds = {one.kind for one in step}
    for kind, take_back in _WAYS:
        if kind in kinds:
            undone = take_back(tx, actor, rules, [one for one in step if one.kind == kind])
            tx.record(actor, "undone", undone_step=step[0].step, what=kind)
            return replace(undone, stays=_stays(tx, step) if kind == "accepted" else ())
    raise _not_taken_back(tx, sorted(step, key=lambda one: one.seq))


def _ended_by(happened: Event) -> OfferState | None:
    """Return how an offer ended, where the event says so."""
    if happened.kind == "declined":
        return OfferState.DECLINED
    return OfferState(happened.params["now"]) if happened.kind == "offer-ended" else None


def _stays(tx: Transaction, step: Sequence[Event]) -> tuple[tuple[int, str], ...]:
    """Say whose no or silence was noted in the same step: that stands."""
    ended = [one for one in step if _ended_by(one) in (OfferState.DECLINED, OfferState.EXPIRED)]
    return tuple(sorted(_whose(tx, one) for one in ended))


def _whose(tx: Transaction, happened: Event) -> tuple[int, str]:
    """Return the number and the code of the offer that an event tells of."""
    offer = offers.with_id(tx.connection, OfferId(str(happened.params["offer"])))
    assert offer is not None, "no offer is ever removed"
    number = requests.with_ids(tx.connection, [offer.request_id])[offer.request_id].number
    return number, _code(tx, offer.responder_id)


def _not_taken_back(tx: Transaction, step: Sequence[Event]) -> NotAllowedNow:
    """Return the error for a step that stays, with the nearest way out as a command."""
    moves = [one for one in step if one.kind == "moved"]
    finished = [one for one in moves if one.params["now"] in (*FINISHED, RequestState.DONE)]
    if finished:
        request = _requests(tx, finished)[0]
        became = RequestState(finished[0].params["now"])
        what = Sentence(
            "request {number} is {state}", {"number": request.number, "state": STATE_SENTENCES[became]}
        )
        if became is RequestState.DONE and request.state is RequestState.DONE:
            return NotAllowedNow(
                "the last step ({what}) is not one that can be taken back",
                what=what,
                number=request.number,
                hint="let it wait again: dispatch request triage {number}",
            )
        return NotAllowedNow(
            "the last step ({what}) is not one that can be taken back",
            what=what,
            hint="nothing follows that; take the need again: dispatch take",
        )
    for one in step:
        ended = _ended_by(one)
        if ended in (OfferState.RELEASED, OfferState.DECLINED, OfferState.EXPIRED):
            number, code = _whose(tx, one)
            return NotAllowedNow(
                "the last step ({what}) is not one that can be taken back",
                what=OFFER_SENTENCES[ended],
                number=number,
                code=code,
                hint="ask them again: dispatch offer {number} --to {code} --again",
            )
    what = Sentence(KIND_SENTENCES.get(step[0].kind, step[0].kind))
    if moves:
        request = _requests(tx, moves)[0]
        return NotAllowedNow(
            "the last step ({what}) is not one that can be taken back",
            what=what,
            number=request.number,
            hint="put it right by a step of its own; see how it stands: dispatch request show {number}",
        )
    return NotAllowedNow(
        "the last step ({what}) is not one that can be taken back",
        what=what,
        hint="put it right by a step of its own",
    )


def _last_step(tx: Transaction, actor: Actor) -> list[Event]:
    gone: set[str] = set()
    step: list[Event] = []
    for one in events.read(tx.connection, tx.community, since=tx.now - LOOK_BACK, newest_first=True):
        if step and one.step != step[0].step:
            break
        if one.kind == "undone":
            gone.add(str(one.params.get("undone_step")))
            gone.add(one.step)
        elif one.actor == actor.name and one.step not in gone and one.kind not in _NOT_A_STEP:
            step.append(one)
    if not step:
        raise NotFound("there is nothing of today to take back", name=actor.name)
    return step


def _undo_taken(tx: Transaction, actor: Actor, rules: Rules, step: Sequence[Event]) -> Undone:
    taken = _requests(tx, step)
    for request in taken:
        if request.state is RequestState.DONE:
            raise NotAllowedNow(
                "request {number} is {state} by now, so taking it cannot be undone",
                number=request.number,
                state=STATE_SENTENCES[request.state],
                hint="let it wait again, then cancel it: dispatch request triage {number}",
            )
        if request.state not in (RequestState.RECEIVED, RequestState.NEEDS_PERSON):
            raise NotAllowedNow(
                "request {number} is {state} by now, so taking it cannot be undone",
                number=request.number,
                state=STATE_SENTENCES[request.state],
                hint="cancel it: dispatch request cancel {number}",
            )
        if outbox.left_the_building(tx.connection, request_id=request.id):
            raise _has_left(request.number)
        outbox.drop(tx.connection, request_id=request.id)
        move(tx, actor, rules, request, RequestState.CANCELLED, reason="undone")
    return Undone(what="taken", numbers=tuple(one.number for one in taken))


def _undo_offered(tx: Transaction, actor: Actor, rules: Rules, step: Sequence[Event]) -> Undone:
    ids = [str(one.params["offer"]) for one in step]
    asked = {one.number: one for one in _requests(tx, step)}
    if outbox.left_the_building(tx.connection, offer_ids=ids):
        raise _has_left(next(iter(asked)))
    codes = []
    for request in asked.values():
        for offer in offers.of_requests(tx.connection, [request.id]):
            if offer.id not in ids:
                continue
            if offer.state is not OfferState.OFFERED:
                raise _has_left(request.number)
            end_offers(tx, actor, [offer], OfferState.WITHDRAWN, request.number, tell=False)
            codes.append(_code(tx, offer.responder_id))
    back_to_waiting(tx, actor, rules, (one.id for one in asked.values()), reason="undone")
    return Undone(what="offered", numbers=tuple(asked), codes=tuple(codes))


def _undo_accepted(tx: Transaction, actor: Actor, rules: Rules, step: Sequence[Event]) -> Undone:
    ids = {str(one.params["offer"]) for one in step}
    if set(outbox.kinds_that_left(tx.connection, ids)) - {MessageKind.OFFER}:
        raise _has_left(_requests(tx, step)[0].number)
    codes = []
    numbers = []
    for request in _requests(tx, step):
        held = [one for one in live_offers(tx, request) if one.id in ids]
        end_offers(tx, actor, held, OfferState.RELEASED, request.number, tell=False)
        codes += [_code(tx, one.responder_id) for one in held]
        numbers.append(request.number)
        if request.state in (RequestState.ARRANGED, RequestState.DOING):
            move(tx, actor, rules, request, RequestState.ASKING, reason="undone")
        back_to_waiting(tx, actor, rules, [request.id], reason="undone")
    return Undone(what="accepted", numbers=tuple(numbers), codes=tuple(codes))


def _undo_edited(tx: Transaction, actor: Actor, rules: Rules, step: Sequence[Event]) -> Undone:
    (edited,) = step
    (request,) = _requests(tx, step)
    if request.next_check_at is None or live_offers(tx, request):
        raise NotAllowedNow(
            "request {number} has moved on since it was corrected",
            number=request.number,
            hint="correct it again: dispatch request edit {number}",
        )
    before = edited.params["before"]
    window = edited.params["window"]
    begins, ends = (datetime.fromisoformat(one) for one in window) if window else (None, None)
    requests.change(
        tx.connection,
        request,
        service_id=before["service_id"],
        place_id=before["place_id"],
        household_id=before["household_id"],
        urgency=Urgency(before["urgency"]).value,
        window_from=begins,
        window_to=ends,
    )
    open_slots(tx, request, int(before["headcount"]))
    if edited.params["kept"]:
        former = private.look_up(tx.connection, [edited.params["kept"]])[edited.params["kept"]]
        private.change(tx.connection, request.person_id, former)
    return Undone(what="edited", numbers=(request.number,))


def _undo_responder(tx: Transaction, actor: Actor, rules: Rules, step: Sequence[Event]) -> Undone:
    codes = []
    for one in step:
        responder = people.with_ids(tx.connection, tx.community, [one.params["responder"]])
        (current,) = responder.values()
        former = people.from_plain(one.params["before"])
        people.change(tx.connection, current, replace(former, version=current.version))
        kept = one.params["kept"]
        if kept:
            private.change(tx.connection, current.person_id, private.look_up(tx.connection, [kept])[kept])
        codes.append(current.code)
    return Undone(what="responder-edited", codes=tuple(codes))


_WAYS: Final[
    tuple[tuple[str, Callable[[Transaction, Actor, Rules, Sequence[Event]], Undone]], ...]
] = (
    ("taken", _undo_taken),
    ("accepted", _undo_accepted),
    ("offered", _undo_offered),
    ("edited", _undo_edited),
    ("responder-edited", _undo_responder),
)

KIND_SENTENCES: Final[dict[str, str]] = {
    "taken": "taken down",
    "moved": "moved on",
    "offered": "asked",
    "offer-ended": "no longer asked",
    "accepted": "said yes",
    "declined": "declined",
    "wrong-number": "wrong number",
    "wants-out": "wants to give it back",
    "replied": "an answer came",
    "keyed-back": "keyed back from a phone sheet",
    "edited": "corrected",
    "responder-added": "a responder added",
    "responder-edited": "a responder changed",
    "left-out": "nobody could be asked",
    "solver-failed": "the best plan could not be found",
    "delivered": "a message was handed over",
    "fell-to-phone-list": "put on the phone list, as no other way worked",
    "sheet-printed": "a phone sheet was printed",
    "nobody-told": "nobody could be told",
    "dropped": "a message was not needed any more",
    "came-late": "a message arrived after all",
    "held-sent": "held messages were sent",
    "held-dropped": "held messages were dropped",
    "backed-up": "a copy was made",
    "opted-out": "asked not to be asked any more",
    "undone": "taken back",
    "loaded": "the community was loaded",
    "imported": "a file was imported",
    "exported": "a file was exported",
    "restored": "brought back from a copy",
}
"""How each kind of event is said."""


def _requests(tx: Transaction, step: Sequence[Event]) -> list[Request]:
    ids = dict.fromkeys(RequestId(one.request_id) for one in step if one.request_id)
    found = requests.with_ids(tx.connection, ids, lock=True)
    return [found[one] for one in ids]


def _code(tx: Transaction, responder_id: str) -> str:
    (one,) = people.with_ids(tx.connection, tx.community, [responder_id]).values()
    return one.code


def _has_left(number: int) -> NotAllowedNow:
    return NotAllowedNow(
        "the message for request {number} has left the building, so it cannot be taken back",
        number=number,
        hint="cancel the request (they will be told): dispatch request cancel {number}",
    )
