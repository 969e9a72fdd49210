"""Answers that nobody could act on, and orders that could not be read: they wait for a person, who ticks them off."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, NamedTuple

from dispatch.desk.authorize import authorize
from dispatch.desk.moves import scope
from dispatch.errors import NotFound, Refused
from dispatch.model.actor import Actor
from dispatch.model.request import Private
from dispatch.model.responder import Responder
from dispatch.model.rules import Rules
from dispatch.store import events, inbox, people, private
from dispatch.store.engine import Transaction

WAITS: Final = timedelta(days=1)
"""How long such an answer waits to be read."""

ORDER_WAITS: Final = timedelta(days=14)
"""How long an order of another system does: it is a need that nobody else knows of."""

SHORTEST_TAG: Final = 4


class Waiting(NamedTuple):
    """An answer that waits to be read, what is kept of it, and whose it may be."""

    answer: inbox.Unread
    kept: Private
    known: list[Responder]


def unread(tx: Transaction, within: frozenset[str] | None) -> list[Waiting]:
    """Return the answers of a day, and the orders of two weeks, that wait to be read, oldest first.

    Args:
        within: Only those of responders at these places (ids).
    """
    since = tx.now - ORDER_WAITS
    read = {
        str(one.params["answer"])
        for one in events.standing(tx.connection, tx.community, ("answer-read",), since)
    }
    found = []
    for one in inbox.unread(tx.connection, since):
        if not inbox.source_of(one.channel) and one.received_at < tx.now - WAITS:
            continue
        kept = private.look_up(tx.connection, [one.words_id] if one.words_id else []).get(one.words_id or "", Private())
        known = people.with_phone(tx.connection, tx.community, kept.phone) if kept.phone else []
        if one.tag not in read and (within is None or any(somebody.place_id in within for somebody in known)):
            found.append(Waiting(one, kept, known))
    return found


def shortest(tag: str, tags: list[str]) -> str:
    """Return the first digits of a tag, at least four, as many as part it from the others."""
    digits = SHORTEST_TAG
    while digits < len(tag) and sum(one.startswith(tag[:digits]) for one in tags) > 1:
        digits += 1
    return tag[:digits]


def mark_read(tx: Transaction, actor: Actor, rules: Rules, tag: str) -> inbox.Unread:
    """Tick off an answer that a person has read; what it came to is noted by a step of its own.

    Args:
        tag: Its first digits.

    Raises:
        NotFound: No answer that waits is called so.
        Refused: More than one is.
    """
    authorize(actor, "reply")
    waiting = [one.answer for one in unread(tx, scope(tx, actor))]
    found = [one for one in waiting if one.tag.startswith(tag)] if len(tag) >= SHORTEST_TAG else []
    if not found:
        raise NotFound("no answer called {tag} waits to be read", tag=tag, hint="see which do: dispatch today")
    if len(found) > 1:
        raise Refused("more than one answer is called {tag}", tag=tag, hint="see how they differ: dispatch today")
    tx.record(actor, "answer-read", answer=found[0].tag)
    return found[0]
