"""What protects people: how much they are asked, from whom they are kept, and with whom they never go."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from dispatch.model.lifecycle import OfferState
from dispatch.store.tables import offer


def asked_now(connection: Connection, responder_ids: Iterable[str]) -> dict[str, int]:
    """Return how many requests each of these responders is asked for and has not answered; none is absent."""
    found: dict[str, int] = {}
    wanted = sorted(set(responder_ids))
    for start in range(0, len(wanted), 500):
        rows = connection.execute(
            select(offer.c.responder_id, func.count())
            .where(
                offer.c.responder_id.in_(wanted[start : start + 500]),
                offer.c.state == OfferState.OFFERED.value,
            )
            .group_by(offer.c.responder_id)
        )
        found.update((row[0], row[1]) for row in rows)
    return found
