"""Who has been asked and not answered yet, and whom of them somebody must ring."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from dispatch.desk.authorize import authorize
from dispatch.desk.masking import mask_name
from dispatch.desk.moves import channel_for, scope
from dispatch.model.actor import Actor
from dispatch.model.lifecycle import OfferState, RequestState
from dispatch.model.rules import Rules
from dispatch.store import offers, outbox, people, phone_sheets, requests
from dispatch.store.engine import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """Answers that are still to come.

    Args:
        people: Offers that nobody has answered yet.
        to_ring: Those of them that are on the phone list.
    """

    people: int
    to_ring: int


def awaited(tx: Transaction, actor: Actor, rules: Rules) -> Awaited:
    """Return how many answers the actor's requests wait for.

    Raises:
        Refused: The actor may not.
    """
    authorize(actor, "round")
    within = scope(tx, actor)
    asking = requests.find(tx.connection, tx.community, states=[RequestState.ASKING])
    mine = [one.id for one in asking if within is None or one.place_id in within]
    waiting = [one for one in offers.of_requests(tx.connection, mine) if one.state is OfferState.OFFERED]
    channels = channel_for(tx, rules, [one.responder_id for one in waiting])
    since = tx.now - timedelta(days=rules.rating_days + 1)
    listed = {one.offer_id for one in phone_sheets.open_calls(tx.connection, tx.community, since)}
    to_ring = [
        one for one in waiting if one.id in listed or channels.get(one.responder_id) == outbox.PHONE_LIST
    ]
    return Awaited(people=len(waiting), to_ring=len(to_ring))


def covered_names(tx: Transaction, responder_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of responders as a list shows those who have not accepted, by code."""
    return {code: mask_name(name) for code, name in people.names_of(tx.connection, responder_ids).items()}
