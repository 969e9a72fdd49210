"""Record how attempts to send ended, many at once: who is tried again, and what goes to the next channel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dispatch.desk.delivery.letters import Letter
from dispatch.desk.delivery.sending import Ended
from dispatch.i18n import sentence
from dispatch.model.actor import Actor
from dispatch.model.message import NEVER_RUNG_UP, DeliveryState, MessageKind, Outcome, Receipt
from dispatch.model.rules import Rules
from dispatch.store import claims, outbox, private
from dispatch.store.claims import Settled
from dispatch.store.engine import Transaction
from dispatch.store.outbox import PHONE_LIST, Delivery, Outgoing

FIRST_WAIT_SECONDS: Final = 15
LONGEST_WAIT_SECONDS: Final = 600

_COSTS: Final = (Outcome.SENT, Outcome.UNKNOWN)
"""Ends after which the next system may have taken the message, and charged for it."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    ended: Ended
    receipt: Receipt | None
    settled: Settled
    counts_as: str


def settle(tx: Transaction, actor: Actor, rules: Rules, ended: Sequence[Ended]) -> Counter[str]:
    """Record how attempts ended; return how many count as what.

    What its channel gave up goes to the next one. What a channel is left alone with (see ``Breaker``) waits
    without losing a try, but no longer than a quarter of the time in which an answer is awaited: then it goes to
    the next channel. What nobody answers loses a try, so that it does not wait for ever.
    """
    verdicts = [_judge(tx.now, rules, one) for one in ended]
    written = claims.record(tx.connection, tx.now, [one.settled for one in verdicts])
    tally: Counter[str] = Counter()
    for one in verdicts:
        delivery, receipt = one.ended.parcel.delivery, one.receipt
        to = one.ended.parcel.message.to
        if receipt is not None and receipt.address_is_gone and to:
            private.forget_address(tx.connection, delivery.channel, to)
        if receipt is None:
            tally["not_tried"] += 1
        elif delivery.id not in written:
            leave_event(tx, actor, delivery, "came-late", outcome=receipt.outcome.value)
            tally["came_late"] += 1
        else:
            state = one.settled.state
            leave_event(tx, actor, delivery, "delivered", outcome=receipt.outcome.value, now=state.value)
            if state is DeliveryState.GAVE_UP:
                fall_on(tx, actor, delivery, one.ended.parcel.order)
            tally[one.counts_as] += 1
    return tally


def drop(tx: Transaction, actor: Actor, unneeded: Sequence[Delivery]) -> None:
    """Let messages that were taken up and that nobody needs any more go no further."""
    claims.record(tx.connection, tx.now, [Settled(one, DeliveryState.DROPPED) for one in unneeded])
    for one in unneeded:
        leave_event(tx, actor, one, "dropped")


def _judge(now: datetime, rules: Rules, ended: Ended) -> _Verdict:
    parcel, receipt = ended.parcel, ended.receipt
    delivery = parcel.delivery
    rest = timedelta(seconds=ended.rest_seconds)
    if receipt is None and rest and parcel.wait_until is None:
        receipt = Receipt(outcome=Outcome.TRY_LATER, note=sentence("the channel is left alone after it failed").id)
    elif receipt is None and rest and parcel.wait_until is not None and now + rest > parcel.wait_until:
        receipt = Receipt(outcome=Outcome.GIVE_UP, note=sentence("the channel is left alone after it failed").id)
    if receipt is None:
        next_at = now + rest if rest else delivery.next_at
        return _Verdict(ended, None, Settled(delivery, DeliveryState.READY, None, next_at, tries=-1), "not_tried")
    is_unknown = receipt.outcome is Outcome.UNKNOWN
    unknowns = delivery.unknowns + (is_unknown and not ended.is_final)
    is_over = (
        receipt.outcome is Outcome.GIVE_UP
        or delivery.attempt >= rules.send_attempts
        or (is_unknown and unknowns > rules.blind_resends)
    )
    state, next_at = DeliveryState.READY, now + max(_wait(delivery.attempt), rest)
    if receipt.outcome is Outcome.SENT:
        state, next_at = DeliveryState.SENT, delivery.next_at
    elif is_over:
        state, next_at = DeliveryState.GAVE_UP, delivery.next_at
    cost = parcel.price_fen if receipt.outcome in _COSTS else 0
    settled = Settled(delivery, state, receipt, next_at, unknowns=unknowns, cost_fen=cost)
    return _Verdict(ended, receipt, settled, "gave_up" if state is DeliveryState.GAVE_UP else receipt.outcome.value)


def fall_on(tx: Transaction, actor: Actor, delivery: Delivery, order: Sequence[str]) -> None:
    """Give a message that its channel gave up to the next one; last to the phone list, with an alarm.

    Args:
        order: The channels that its reader may be tried by, first choice first.
    """
    tried = outbox.channels_tried(tx.connection, delivery)
    following = next((name for name in order if name not in tried), None)
    if following is None:
        leave_event(tx, actor, delivery, "nobody-told")
        return
    again = Outgoing(
        request_id=delivery.request_id,
        recipient=delivery.recipient,
        kind=delivery.kind,
        channel=following,
        offer_id=delivery.offer_id,
        occasion=delivery.occasion,
    )
    # Due since the first one was, so that it still goes out in this call.
    outbox.enqueue(tx.connection, delivery.next_at, [again])
    if following == PHONE_LIST:
        leave_event(tx, actor, delivery, "fell-to-phone-list")


def order_of(rules: Rules, letter: Letter) -> tuple[str, ...]:
    """Return the channels that a letter's reader may be tried by, first choice first."""
    if letter.kind in NEVER_RUNG_UP:
        return tuple(name for name in rules.resident_channels if name != PHONE_LIST)
    if letter.delivery.recipient == "resident" or letter.responder is None:
        return (*rules.resident_channels, PHONE_LIST)
    if letter.has_left:
        return (PHONE_LIST,)
    wished = letter.responder.channel
    return (*([wished] if wished else []), *rules.channels, PHONE_LIST)


def may_wait_until(letter: Letter) -> datetime | None:
    """Return until when a message may wait for a channel that is left alone; none where no answer is awaited."""
    offer = letter.offer
    if offer is None or letter.kind is not MessageKind.OFFER:
        return None
    return offer.offered_at + (offer.deadline_at - offer.offered_at) / 4


def leave_event(tx: Transaction, actor: Actor, delivery: Delivery, happened: str, **params: str) -> None:
    """Leave in the log what happened to a message."""
    tx.record(
        actor,
        happened,
        delivery.request_id,
        channel=delivery.channel,
        message=delivery.kind.value,
        offer=delivery.offer_id,
        attempt=delivery.attempt,
        **params,
    )


def _wait(attempt: int) -> timedelta:
    return timedelta(seconds=min(FIRST_WAIT_SECONDS * 2 ** (attempt - 1), LONGEST_WAIT_SECONDS))
