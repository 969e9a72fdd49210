"""Accept, decline, silence, give back: the first valid answer decides, every other changes nothing and says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from dispatch.desk.answers import Answer, Word, read_answer
from dispatch.desk.authorize import authorize
from dispatch.desk.moves import (
    DONE_CHECK_MINUTES,
    end_offers,
    find_request,
    live_offers,
    move,
    reaches,
    reaches_request,
)
from dispatch.desk.phone_list.phone_sheets import read_sheet_answers
from dispatch.desk.phones import parse_phone
from dispatch.desk.silence import back_to_waiting
from dispatch.desk.telling import tell_details, tell_resident
from dispatch.desk.ways_out import may_be_offered
from dispatch.errors import NotFound, Refused
from dispatch.model.actor import Actor
from dispatch.model.assignment import Offer
from dispatch.model.lifecycle import OfferState, RequestState
from dispatch.model.message import MessageKind
from dispatch.model.request import Private, Request, RequestId
from dispatch.model.responder import WITHOUT_PHONE_UNTIL, Responder, ResponderId
from dispatch.model.rules import Rules
from dispatch.policy.waiting import after_decline
from dispatch.store import community as towns
from dispatch.store import inbox, offers, outbox, people, phone_sheets, private, requests
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
    NO_ANSWER = "no-answer"
    WRONG_NUMBER = "wrong-number"
    TOLD = "told"
    OPTED_OUT = "opted-out"
    UNCLEAR = "unclear"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What became of an answer, and for which request.

    Args:
        number: The request's number, where the answer belonged to one.
        responder: The responder's code, where it is known who answered.
        wants_out: True where they had accepted and now say no: they still hold it until somebody releases them.
        was_repeated: True where this very message had come before; the outcome is the first one's.
    """

    outcome: ReplyOutcome
    number: int | None = None
    responder: str | None = None
    row: int | None = None
    wants_out: bool = False
    was_repeated: bool = False


def reply_from_phone(
    tx: Transaction,
    actor: Actor,
    rules: Rules,
    phone: str,
    text: str,
    *,
    channel: str = "by-hand",
    message_id: str | None = None,
) -> Reply:
    """Take an answer that came from a phone.

    Args:
        phone: In any way people write it.
        message_id: What the channel calls the message; the same one again changes nothing.

    Returns:
        What became of it. An unclear one is kept for a person to read.

    Raises:
        Refused: The phone is none.
        NotFound: The actor is a responder, and it is not their phone.
    """
    where = towns.community_of(tx.connection, tx.community)
    number = parse_phone(phone, where.phone_region)
    known = [one for one in people.with_phone(tx.connection, tx.community, number) if reaches(tx, actor, one.place_id)]
    codes = [one.code for one in known]
    authorize(
        actor, "reply", responder=actor.reference if actor.reference in codes else next(iter(codes), None)
    )
    message_id = message_id or f"{tx.step}"
    if not inbox.claim(tx.connection, channel, message_id, tx.now):
        before = inbox.seen(tx.connection, channel, message_id)
        assert before is not None, "what could not be claimed is there"
        return _again(tx, before)
    answer = read_answer(text)
    reply, offer = _decide(tx, actor, rules, known, answer)
    inbox.keep(
        tx.connection,
        channel,
        message_id,
        body=answer.understood,
        words_id=private.keep(tx.connection, Private(phone=number, notes=text)),
        outcome=reply.outcome.value,
        offer_id=offer.id if offer else None,
    )
    tx.record(
        actor, "replied", offer.request_id if offer else None, outcome=reply.outcome.value, channel=channel
    )
    return reply


