"""Ask one person by hand, under the same rules as a round."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from dispatch.desk.answering import answer_offer
from dispatch.desk.answers import Word
from dispatch.desk.asking import BY_HAND, Chosen, ask
from dispatch.desk.clearness import check_clear
from dispatch.desk.moves import end_offers, find_request, move
from dispatch.desk.silence import end_unanswered
from dispatch.desk.snapshot import Snapshot, take_snapshot
from dispatch.desk.ways_out import is_over, wrong_number
from dispatch.errors import NotAllowedNow, Refused
from dispatch.model.actor import Actor
from dispatch.model.assignment import Offer
from dispatch.model.lifecycle import HOLDS_SEAT, HOLDS_SLOT, OFFER_SENTENCES, STATE_SENTENCES, OfferState, RequestState
from dispatch.model.request import Request
from dispatch.model.responder import Responder
from dispatch.model.rules import Rules
from dispatch.plugins.cost_terms import NO_TERMS, CostTerms
from dispatch.store import events, offers, people
from dispatch.store.engine import Transaction

BY_HAND_FROM: Final = frozenset(
    {RequestState.RECEIVED, RequestState.TRIAGED, RequestState.ASKING, RequestState.NEEDS_PERSON}
)
"""States from which a person may decide to ask somebody."""

_EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)


def offer_by_hand(
    tx: Transaction,
    actor: Actor,
    rules: Rules,
    number: int,
    code: str,
    *,
    again: bool = False,
    accepted: bool = False,
    terms: CostTerms = NO_TERMS,
) -> Offer:
    """Ask one person for a request by hand (派单), under the same rules as a round.

    A request that needs a person waits to be matched by it, for a person has decided; but one with emergency words
    is first let go by name (``triage``).

    Args:
        code: The responder's code.
        again: Ask even though they were asked for this request before.
        accepted: They have said yes already, on the phone or at the door. Where every place was being asked of
            somebody else, the one asked last is told that they are not needed.
        terms: What plugins have to say; those that break are left out.

    Returns:
        The offer as it stands now.

    Raises:
        Refused: A rule speaks against it; the sentence says which.
        NotAllowedNow: The request is not waiting for anybody.
    """
    request = find_request(tx, actor, "offer", number)
    responder = people.with_code(tx.connection, tx.community, code)
    if request.state is RequestState.NEEDS_PERSON:
        check_clear(tx, request)
    _check_waiting(request)
    if accepted:
        standing = _asked_now(tx, actor, request, responder)
        if standing is not None:
            return _with_yes(tx, actor, rules, standing)
    _check_time(request, tx.now)
    if request.state in (RequestState.RECEIVED, RequestState.NEEDS_PERSON):
        request = move(tx, actor, rules, request, RequestState.TRIAGED)
    _check_holds_none(tx, request, responder)
    snapshot, _ = take_snapshot(tx, rules, only=request).with_terms(terms)
    if accepted:
        snapshot = snapshot.with_nobody_disturbed()
    costs = _terms_by_hand(tx, snapshot, responder, again=again)
    if accepted:
        _make_room(tx, actor, request)
    made = ask(
        tx, actor, rules, [Chosen(request_id=request.id, responder_id=responder.id, terms=costs)], BY_HAND
    )
    if not made:
        raise NotAllowedNow(
            "somebody is already asked for every place of request {number}",
            number=number,
            hint="wait for the answer, or ask for more people: dispatch request edit {number} --headcount N",
        )
    return _with_yes(tx, actor, rules, made[0]) if accepted else made[0]


def _asked_now(tx: Transaction, actor: Actor, request: Request, responder: Responder) -> Offer | None:
    """Return the offer they are being asked with, if its time is not over."""
    asked = [
        one
        for one in offers.of_requests(tx.connection, [request.id])
        if one.responder_id == responder.id and one.state is OfferState.OFFERED
    ]
    if asked and asked[0].deadline_at <= tx.now:
        end_unanswered(tx, actor, asked)
        return None
    return asked[0] if asked else None


def _make_room(tx: Transaction, actor: Actor, request: Request) -> None:
    asked = [one for one in offers.of_requests(tx.connection, [request.id]) if one.state is OfferState.OFFERED]
    if asked and len(asked) >= len(offers.free_slots(tx.connection, request.id)):
        end_offers(tx, actor, asked[-1:], OfferState.WITHDRAWN, request.number)


def _with_yes(tx: Transaction, actor: Actor, rules: Rules, asked: Offer) -> Offer:
    answer_offer(tx, actor, rules, asked, Word.YES)
    now = offers.with_id(tx.connection, asked.id)
    assert now is not None, "no offer is ever removed"
    return now


def _check_waiting(request: Request) -> None:
    if request.state is RequestState.NEEDS_PERSON and request.reason == "emergency":
        raise NotAllowedNow(
            "request {number} has emergency words, so nobody can be asked for it before somebody has looked at it",
            number=request.number,
            hint="when it can wait for a helper: dispatch request triage {number}",
        )
    if request.state not in BY_HAND_FROM:
        raise NotAllowedNow(
            "request {number} is {state}, so nobody can be asked for it",
            number=request.number,
            state=STATE_SENTENCES[request.state],
            hint="see what can be done: dispatch request show {number}",
        )


def _check_time(request: Request, now: datetime) -> None:
    if is_over(request, now):
        raise NotAllowedNow(
            "the time that was asked for in request {number} is over, so nobody can come in it",
            number=request.number,
            hint="agree on another time: dispatch request edit {number} --window BEGIN/END",
        )


def _check_holds_none(tx: Transaction, request: Request, responder: Responder) -> None:
    for one in offers.of_requests(tx.connection, [request.id]):
        if one.responder_id == responder.id and one.state in HOLDS_SEAT | HOLDS_SLOT:
            raise NotAllowedNow(
                "{code} was asked for request {number}, and it stands: {state}",
                code=responder.code,
                number=request.number,
                state=OFFER_SENTENCES[one.state],
                hint="see what can be done: dispatch request show {number}",
            )


def _opted_out(tx: Transaction, responder: Responder) -> bool:
    return any(
        str(one.params["responder"]) == responder.id
        for one in events.of_kind(tx.connection, tx.community, "opted-out", _EVER)
    )


def _terms_by_hand(tx: Transaction, snapshot: Snapshot, responder: Responder, *, again: bool) -> Mapping[str, int]:
    if not responder.is_active and _opted_out(tx, responder):
        raise Refused(
            "{code} has asked not to be asked any more",
            code=responder.code,
            hint="only if they have come back to it themselves: dispatch responder edit {code} --active",
        )
    if not responder.is_active:
        raise Refused("{code} has left", code=responder.code, hint="see who is here: dispatch responder list")
    from dispatch.solver.explain import objection  # brings NumPy, which a round leaves to its child

    (need,) = snapshot.problem.needs
    terms, speaks_against = objection(snapshot.problem, need.id, responder.id, ignore_asked=again)
    if speaks_against is not None:
        if wrong_number(responder) is not None:
            raise Refused(
                "{code} cannot be asked for request {number}: {why}",
                code=responder.code,
                number=need.number,
                why=speaks_against,
                hint="put it right: dispatch responder edit {code} --phone PHONE",
            )
        raise Refused(
            "{code} cannot be asked for request {number}: {why}",
            code=responder.code,
            number=need.number,
            why=speaks_against,
            hint="see who can: dispatch explain {number}",
        )
    return terms
