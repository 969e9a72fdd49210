"""Take back the last step, as long as it has not left the building; say so plainly when it has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from dispatch.desk.authorize import authorize
from dispatch.desk.clearness import is_clear
from dispatch.desk.editing import open_slots
from dispatch.desk.moves import end_offers, live_offers, move
from dispatch.desk.silence import back_to_waiting
from dispatch.desk.staying import not_taken_back
from dispatch.desk.unkeying import Unkeyed, is_keyed, named_rows, take_answers_back
from dispatch.errors import NotAllowedNow, NotFound
from dispatch.model.actor import Actor
from dispatch.model.assignment import Offer
from dispatch.model.lifecycle import FINISHED, OFFER_SENTENCES, STATE_SENTENCES, OfferState, RequestState
from dispatch.model.message import MessageKind
from dispatch.model.request import TAKEN_BACK, Request, RequestId
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
        "left-out",
        "nobody-told",
        "not-arrived",
        "replied",
        "sheet-printed",
        "solver-failed",
    }
)
"""What by itself decides nothing; it neither counts as a step nor hides the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What was taken back.

    Args:
        what: The step, as a code: "taken", "offered", "accepted", "answers", "edited", "responder-edited", "rated",
            "answer-read".
        numbers: The requests it concerned.
        codes: The responders it concerned.
        answers: What became of each answer, where answers were keyed.
        stars: What a rating is again.
    """

    what: str
    numbers: tuple[int, ...] = ()
    codes: tuple[str, ...] = ()
    answers: tuple[Unkeyed, ...] = ()
    stars: int | None = None

    @property
    def stays(self) -> tuple[tuple[int, str], ...]:
        """What was keyed in the same step and stands: the request's number and the code of who answered."""
        return tuple(sorted((one.number, one.code or "") for one in self.answers if one.stays))