def reply_on_behalf(
    tx: Transaction, actor: Actor, rules: Rules, number: int, code: str, *, accepts: bool
) -> Reply:
    """Take a yes or no that a responder gave by mouth for request *number*.

    Raises:
        NotFound: No such request or responder, or that person was never asked for it.
    """
    request = find_request(tx, actor, "reply", number)
    responder = people.with_code(tx.connection, tx.community, code)
    asked = [
        one
        for one in offers.of_requests(tx.connection, [request.id])
        if one.responder_id == responder.id
    ]
    if not asked:
        raise NotFound(
            "{code} was not asked for request {number}",
            code=code,
            number=number,
            hint="ask them: dispatch offer {number} --to {code}"
            if may_be_offered(tx, request)
            else "see how it stands: dispatch request show {number}",
        )
    word = Word.YES if accepts else Word.NO
    outcome = answer_offer(tx, actor, rules, asked[-1], word)
    return Reply(outcome=outcome, number=number, responder=code, wants_out=_wants_out(tx, asked[-1], word))


def reply_from_sheet(
    tx: Transaction, actor: Actor, rules: Rules, sheet_no: int, text: str
) -> list[Reply]:
    """Key a printed phone list back: "12 a, 13 d, 14 n, 15 x".

    Every row is looked up before the first is acted on, so that a slip of the
    finger changes nothing.

    Raises:
        Refused: Something in the text is not a row and a letter.
        NotFound: No such sheet, or no such row on it.
    """
    authorize(actor, "reply")
    rows = []
    for row_no, letter in read_sheet_answers(text):
        delivery = phone_sheets.delivery_on_sheet(tx.connection, tx.community, sheet_no, row_no)
        if delivery is None and not phone_sheets.rows_of(tx.connection, tx.community, sheet_no):
            raise NotFound(
                "there is no phone sheet {sheet}", sheet=sheet_no, hint="its number stands at the top of the page"
            )
        if delivery is None or not reaches_request(tx, actor, delivery.request_id):
            raise NotFound(
                "there is no row {row} on phone sheet {sheet}",
                row=row_no,
                sheet=sheet_no,
                hint="print it again: dispatch phones --sheet {sheet}",
            )
        rows.append((row_no, letter, delivery))
    return [
        _answer_row(tx, actor, rules, sheet_no, row_no, letter, delivery) for row_no, letter, delivery in rows
    ]


def give_back(
    tx: Transaction, actor: Actor, rules: Rules, number: int, code: str
) -> Request:
    """Let a responder give back what they had accepted; somebody else is asked.

    A resident who was told of them hears that they do not come.

    Raises:
        NotFound: They hold no place in this request.
    """
    request = find_request(tx, actor, "release", number)
    responder = people.with_code(tx.connection, tx.community, code)
    held = [
        one
        for one in live_offers(tx, request)
        if one.responder_id == responder.id and one.state is not OfferState.OFFERED
    ]
    if not held:
        raise NotFound("{code} holds no place in request {number}", code=code, number=number)
    promised = outbox.offers_heard_of(tx.connection, [one.id for one in held], MessageKind.WHO_COMES)
    end_offers(tx, actor, held, OfferState.RELEASED, number, tell=False)
    for offer_id in sorted(promised):
        tell_resident(tx, actor, rules, request, MessageKind.LOOKING, offer_id=offer_id)
    if request.state in (RequestState.ARRANGED, RequestState.DOING):
        move(tx, actor, rules, request, RequestState.ASKING, reason="given-back", check_at=tx.now)
    back_to_waiting(tx, actor, rules, [request.id], reason="given-back")
    return requests.with_ids(tx.connection, [request.id])[request.id]


def answer_offer(tx: Transaction, actor: Actor, rules: Rules, offer: Offer, word: Word) -> ReplyOutcome:
    """Let a yes or a no decide one offer, if nothing decided it before.

    Returns:
        What became of it; anything but ACCEPTED and DECLINED changed nothing.
    """
    request = requests.with_ids(tx.connection, [offer.request_id], lock=True)[offer.request_id]
    current = offers.with_id(tx.connection, offer.id) or offer
    if current.state is not OfferState.OFFERED:
        if _wants_out(tx, current, word):
            tx.record(actor, "wants-out", request.id, offer=offer.id)
        return _too_late(current, request, word)
    if current.deadline_at <= tx.now:
        return ReplyOutcome.EXPIRED
    if word is Word.NO:
        _decline(tx, actor, rules, current, request)
        return ReplyOutcome.DECLINED
    return _accept(tx, actor, rules, current, request)


