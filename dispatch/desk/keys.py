"""Keys of orders: one key, one content, one request; what undo took back may be taken under its key once more."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from dispatch.clock import rfc3339
from dispatch.errors import Conflict
from dispatch.model.lifecycle import OPEN, RequestState
from dispatch.model.request import Order, Request, RequestId
from dispatch.store import requests
from dispatch.store.engine import Transaction

NEXT_LIFE: Final = "\x1f"
"""Stands between a key and the count of its lives from the second on; no key that is given may hold it."""

_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """The newest request that was taken under a key.

    Args:
        key: As it is stored: the key that was given, or what is derived from it for its later lives.
        content: The hash of what was taken.
        next_key: Under which the need is stored when it is taken once more after this one was taken back.
    """

    key: str
    content: str
    request: Request
    next_key: str


def newest_lives(tx: Transaction, keys: Sequence[str]) -> dict[str, Life]:
    """Return, for each key that was used, the newest request taken under it."""
    found: dict[str, Life] = {}
    asked = {key: key for key in keys}
    count = 1
    while asked:
        count += 1
        known = requests.known_keys(tx.connection, list(asked))
        taken = requests.with_ids(tx.connection, (request_id for _, request_id, _ in known.values()))
        following: dict[str, str] = {}
        for stored, (content, request_id, _) in known.items():
            given = asked[stored]
            one = Life(
                key=stored,
                content=content,
                request=taken[RequestId(request_id)],
                next_key=f"{given}{NEXT_LIFE}{count}",
            )
            found[given] = one
            if one.request.was_taken_back:
                following[one.next_key] = given
        asked = following
    return found


def content_hash(key: str, order: Order) -> str:
    """Return the SHA-256, in hex, of what an order says, salted with its key."""
    person = order.person
    said = [
        key,
        order.service,
        order.place,
        order.household,
        order.urgency,
        order.headcount,
        [rfc3339(moment) for moment in order.window or ()],
        rfc3339(order.received_at) if order.received_at else None,
        person.name,
        person.phone,
        person.exact_address,
        person.floor,
        person.position,
        person.notes,
    ]
    return sha256(_COMPACT.encode(said).encode()).hexdigest()


def other_content(number: int, state: RequestState) -> Conflict:
    """Return the error for a key that stands for something else."""
    if state in OPEN:
        return Conflict(
            "this key was used for request {number}, with other content",
            number=number,
            hint="use a new key for a new need, or correct the old one: dispatch request edit {number}",
        )
    return Conflict(
        "this key was used for request {number}, with other content",
        number=number,
        hint="that one is closed; use a new key for a new need",
    )
