"""Say why a step stays, what that means, and the nearest way out; and how each kind of event is said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dispatch.desk.ways_out import may_be_offered
from dispatch.errors import NotAllowedNow
from dispatch.i18n import Sentence
from dispatch.model.assignment import OfferId
from dispatch.model.lifecycle import FINISHED, HOLDS_SLOT, OFFER_SENTENCES, STATE_SENTENCES, OfferState, RequestState
from dispatch.model.request import Request
from dispatch.store import community as towns
from dispatch.store import offers, people, requests
from dispatch.store.engine import Transaction
from dispatch.store.events import Event

KIND_SENTENCES: Final[dict[str, str]] = {
    "taken": "taken down",
    "moved": "moved on",
    "offered": "asked",
    "offer-ended": "no longer asked",
    "accepted": "said yes",
    "declined": "declined",
    "wrong-number": "wrong number",
    "wants-out": "wants to give it back",
    "stays": "comes after all",
    "rating-corrected": "the rating corrected",
    "answer-read": "an answer read by a person",
    "replied": "an answer came",
    "order-refused": "an order of another system not taken",
    "keyed-back": "keyed back from a phone sheet",
    "edited": "corrected",
    "responder-added": "a responder added",
    "responder-edited": "a responder changed",
    "block-added": "somebody is not sent to somebody any more",
    "block-lifted": "somebody may be sent to somebody again",
    "apart-added": "two people are not sent together any more",
    "apart-lifted": "two people may be sent together again",
    "left-out": "nobody could be asked",
    "solver-failed": "the best plan could not be found",
    "delivered": "a message was handed over",
    "fell-to-phone-list": "put on the phone list, as no other way worked",
    "sheet-printed": "a phone sheet was printed",
    "nobody-told": "nobody could be told",
    "dropped": "a message was not needed any more",
    "not-arrived": "a message did not arrive",
    "address-kept": "an address of a channel kept",
    "address-forgotten": "an address of a channel forgotten",
    "came-late": "a message arrived after all",
    "held-sent": "held messages were sent",
    "held-dropped": "held messages were dropped",
    "backed-up": "a copy was made",
    "opted-out": "asked not to be asked any more",
    "subscribe-link": "given a link for push messages",
    "undone": "taken back",
    "loaded": "the community was loaded",
    "desk-kept": "kept as corrected at the desk",
    "imported": "a file was imported",
    "exported": "a file was exported",
    "restored": "brought back from a copy",
}
"""How each kind of event is said."""


def not_taken_back(tx: Transaction, step: Sequence[Event]) -> NotAllowedNow:
    """Return the error for a step that stays, with the nearest way out as a command.

    Args:
        step: Its events, oldest first.
    """
    moves = [one for one in step if one.kind == "moved"]
    finished = [one for one in moves if one.params["now"] in (*FINISHED, RequestState.DONE)]
    if finished:
        (request,) = requests.with_ids(tx.connection, [str(finished[0].request_id)]).values()
        return _end_stays(tx, request, RequestState(finished[0].params["now"]))
    for one in step:
        ended = _ended_by(one)
        if ended in (OfferState.RELEASED, OfferState.DECLINED, OfferState.EXPIRED):
            number, code = _whose(tx, one)
            return NotAllowedNow(
                "the last step ({what}) is not one that can be taken back",
                what=OFFER_SENTENCES[ended],
                number=number,
                code=code,
                hint="ask them again: dispatch offer {number} --to {code} --again"
                if may_be_offered(tx, requests.with_number(tx.connection, tx.community, number))
                else "put it right by a step of its own; see how it stands: dispatch request show {number}",
            )
    what = Sentence(KIND_SENTENCES.get(step[0].kind, step[0].kind))
    if moves:
        (request,) = requests.with_ids(tx.connection, [str(moves[0].request_id)]).values()
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


def _end_stays(tx: Transaction, request: Request, became: RequestState) -> NotAllowedNow:
    """Return the error for a request that was brought to an end, with what that means now."""
    params = {
        "what": Sentence("request {number} is {state}", {"number": request.number, "state": STATE_SENTENCES[became]}),
        "number": request.number,
    }
    message = "the last step ({what}) is not one that can be taken back"
    if became is RequestState.RATED:
        return NotAllowedNow(message, **params, hint="give the right stars once more: dispatch rate {number} STARS")
    if became is RequestState.DONE:
        if request.state is not RequestState.DONE:
            hint = "see how it stands: dispatch request show {number}"
            return NotAllowedNow(message, **params, hint=hint)
        return NotAllowedNow(
            message,
            **params,
            codes=_helped(tx, request),
            hint="{codes} keeps it: if the work is still to be done, rate it once it is (dispatch rate {number} STARS);"
            " only if {codes} does not come: dispatch request triage {number}, then somebody else is asked",
        )
    services = {one.id: one.code for one in towns.services_of(tx.connection, tx.community)}
    return NotAllowedNow(
        message,
        **params,
        service=services[request.service_id],
        hint="it does not come back, and whoever had heard of it is told; if it is needed after all, take it anew"
        " (dispatch take --service {service} …), as it stands in: dispatch request show {number}",
    )


def _helped(tx: Transaction, request: Request) -> tuple[str, ...]:
    made = [one for one in offers.of_requests(tx.connection, [request.id]) if one.state in HOLDS_SLOT]
    who = people.with_ids(tx.connection, tx.community, (one.responder_id for one in made))
    return tuple(sorted(one.code for one in who.values()))


def _ended_by(happened: Event) -> OfferState | None:
    """Return how an offer ended, where the event says so."""
    if happened.kind == "declined":
        return OfferState.DECLINED
    return OfferState(happened.params["now"]) if happened.kind == "offer-ended" else None


def _whose(tx: Transaction, happened: Event) -> tuple[int, str]:
    """Return the number and the code of the offer that an event tells of."""
    offer = offers.with_id(tx.connection, OfferId(str(happened.params["offer"])))
    assert offer is not None, "no offer is ever removed"
    number = requests.with_ids(tx.connection, [offer.request_id])[offer.request_id].number
    return number, people.with_ids(tx.connection, tx.community, [offer.responder_id])[offer.responder_id].code
