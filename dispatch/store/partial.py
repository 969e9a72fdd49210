"""What is unique only among some rows: never more than headcount, never above capacity, nobody asked twice at once.

Part of ``tables.py`` in all but place: naming a dialect's option loads that dialect,
and only those who make or compare tables need it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, text

from dispatch.model.lifecycle import HOLDS_SEAT, HOLDS_SLOT
from dispatch.store.columns import one_of
from dispatch.store.tables import delivery, offer


def _unique_where(name: str, condition: str, *columns: Column[object]) -> Index:
    return Index(name, *columns, unique=True, sqlite_where=text(condition), postgresql_where=text(condition))


PARTIAL: Final = (
    _unique_where("uq_offer_one_holder_a_slot", one_of("state", HOLDS_SLOT), offer.c.request_id, offer.c.slot_no),
    _unique_where("uq_offer_one_offer_a_seat", one_of("state", HOLDS_SEAT), offer.c.responder_id, offer.c.seat_no),
    _unique_where(
        "uq_offer_one_offer_a_pair",
        one_of("state", HOLDS_SEAT | HOLDS_SLOT),
        offer.c.request_id,
        offer.c.responder_id,
    ),
    _unique_where(
        "uq_delivery_once_an_occasion",
        "offer_id IS NULL",
        delivery.c.request_id,
        delivery.c.kind,
        delivery.c.channel,
        delivery.c.occasion,
    ),
)
"""Each is added to its table by being made."""