def _wants_out(tx: Transaction, offer: Offer, word: Word) -> bool:
    """Say whether this is a no of somebody who holds a place: it changes nothing, but a person must see it."""
    current = offers.with_id(tx.connection, offer.id) or offer
    return word is Word.NO and current.state in (OfferState.ACCEPTED, OfferState.DOING)


def _accept(
    tx: Transaction, actor: Actor, rules: Rules, offer: Offer, request: Request
) -> ReplyOutcome:
    free = offers.free_slots(tx.connection, request.id)
    if not free:
        end_offers(tx, actor, [offer], OfferState.WITHDRAWN, request.number)
        return ReplyOutcome.ALREADY_ARRANGED
    offers.change(tx.connection, offer, OfferState.ACCEPTED, slot_no=free[0])
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


def _decline(tx: Transaction, actor: Actor, rules: Rules, offer: Offer, request: Request) -> None:
    offers.change(tx.connection, offer, OfferState.DECLINED, ended_at=tx.now)
    outbox.drop(tx.connection, offer_ids=[offer.id])
    tx.record(actor, "declined", request.id, offer=offer.id)
    back_to_waiting(tx, actor, rules, [request.id], reason=after_decline(tx.now).reason)


def _too_late(offer: Offer, request: Request, word: Word) -> ReplyOutcome:
    if offer.state in (OfferState.ACCEPTED, OfferState.DOING, OfferState.DONE):
        return ReplyOutcome.ALREADY_ACCEPTED
    if offer.state is OfferState.DECLINED:
        return ReplyOutcome.ALREADY_DECLINED
    if offer.state is OfferState.EXPIRED and request.state is not RequestState.ARRANGED:
        return ReplyOutcome.EXPIRED
    if request.state in (RequestState.ARRANGED, RequestState.DOING, RequestState.DONE, RequestState.RATED):
        return ReplyOutcome.ALREADY_ARRANGED
    return ReplyOutcome.NOT_NEEDED


def _decide(
    tx: Transaction, actor: Actor, rules: Rules, known: list[Responder], answer: Answer
) -> tuple[Reply, Offer | None]:
    if not known:
        return Reply(outcome=ReplyOutcome.UNKNOWN), None
    code = known[0].code
    if answer.word is Word.STOP:
        for one in known:
            people.change(tx.connection, one, people.resting(one))
            tx.record(actor, "opted-out", responder=one.id)
        _let_go(tx, actor, rules, [one.id for one in known])
        return Reply(outcome=ReplyOutcome.OPTED_OUT, responder=code), None
    offer = _offer_meant(tx, [one.id for one in known], answer)
    if offer is None or answer.word is Word.UNCLEAR:
        outcome = ReplyOutcome.UNKNOWN if answer.code and offer is None else ReplyOutcome.UNCLEAR
        return Reply(outcome=outcome, responder=code), None
    request = requests.with_ids(tx.connection, [offer.request_id])[offer.request_id]
    who = next(one.code for one in known if one.id == offer.responder_id)
    outcome = answer_offer(tx, actor, rules, offer, answer.word)
    out = _wants_out(tx, offer, answer.word)
    return Reply(outcome=outcome, number=request.number, responder=who, wants_out=out), offer


def _let_go(tx: Transaction, actor: Actor, rules: Rules, responder_ids: list[ResponderId]) -> None:
    """End what people are still asked for who wish to be asked no more, so that nobody rings them about it."""
    for offer in offers.held_by(tx.connection, responder_ids):
        if offer.state is OfferState.OFFERED:
            request = requests.with_ids(tx.connection, [offer.request_id], lock=True)[offer.request_id]
            _decline(tx, actor, rules, offer, request)


