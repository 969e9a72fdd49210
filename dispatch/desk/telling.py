"""What residents and helpers hear of a decision, put into the outbox by the channel that is theirs."""

from __future__ import annotations

from typing import Any

from dispatch.desk.moves import channel_for
from dispatch.model.actor import Actor
from dispatch.model.assignment import Offer
from dispatch.model.lifecycle import OfferState
from dispatch.model.message import NEVER_RUNG_UP, MessageKind
from dispatch.model.request import Private, Request
from dispatch.model.rules import Rules
from dispatch.store import events, offers, outbox, private, requests
from dispatch.store.engine import Transaction

NOBODY_TOLD = "nobody-told"
"""The event that is left where no message goes to a resident who should hear something."""


def tell_resident(
    tx: Transaction,
    actor: Actor,
    rules: Rules,
    request: Request,
    kind: MessageKind,
    *,
    offer_id: str | None = None,
    must_hear: bool = True,
) -> bool:
    """Put a message to the resident into the outbox, by the community's first channel for residents.

    Nothing goes to somebody without a phone, and nobody is rung up merely to be told a number.

    Args:
        must_hear: Whether the log says so where no message goes.

    Returns:
        Whether a message goes.
    """
    channel = next(iter(rules.resident_channels), outbox.PHONE_LIST)
    resident = private.look_up(tx.connection, [request.person_id]).get(request.person_id, Private())
    if not resident.phone or (kind in NEVER_RUNG_UP and channel == outbox.PHONE_LIST):
        if must_hear:
            tx.record(actor, NOBODY_TOLD, request.id, message=kind.value, offer=offer_id)
        return False
    one = outbox.Outgoing(
        request_id=request.id,
        offer_id=offer_id,
        recipient="resident",
        kind=kind,
        channel=channel,
        occasion=1 if offer_id else request.version,
    )
    outbox.enqueue(tx.connection, tx.now, [one])
    return True


def tell_details(tx: Transaction, rules: Rules, offer: Offer) -> None:
    """Tell whoever has just accepted where to go."""
    outbox.enqueue(tx.connection, tx.now, [_details(tx, rules, offer)])


def tell_corrected(tx: Transaction, rules: Rules, request: Request) -> list[dict[str, Any]]:
    """Tell everybody who has accepted a request what it says since it was corrected.

    Returns:
        By which message of which offer, and whether it was put into the outbox for this.
    """
    told = []
    for one in _going(tx, request):
        said = outbox.say_again(tx.connection, tx.now, _details(tx, rules, one))
        told.append({"offer": one.id, "message": said.name, "is_new": said.is_new})
    return told


def tell_who_comes(tx: Transaction, actor: Actor, rules: Rules, request: Request) -> list[dict[str, Any]]:
    """Tell a resident whose phone has only now become known who has accepted; as ``tell_corrected`` says it."""
    kind = MessageKind.WHO_COMES
    return [
        {"offer": one.id, "message": kind.value, "is_new": True}
        for one in _going(tx, request)
        if tell_resident(tx, actor, rules, request, kind, offer_id=one.id)
    ]


def was_nobody_told(tx: Transaction, number: int) -> bool:
    """Return whether the last step about a request should have been told to a resident whom no message reaches."""
    request = requests.with_number(tx.connection, tx.community, number)
    happened = list(events.read(tx.connection, tx.community, request_id=request.id))
    return any(one.kind == NOBODY_TOLD and one.step == happened[-1].step for one in happened)


def _details(tx: Transaction, rules: Rules, offer: Offer) -> outbox.Outgoing:
    reached = outbox.channels_reached(tx.connection, offer.id)
    return outbox.Outgoing(
        request_id=offer.request_id,
        offer_id=offer.id,
        recipient="responder",
        kind=MessageKind.DETAILS,
        channel=reached[-1] if reached else channel_for(tx, rules, [offer.responder_id])[offer.responder_id],
    )


def _going(tx: Transaction, request: Request) -> list[Offer]:
    made = offers.of_requests(tx.connection, [request.id])
    return [one for one in made if one.state in (OfferState.ACCEPTED, OfferState.DOING)]
