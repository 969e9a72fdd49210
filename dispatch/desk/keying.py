"""Key one row of a printed phone sheet back."""

from __future__ import annotations

from dispatch.desk.answering import (
    Reply,
    ReplyOutcome,
    answer_at_desk,
    contradicts,
    is_open_still,
    time_over,
    too_late,
    wants_out,
)
from dispatch.desk.answers import Word
from dispatch.desk.silence import back_to_waiting
from dispatch.errors import Refused
from dispatch.model.actor import Actor
from dispatch.model.assignment import Offer
from dispatch.model.lifecycle import OfferState
from dispatch.model.message import MessageKind
from dispatch.model.request import Request, RequestId
from dispatch.model.responder import WITHOUT_PHONE_UNTIL
from dispatch.model.rules import Rules
from dispatch.store import offers, people, phone_sheets, requests
from dispatch.store.engine import Transaction


def key_row_back(tx: Transaction, actor: Actor, rules: Rules, row: phone_sheets.OnSheet, letter: str) -> Reply:
    """Let what was written on a row decide its offer, and keep it with the row.

    Args:
        letter: a accepted or told, d declined, n nobody picked up, x wrong number.

    Raises:
        Refused: The call was about an offer that is not there.
    """
    request = requests.with_ids(tx.connection, [row.request_id], lock=True)[RequestId(row.request_id)]
    responder = None
    out = against = False
    until = None
    is_about_details = row.kind is MessageKind.DETAILS and letter == "d"
    if row.offer_id is None or (row.kind is not MessageKind.OFFER and not is_about_details):
        outcome = ReplyOutcome.TOLD if letter == "a" else ReplyOutcome.NO_ANSWER
        if row.offer_id is not None and row.delivery.recipient == "responder":
            responder = _code_of(tx, row.offer_id)
    else:
        offer = offers.with_id(tx.connection, row.offer_id)
        if offer is None:
            raise Refused("row {row} has no offer", row=row.row_no)
        responder = _code_of(tx, row.offer_id)
        outcome = _answer_call(tx, actor, rules, offer, request, letter)
        out = letter == "d" and wants_out(tx, offer, Word.NO)
        against = contradicts(outcome, yes=letter == "a")
        until = time_over(outcome, offer)
    phone_sheets.key_back(tx.connection, tx.community, row.sheet_no, row.row_no, letter)
    tx.record(
        actor,
        "keyed-back",
        request.id,
        sheet=row.sheet_no,
        row=row.row_no,
        letter=letter,
        before=row.result,
        outcome=outcome.value,
    )
    return Reply(
        outcome=outcome,
        number=request.number,
        responder=responder,
        row=row.row_no,
        contradicts=against,
        deadline_at=until,
        wants_out=out,
    )


def _code_of(tx: Transaction, offer_id: str) -> str | None:
    offer = offers.with_id(tx.connection, offer_id)
    if offer is None:
        return None
    return people.with_ids(tx.connection, tx.community, [offer.responder_id])[offer.responder_id].code


def _answer_call(
    tx: Transaction, actor: Actor, rules: Rules, offer: Offer, request: Request, letter: str
) -> ReplyOutcome:
    if letter in ("a", "d"):
        return answer_at_desk(tx, actor, rules, offer, Word.YES if letter == "a" else Word.NO)
    current = offers.with_id(tx.connection, offer.id) or offer
    if current.state is not OfferState.OFFERED:
        outcome = too_late(current, request, Word.NO)
        if not is_open_still(current, tx.now) and outcome is not ReplyOutcome.EXPIRED:
            return outcome
        return _note_unreached(tx, actor, current, letter)
    offers.change(tx.connection, current, OfferState.EXPIRED, ended_at=tx.now)
    tx.record(
        actor, "offer-ended", request.id, offer=offer.id, was="offered", now="expired", letter=letter
    )
    outcome = _note_unreached(tx, actor, current, letter)
    reason = "no-answer" if outcome is ReplyOutcome.NO_ANSWER else "wrong-number"
    back_to_waiting(tx, actor, rules, [request.id], reason=reason)
    return outcome


def _note_unreached(tx: Transaction, actor: Actor, offer: Offer, letter: str) -> ReplyOutcome:
    if letter == "n":
        return ReplyOutcome.NO_ANSWER
    people.change_pause(tx.connection, offer.responder_id, WITHOUT_PHONE_UNTIL)
    tx.record(actor, "wrong-number", offer.request_id, offer=offer.id, responder=offer.responder_id)
    return ReplyOutcome.WRONG_NUMBER
