"""Let an answer decide an offer: the first valid one does, every other changes nothing and says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.desk.answers import Word
from dispatch.desk.asking import ask_in_place
from dispatch.desk.moves import DONE_CHECK_MINUTES, end_offers, live_offers, move
from dispatch.desk.protecting import Protection
from dispatch.desk.silence import back_to_waiting
from dispatch.desk.telling import tell_details, tell_resident
from dispatch.model.actor import Actor
from dispatch.model.assignment import Offer
from dispatch.model.lifecycle import FINISHED, OfferState, RequestState
from dispatch.model.message import MessageKind
from dispatch.model.request import Request
from dispatch.model.responder import WITHOUT_PHONE_UNTIL
from dispatch.model.rules import Rules
from dispatch.policy.waiting import after_decline
from dispatch.store import events, offers, outbox, people, requests
from dispatch.store.engine import Transaction


class ReplyOutcome(StrEnum):
    """What became of an answer."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    ALREADY_ACCEPTED = "already-accepted"
    ALREADY_DECLINED = "already-declined"
    ALREADY_ARRANGED = "already-arranged"
    EXPIRED = "expired"
    NOT_NEEDED = "not-needed"
    NOT_ALLOWED = "not-allowed"
    NO_ANSWER = "no-answer"
    NOT_REACHED_BEFORE = "not-reached-before"
    WRONG_NUMBER = "wrong-number"
    TOLD = "told"
    OPTED_OUT = "opted-out"
    UNCLEAR = "unclear"
    UNKNOWN = "unknown"
    TOO_MANY = "too-many"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What became of an answer, and for which request.

    Args:
        number: The request's number, where the answer belonged to one.
        responder: The responder's code, where it is known who answered.
        row: The row of the sheet it was keyed from.
        contradicts: True where what had been noted of them before says otherwise; that stands.
        deadline_at: Until when they could have answered, where that time is over.
        wants_out: True where they had accepted and now say no: they still hold it until somebody releases them.
        was_repeated: True where this very message had come before; the outcome is the first one's.
    """

    outcome: ReplyOutcome
    number: int | None = None
    responder: str | None = None
    row: int | None = None
    contradicts: bool = False
    deadline_at: datetime | None = None
    wants_out: bool = False
    was_repeated: bool = False


def answer_offer(
    tx: Transaction, actor: Actor, rules: Rules, offer: Offer, word: Word, *, promised_at: datetime | None = None
) -> ReplyOutcome:
    """Let a yes or a no decide one offer, if nothing decided it before.

    Args:
        promised_at: When they say, beside a yes, that they will be there.

    Returns:
        What became of it; anything but ACCEPTED and DECLINED changed nothing.
    """
    request = requests.with_ids(tx.connection, [offer.request_id], lock=True)[offer.request_id]
    current = offers.with_id(tx.connection, offer.id) or offer
    if current.state is not OfferState.OFFERED:
        if wants_out(tx, current, word):
            tx.record(actor, "wants-out", request.id, offer=offer.id)
        elif word is Word.YES and current.state in (OfferState.ACCEPTED, OfferState.DOING):
            _note_stays(tx, actor, current)
        return too_late(current, request, word)
    if current.deadline_at <= tx.now:
        return ReplyOutcome.EXPIRED
    if word is Word.NO:
        decline(tx, actor, rules, current, request)
        return ReplyOutcome.DECLINED
    return _accept(tx, actor, rules, current, request, promised_at)


def answer_at_desk(tx: Transaction, actor: Actor, rules: Rules, offer: Offer, word: Word) -> ReplyOutcome:
    """Let a yes or a no count that a person heard by phone and notes at the desk.

    It goes further than an answer by somebody's own channel: who was noted as
    not reached, and whose time to answer is not over, has not answered yet. So
    has nobody whose answer was noted by mistake and taken back.
    """
    current = offers.with_id(tx.connection, offer.id) or offer
    if not is_open_still(current, tx.now):
        return answer_offer(tx, actor, rules, current, word)
    request = requests.with_ids(tx.connection, [offer.request_id], lock=True)[offer.request_id]
    asked = [one for one in live_offers(tx, request) if one.responder_id == offer.responder_id]
    if asked:
        return answer_offer(tx, actor, rules, asked[0], word)
    if request.state in _HELPED | FINISHED:
        return too_late(current, request, word)
    if word is Word.NO:
        return ReplyOutcome.DECLINED
    anew = ask_in_place(tx, actor, rules, current)
    if anew is None:
        return ReplyOutcome.NOT_REACHED_BEFORE
    has_phone(tx, current)
    return answer_offer(tx, actor, rules, anew, word)


def is_open_still(offer: Offer, now: datetime) -> bool:
    """Return whether the end of an offer was no answer of theirs, and the time to give one is not over."""
    early = offer.state is OfferState.EXPIRED and offer.ended_at is not None and offer.ended_at < offer.deadline_at
    return (early or (offer.was_mistaken and offer.state is not OfferState.OFFERED)) and now < offer.deadline_at


def contradicts(outcome: ReplyOutcome, *, yes: bool) -> bool:
    """Return whether an answer says otherwise than the one that stands."""
    return outcome is (ReplyOutcome.ALREADY_DECLINED if yes else ReplyOutcome.ALREADY_ACCEPTED)


def time_over(outcome: ReplyOutcome, offer: Offer) -> datetime | None:
    """Return until when an offer could have been answered, where an answer came after that."""
    return offer.deadline_at if outcome is ReplyOutcome.EXPIRED else None


def has_phone(tx: Transaction, offer: Offer) -> None:
    """Let somebody be asked again whose phone had been noted as wrong."""
    (one,) = people.with_ids(tx.connection, tx.community, [offer.responder_id]).values()
    if one.paused_until == WITHOUT_PHONE_UNTIL:
        people.change_pause(tx.connection, one.id, None)


def _note_stays(tx: Transaction, actor: Actor, offer: Offer) -> None:
    """Record that somebody comes after all who had said no since accepting."""
    said = events.standing(
        tx.connection, tx.community, ("wants-out", "stays"), offer.offered_at, request_id=offer.request_id
    )
    about = [one.kind for one in said if one.params["offer"] == offer.id]
    if about and about[-1] == "wants-out":
        tx.record(actor, "stays", offer.request_id, offer=offer.id)


def wants_out(tx: Transaction, offer: Offer, word: Word) -> bool:
    """Say whether this is a no of somebody who holds a place: it changes nothing, but a person must see it."""
    current = offers.with_id(tx.connection, offer.id) or offer
    return word is Word.NO and current.state in (OfferState.ACCEPTED, OfferState.DOING)


def _accept(
    tx: Transaction, actor: Actor, rules: Rules, offer: Offer, request: Request, promised_at: datetime | None
) -> ReplyOutcome:
    free = offers.free_slots(tx.connection, request.id)
    if not free:
        end_offers(tx, actor, [offer], OfferState.WITHDRAWN, request.number)
        return ReplyOutcome.ALREADY_ARRANGED
    against = Protection(tx, [request], [offer.responder_id]).against(request, offer.responder_id)
    if against is not None:
        end_offers(tx, actor, [offer], OfferState.WITHDRAWN, request.number, why=against)
        back_to_waiting(tx, actor, rules, [request.id], reason="still-short")
        return ReplyOutcome.NOT_ALLOWED
    offers.change(tx.connection, offer, OfferState.ACCEPTED, slot_no=free[0], promised_at=promised_at)
    tx.record(actor, "accepted", request.id, offer=offer.id, slot=free[0])
    outbox.drop(tx.connection, offer_ids=[offer.id])
    tell_details(tx, rules, offer)
    tell_resident(tx, actor, rules, request, MessageKind.WHO_COMES, offer_id=offer.id)
    if len(free) == 1:
        # Nobody hears that somebody is sought who has been found.
        outbox.drop(tx.connection, request_id=request.id, kinds=[MessageKind.LOOKING])
        others = [one for one in live_offers(tx, request) if one.state is OfferState.OFFERED]
        end_offers(tx, actor, others, OfferState.WITHDRAWN, request.number)
        done_by = request.window[1] if request.window else tx.now
        check_at = done_by + timedelta(minutes=DONE_CHECK_MINUTES)
        move(tx, actor, rules, request, RequestState.ARRANGED, check_at=check_at)
    else:
        back_to_waiting(tx, actor, rules, [request.id], reason="still-short")
    return ReplyOutcome.ACCEPTED


def decline(tx: Transaction, actor: Actor, rules: Rules, offer: Offer, request: Request) -> None:
    """End an offer with a no; the next person is asked."""
    offers.change(tx.connection, offer, OfferState.DECLINED, ended_at=tx.now)
    outbox.drop(tx.connection, offer_ids=[offer.id])
    tx.record(actor, "declined", request.id, offer=offer.id)
    back_to_waiting(tx, actor, rules, [request.id], reason=after_decline(tx.now).reason)


_HELPED = frozenset({RequestState.ARRANGED, RequestState.DOING, RequestState.DONE, RequestState.RATED})


def too_late(offer: Offer, request: Request, word: Word) -> ReplyOutcome:
    """Say what an answer comes to that an earlier one, or another's, has made too late."""
    if offer.state in (OfferState.ACCEPTED, OfferState.DOING, OfferState.DONE):
        return ReplyOutcome.ALREADY_ACCEPTED
    if offer.state is OfferState.DECLINED:
        return ReplyOutcome.ALREADY_DECLINED
    if offer.state is OfferState.EXPIRED and request.state not in _HELPED | FINISHED:
        return ReplyOutcome.EXPIRED
    if request.state in _HELPED:
        return ReplyOutcome.ALREADY_ARRANGED
    return ReplyOutcome.NOT_NEEDED
