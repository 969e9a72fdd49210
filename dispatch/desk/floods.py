"""Guessed codes and floods of messages from one phone: kept, and answered with silence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from dispatch.desk.answering import ReplyOutcome
from dispatch.desk.answers import Answer, Word
from dispatch.model.responder import Responder
from dispatch.store import inbox, private
from dispatch.store.engine import Transaction

WITHIN: Final = timedelta(minutes=10)
MOST_WRONG: Final = 5
"""Wrong codes of one phone within that time; what it says with a code after them decides nothing."""

MOST_UNREADABLE: Final = 20
"""Messages of one phone within that time that a person would have to read; more wait for nobody."""

BY_HAND: Final = "by-hand"
"""What somebody at the desk types is no flood."""

_UNREADABLE: Final = (ReplyOutcome.UNKNOWN, ReplyOutcome.UNCLEAR)


def sender_of(tx: Transaction, known: Sequence[Responder], phone: str) -> str | None:
    """Return under which id a phone's messages are counted; none for a phone of which nothing is kept yet."""
    return known[0].person_id if known else private.first_with_phone(tx.connection, phone)


def is_silenced(
    tx: Transaction, channel: str, sender: str | None, known: Sequence[Responder], answer: Answer
) -> bool:
    """Return whether a message decides nothing because of the wrong codes before it; who wants no more is heard."""
    if channel == BY_HAND or sender is None or answer.word is Word.STOP or (known and answer.code is None):
        return False
    return inbox.count_from(tx.connection, sender, [ReplyOutcome.UNKNOWN], tx.now - WITHIN) >= MOST_WRONG


def is_flood(tx: Transaction, channel: str, sender: str | None, outcome: ReplyOutcome) -> bool:
    """Return whether a message that a person would have to read is one too many."""
    if channel == BY_HAND or sender is None or outcome not in _UNREADABLE:
        return False
    return inbox.count_from(tx.connection, sender, _UNREADABLE, tx.now - WITHIN) >= MOST_UNREADABLE