def undo(tx: Transaction, actor: Actor, rules: Rules, *, crossed_out: bool = False) -> Undone:
    """Take back the actor's last step.

    Args:
        crossed_out: What it asked stands on a printed sheet, nobody has rung, and the rows are crossed out.

    Raises:
        NotFound: There is no step of today to take back.
        NotAllowedNow: It has left the building, or is of a kind that is not taken back.
    """
    authorize(actor, "undo")
    step = _last_step(tx, actor)
    kinds = {one.kind for one in step}
    if "taken" not in kinds and "opted-out" not in kinds and any(is_keyed(one) for one in step):
        undone = _undo_answers(tx, actor, rules, step, crossed_out)
    elif "taken" not in kinds and "offered" in kinds:
        undone = _undo_offered(tx, actor, rules, [one for one in step if one.kind == "offered"], crossed_out)
    else:
        kind, take_back = next((way for way in _WAYS if way[0] in kinds), (None, None))
        if take_back is None:
            raise not_taken_back(tx, sorted(step, key=lambda one: one.seq))
        undone = take_back(tx, actor, rules, [one for one in step if one.kind == kind])
    tx.record(actor, "undone", undone_step=step[0].step, what=undone.what)
    return undone


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
        if request.state in FINISHED:
            raise NotAllowedNow(
                "request {number} is {state} by now, so taking it cannot be undone",
                number=request.number,
                state=STATE_SENTENCES[request.state],
                hint="nothing follows that; take the need again: dispatch take",
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
        move(tx, actor, rules, request, RequestState.CANCELLED, reason=TAKEN_BACK)
    return Undone(what="taken", numbers=tuple(one.number for one in taken))


def _undo_offered(
    tx: Transaction, actor: Actor, rules: Rules, step: Sequence[Event], crossed_out: bool
) -> Undone:
    ids = [str(one.params["offer"]) for one in step]
    asked = dict(sorted((one.number, one) for one in _requests(tx, step)))
    if outbox.left_the_building(tx.connection, offer_ids=ids):
        _check_on_paper_only(tx, ids, tuple(asked), crossed_out)
    codes = []
    for request in asked.values():
        for offer in offers.of_requests(tx.connection, [request.id]):
            if offer.id not in ids:
                continue
            code = _code(tx, offer.responder_id)
            if offer.state is not OfferState.OFFERED:
                raise NotAllowedNow(
                    "{code} was asked for request {number}, and it stands: {state}",
                    code=code,
                    number=request.number,
                    state=OFFER_SENTENCES[offer.state],
                    hint="see what can be done: dispatch request show {number}",
                )
            end_offers(tx, actor, [offer], OfferState.WITHDRAWN, request.number, tell=False)
            codes.append(code)
    back_to_waiting(tx, actor, rules, (one.id for one in asked.values()), reason="undone")
    return Undone(what="offered", numbers=tuple(asked), codes=tuple(codes))


def _check_on_paper_only(tx: Transaction, ids: Sequence[str], numbers: tuple[int, ...], crossed_out: bool) -> None:
    """Raise unless those who were asked stand on printed sheets alone, and the rows are crossed out."""
    if not outbox.is_only_printed(tx.connection, ids, MessageKind):
        raise NotAllowedNow(
            "the message for request {number} has left the building, so it cannot be taken back",
            number=numbers[0],
            numbers=tuple(map(str, numbers)),
            hint="let it wait again (who was asked is told): dispatch request triage N (N: {numbers})",
        )
    if not crossed_out:
        raise NotAllowedNow(
            "it is printed: {rows}",
            rows=named_rows(tx, ids),
            numbers=tuple(map(str, numbers)),
            hint="if nobody has rung yet, cross that out on the paper, then: dispatch undo --crossed-out;"
            " if somebody has: dispatch request triage N (N: {numbers}; who was asked is told)",
        )


def _undo_answers(
    tx: Transaction, actor: Actor, rules: Rules, step: Sequence[Event], crossed_out: bool
) -> Undone:
    answers = take_answers_back(tx, actor, rules, step, crossed_out=crossed_out)
    back = [one for one in answers if not one.stays]
    return Undone(
        what="accepted" if any(one.was == "accepted" for one in back) else "answers",
        numbers=tuple(dict.fromkeys(one.number for one in back)),
        codes=tuple(dict.fromkeys(one.code for one in back if one.code)),
        answers=answers,
    )


def _undo_rating(tx: Transaction, actor: Actor, rules: Rules, step: Sequence[Event]) -> Undone:
    (corrected,) = step
    (request,) = _requests(tx, step)
    stars = int(corrected.params["was"])
    requests.change(tx.connection, request, rating=stars, words_id=corrected.params["words"])
    return Undone(what="rated", numbers=(request.number,), stars=stars)


def _undo_read(tx: Transaction, actor: Actor, rules: Rules, step: Sequence[Event]) -> Undone:
    """Change nothing: that the event is taken back is enough."""
    return Undone(what="answer-read")


def _undo_edited(tx: Transaction, actor: Actor, rules: Rules, step: Sequence[Event]) -> Undone:
    (edited,) = step
    (request,) = _requests(tx, step)
    before = edited.params["before"]
    window = edited.params["window"]
    begins, ends = (datetime.fromisoformat(one) for one in window) if window else (None, None)
    live = live_offers(tx, request)
    is_same_need = (
        request.service_id == before["service_id"]
        and request.place_id == before["place_id"]
        and request.urgency.value == before["urgency"]
        and request.headcount == before["headcount"]
        and (request.window or (None, None)) == (begins, ends)
    )
    if request.next_check_at is None or (live and not is_same_need):
        raise _has_moved_on(request)
    was_clear = is_clear(tx, request)
    _drop_what_was_told(tx, request, edited, live)
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
    if was_clear and request.state is not RequestState.NEEDS_PERSON:
        # An emergency waits for people only while it says what it needs, and where.
        now = requests.with_ids(tx.connection, [request.id])[request.id]
        if not is_clear(tx, now):
            raise _has_moved_on(request)
    return Undone(what="edited", numbers=(request.number,))


def _drop_what_was_told(tx: Transaction, request: Request, edited: Event, live: Sequence[Offer]) -> None:
    """Take back the messages that tell of a correction.

    Raises:
        NotAllowedNow: One of them has left the building.
    """
    told = edited.params.get("told", ())
    has_left = False
    for one in told:
        if one["is_new"]:
            outbox.drop(tx.connection, offer_ids=[one["offer"]], name=one["message"])
        has_left |= outbox.left_the_building(tx.connection, offer_ids=[one["offer"]], name=one["message"])
    known = {one["offer"] for one in told}
    later = [one.id for one in live if one.id not in known]
    if edited.params["kept"] and MessageKind.DETAILS in outbox.kinds_that_left(tx.connection, later):
        has_left = True
    if has_left:
        raise NotAllowedNow(
            "the message for request {number} has left the building, so it cannot be taken back",
            number=request.number,
            hint="correct it again (they will be told): dispatch request edit {number}",
        )


def _has_moved_on(request: Request) -> NotAllowedNow:
    return NotAllowedNow(
        "request {number} has moved on since it was corrected",
        number=request.number,
        hint="correct it again: dispatch request edit {number}",
    )


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
    ("edited", _undo_edited),
    ("responder-edited", _undo_responder),
    ("rating-corrected", _undo_rating),
    ("answer-read", _undo_read),
)

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
