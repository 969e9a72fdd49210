"""Silence: an offer that nobody answered ends, once, and the next person can be asked."""

from __future__ import annotations

from collections.abc import Iterable

from dispatch.desk.moves import move
from dispatch.model.actor import Actor
from dispatch.model.assignment import Offer
from dispatch.model.lifecycle import OfferState, RequestState
from dispatch.model.request import RequestId
from dispatch.model.rules import Rules
from dispatch.policy.waiting import after_silence
from dispatch.store import offers, outbox, requests
from dispatch.store.engine import Transaction


def expire_offers(tx: Transaction, actor: Actor, rules: Rules) -> int:
    """End every offer whose deadline has passed; return how many.

    Each ends once, however many workers look: the one that moves it first has
    moved it. A request with nobody left to answer waits to be matched again.
    """
    overdue = offers.overdue(tx.connection, tx.community, tx.now)
    held = requests.with_ids(tx.connection, (one.request_id for one in overdue), lock=True)
    overdue = [one for one in offers.overdue(tx.connection, tx.community, tx.now) if one.request_id in held]
    end_unanswered(tx, actor, overdue)
    follows = after_silence(tx.now)
    back_to_waiting(tx, actor, rules, (one.request_id for one in overdue), reason=follows.reason)
    return len(overdue)


def end_unanswered(tx: Transaction, actor: Actor, overdue: Iterable[Offer]) -> None:
    """End offers whose deadline has passed."""
    for one in overdue:
        offers.change(tx.connection, one, OfferState.EXPIRED, ended_at=tx.now)
        outbox.drop(tx.connection, offer_ids=[one.id])
        tx.record(actor, "offer-ended", one.request_id, offer=one.id, was="offered", now="expired")


def back_to_waiting(
    tx: Transaction, actor: Actor, rules: Rules, request_ids: Iterable[RequestId], reason: str
) -> None:
    """Let requests that nobody is being asked for any more wait to be matched again, and look at the others now."""
    wanted = sorted(set(request_ids))
    asked: dict[RequestId, list[Offer]] = {}
    for offer in offers.of_requests(tx.connection, wanted):
        if offer.state is OfferState.OFFERED:
            asked.setdefault(offer.request_id, []).append(offer)
    for request_id, request in requests.with_ids(tx.connection, wanted).items():
        if request.state is not RequestState.ASKING:
            continue
        if request_id not in asked:
            move(tx, actor, rules, request, RequestState.TRIAGED, reason=reason, check_at=tx.now)
        elif request.next_check_at is not None and request.next_check_at > tx.now:
            requests.change(tx.connection, request, next_check_at=tx.now)
