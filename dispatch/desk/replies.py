"""Accept, decline, silence, give back: the first valid answer decides, every other changes nothing and says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dispatch.desk.answering import (
    Reply,
    ReplyOutcome,
    answer_at_desk,
    answer_offer,
    contradicts,
    decline,
    time_over,
    wants_out,
)
from dispatch.desk.answers import Answer, Word, read_answer
from dispatch.desk.authorize import authorize
from dispatch.desk.floods import is_flood, is_silenced, sender_of
from dispatch.desk.keying import key_row_back
from dispatch.desk.moves import end_offers, find_request, live_offers, move, reaches, reaches_request
from dispatch.desk.phone_list.filled_in import FilledIn
from dispatch.desk.phone_list.keyed_rows import check_same_sheet
from dispatch.desk.phone_list.phone_sheets import read_sheet_answers
from dispatch.desk.phones import parse_phone
from dispatch.desk.protecting import let_go_of_lonely_minors
from dispatch.desk.silence import back_to_waiting
from dispatch.desk.telling import tell_resident
from dispatch.desk.ways_out import may_be_offered
from dispatch.errors import NotFound, Refused
from dispatch.model.actor import Actor
from dispatch.model.assignment import Offer
from dispatch.model.lifecycle import OfferState, RequestState
from dispatch.model.message import MessageKind
from dispatch.model.request import Private, Request
from dispatch.model.responder import Responder, ResponderId
from dispatch.model.rules import Rules
from dispatch.store import community as towns
from dispatch.store import inbox, offers, outbox, people, phone_sheets, private, requests
from dispatch.store.engine import Transaction


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
    answer = read_answer(text, tx.now, where.zone)
    sender = sender_of(tx, known, number)
    if is_silenced(tx, channel, sender, known, answer):
        reply, offer = Reply(outcome=ReplyOutcome.TOO_MANY, responder=codes[0] if codes else None), None
    else:
        reply, offer = _decide(tx, actor, rules, known, answer)
        if is_flood(tx, channel, sender, reply.outcome):
            reply, offer = replace(reply, outcome=ReplyOutcome.TOO_MANY), None
    # Of a flood only the first messages hold the phone itself: the others say through the sender whose they are.
    phone_kept = "" if sender is not None and reply.outcome is ReplyOutcome.TOO_MANY else number
    words_id = private.keep(tx.connection, Private(phone=phone_kept, notes=text))
    inbox.keep(
        tx.connection,
        channel,
        message_id,
        body=answer.understood,
        words_id=words_id,
        outcome=reply.outcome.value,
        offer_id=offer.id if offer else None,
        sender_id=sender or words_id,
        promised_at=answer.promised_at,
    )
    # The log is for ever: a flood does not fill it.
    if reply.outcome is not ReplyOutcome.TOO_MANY:
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
    outcome = answer_at_desk(tx, actor, rules, asked[-1], word)
    return _reply(tx, outcome, asked[-1], word, number, code)


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
    return _key_back(tx, actor, rules, sheet_no, read_sheet_answers(text))


def reply_from_file(tx: Transaction, actor: Actor, rules: Rules, sheet_no: int, filled_in: FilledIn) -> list[Reply]:
    """Key a phone list back from the table that somebody filled in beside the telephone: all of its rows, or none.

    Raises:
        Refused: It is another sheet's table: it says so, or its rows are about other requests or offers.
        NotFound: No such sheet, or no such row on it.
    """
    authorize(actor, "reply")
    if filled_in.sheet_no not in (None, sheet_no):
        raise Refused(
            "this is the table of phone sheet {there}, not of {sheet}",
            there=filled_in.sheet_no,
            sheet=sheet_no,
            hint="key it back with its own number: dispatch reply --sheet {there} --from-file FILE",
        )
    return _key_back(tx, actor, rules, sheet_no, filled_in.answers, filled_in)


def _key_back(
    tx: Transaction,
    actor: Actor,
    rules: Rules,
    sheet_no: int,
    answers: Iterable[tuple[int, str]],
    filled_in: FilledIn | None = None,
) -> list[Reply]:
    rows = []
    for row_no, letter in answers:
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
        rows.append((letter, delivery))
    if filled_in is not None:
        check_same_sheet(tx, sheet_no, filled_in, [row for _, row in rows])
    return [key_row_back(tx, actor, rules, row, letter) for letter, row in rows]


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
    let_go_of_lonely_minors(tx, actor, rules, [request.id])
    return requests.with_ids(tx.connection, [request.id])[request.id]


def _decide(
    tx: Transaction, actor: Actor, rules: Rules, known: list[Responder], answer: Answer
) -> tuple[Reply, Offer | None]:
    if not known:
        return Reply(outcome=ReplyOutcome.UNKNOWN), None
    code = known[0].code
    if answer.word is Word.STOP:
        for one in known:
            if one.is_active:
                people.change(tx.connection, one, people.resting(one))
                tx.record(actor, "opted-out", responder=one.id)
        _let_go(tx, actor, rules, [one.id for one in known])
        return Reply(outcome=ReplyOutcome.OPTED_OUT, responder=code), None
    offer = _offer_meant(tx, [one.id for one in known], answer)
    if offer is None:
        outcome = ReplyOutcome.UNKNOWN if answer.code else ReplyOutcome.UNCLEAR
        return Reply(outcome=outcome, responder=code), None
    request = requests.with_ids(tx.connection, [offer.request_id])[offer.request_id]
    who = next(one.code for one in known if one.id == offer.responder_id)
    if answer.word is Word.UNCLEAR:
        return Reply(outcome=ReplyOutcome.UNCLEAR, number=request.number, responder=who), offer
    outcome = answer_offer(tx, actor, rules, offer, answer.word, promised_at=answer.promised_at)
    return _reply(tx, outcome, offer, answer.word, request.number, who), offer


def _reply(tx: Transaction, outcome: ReplyOutcome, offer: Offer, word: Word, number: int, code: str) -> Reply:
    return Reply(
        outcome=outcome,
        number=number,
        responder=code,
        contradicts=contradicts(outcome, yes=word is Word.YES),
        deadline_at=time_over(outcome, offer),
        wants_out=wants_out(tx, offer, word),
    )


def _let_go(tx: Transaction, actor: Actor, rules: Rules, responder_ids: list[ResponderId]) -> None:
    """End what people are still asked for who wish to be asked no more, so that nobody rings them about it."""
    for offer in offers.held_by(tx.connection, responder_ids):
        if offer.state is OfferState.OFFERED:
            request = requests.with_ids(tx.connection, [offer.request_id], lock=True)[offer.request_id]
            decline(tx, actor, rules, offer, request)


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