def _offer_meant(tx: Transaction, responder_ids: list[ResponderId], answer: Answer) -> Offer | None:
    if answer.code is not None:
        return next(iter(offers.with_code(tx.connection, responder_ids, answer.code)), None)
    held = offers.held_by(tx.connection, responder_ids)
    waiting = [one for one in held if one.state is OfferState.OFFERED]
    return waiting[0] if len(waiting) == 1 else None


def _again(tx: Transaction, before: inbox.Seen) -> Reply:
    number = code = None
    if before.offer_id is not None:
        offer = offers.with_id(tx.connection, before.offer_id)
        if offer is not None:
            number = requests.with_ids(tx.connection, [offer.request_id])[offer.request_id].number
            code = people.with_ids(tx.connection, tx.community, [offer.responder_id])[offer.responder_id].code
    return Reply(outcome=ReplyOutcome(before.outcome), number=number, responder=code, was_repeated=True)


def _answer_row(
    tx: Transaction,
    actor: Actor,
    rules: Rules,
    sheet_no: int,
    row_no: int,
    letter: str,
    delivery: phone_sheets.OnSheet,
) -> Reply:
    request = requests.with_ids(tx.connection, [delivery.request_id], lock=True)[RequestId(delivery.request_id)]
    responder = None
    out = False
    is_about_details = delivery.kind is MessageKind.DETAILS and letter == "d"
    if delivery.offer_id is None or (delivery.kind is not MessageKind.OFFER and not is_about_details):
        outcome = ReplyOutcome.TOLD if letter == "a" else ReplyOutcome.NO_ANSWER
        if delivery.offer_id is not None and delivery.delivery.recipient == "responder":
            responder = _code_of(tx, delivery.offer_id)
    else:
        offer = offers.with_id(tx.connection, delivery.offer_id)
        if offer is None:
            raise Refused("row {row} has no offer", row=row_no)
        responder = people.with_ids(tx.connection, tx.community, [offer.responder_id])[offer.responder_id].code
        outcome = _answer_call(tx, actor, rules, offer, request, letter)
        out = letter == "d" and _wants_out(tx, offer, Word.NO)
    phone_sheets.key_back(tx.connection, tx.community, sheet_no, row_no, letter)
    tx.record(
        actor, "keyed-back", request.id, sheet=sheet_no, row=row_no, letter=letter, outcome=outcome.value
    )
    return Reply(outcome=outcome, number=request.number, responder=responder, row=row_no, wants_out=out)


def _code_of(tx: Transaction, offer_id: str) -> str | None:
    offer = offers.with_id(tx.connection, offer_id)
    if offer is None:
        return None
    return people.with_ids(tx.connection, tx.community, [offer.responder_id])[offer.responder_id].code


def _answer_call(
    tx: Transaction, actor: Actor, rules: Rules, offer: Offer, request: Request, letter: str
) -> ReplyOutcome:
    if letter in ("a", "d"):
        return answer_offer(tx, actor, rules, offer, Word.YES if letter == "a" else Word.NO)
    current = offers.with_id(tx.connection, offer.id) or offer
    if current.state is not OfferState.OFFERED:
        return _too_late(current, request, Word.NO)
    offers.change(tx.connection, current, OfferState.EXPIRED, ended_at=tx.now)
    tx.record(
        actor, "offer-ended", request.id, offer=offer.id, was="offered", now="expired", letter=letter
    )
    if letter == "n":
        back_to_waiting(tx, actor, rules, [request.id], reason="no-answer")
        return ReplyOutcome.NO_ANSWER
    (one,) = people.with_ids(tx.connection, tx.community, [offer.responder_id]).values()
    people.change_pause(tx.connection, one.id, WITHOUT_PHONE_UNTIL)
    tx.record(actor, "wrong-number", request.id, offer=offer.id, responder=one.id)
    back_to_waiting(tx, actor, rules, [request.id], reason="wrong-number")
    return ReplyOutcome.WRONG_NUMBER
