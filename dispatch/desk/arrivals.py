"""Take in what came back over the channels: reports go to their messages, answers to their offers, each once."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Protocol

from dispatch.desk.answering import ReplyOutcome
from dispatch.desk.answers import Answer, Word
from dispatch.desk.authorize import authorize
from dispatch.desk.delivery.letters import is_needed, read_letters
from dispatch.desk.delivery.settling import fall_on, order_of
from dispatch.desk.floods import is_silenced, sender_of
from dispatch.desk.replies import reply_from_phone
from dispatch.errors import Conflict, DispatchError, Unavailable
from dispatch.model.actor import Actor, Role
from dispatch.model.arrival import Arrival, Arrived, Incoming, Report
from dispatch.model.request import Private
from dispatch.model.rules import Rules
from dispatch.store import inbox, private, reports
from dispatch.store.engine import Database, Transaction

WAITS_FOR_RECEIPT: Final = timedelta(days=3)
"""How long a report may be quicker than the receipt of its message; then it was about none of ours."""

_ROUNDS: Final = 20
"""How often a channel is asked at one time for what has come back; what is left comes the next time."""

LONGEST_TEXT: Final = 4_000
"""Characters of an answer that are kept."""

_LONGEST_ID: Final = 120
_TRIES: Final = 3

log = logging.getLogger("dispatch.arrivals")


class Hearing(Protocol):
    """A channel as far as it is heard: behind its guard, so that it raises nothing."""

    def collect(self) -> Sequence[Arrival]:
        """Return what has come back and was not acknowledged yet."""

    def acknowledge(self, arrivals: Sequence[Arrival]) -> None:
        """Let go of what is stored now."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """How much came back.

    Args:
        answers: What somebody wrote, each message counted once.
        reports: Words on what became of messages, each counted once.
    """

    answers: int = 0
    reports: int = 0


def collect(database: Database, actor: Actor, rules: Rules, channels: Mapping[str, Hearing]) -> TakenIn:
    """Take in what has come back over every channel that hears, and let the channels go of it once it is stored.

    After a crash in between a channel brings the same again, which changes nothing more.

    Raises:
        Refused: The actor may not.
        Unavailable: The database does not answer; what was not stored stays with its channel.
    """
    authorize(actor, "deliver")
    answers = heard = 0
    for name, channel in sorted(channels.items()):
        for _ in range(_ROUNDS):
            arrivals = channel.collect()
            if not arrivals:
                break
            taken = take_in(database, actor, rules, name, arrivals)
            answers, heard = answers + taken.answers, heard + taken.reports
            channel.acknowledge(arrivals)
    database.write(lambda tx: settle_reports(tx, actor, rules))
    return TakenIn(answers, heard)


def take_in(
    database: Database, actor: Actor, rules: Rules, channel: str, arrivals: Sequence[Arrival]
) -> TakenIn:
    """Store what came back over one channel, and let it have its effect; the same again has none.

    Args:
        channel: Its name.

    Raises:
        Unavailable: The database does not answer; some of it may be stored.
    """
    authorize(actor, "deliver")
    heard = [one for one in arrivals if isinstance(one, Report)]
    new = 0
    if heard:
        new = database.write(lambda tx: _keep_reports(tx, actor, rules, channel, heard))
    answers = sum(
        _take_answer(database, rules, channel, _storable(one)) for one in arrivals if isinstance(one, Incoming)
    )
    return TakenIn(answers, new)


def settle_reports(tx: Transaction, actor: Actor, rules: Rules) -> int:
    """Let reports have their effect whose message has its receipt by now.

    One that arrived is only shown. One that did not, though it counted as sent, goes on to
    the next channel as if it had been given up at once; no deadline is touched.

    Returns:
        How many messages went on.
    """
    authorize(actor, "deliver")
    since = tx.now - WAITS_FOR_RECEIPT
    reports.forget_strangers(tx.connection, since)
    ready = reports.ready(tx.connection, tx.community, since)
    reports.settle(tx.connection, (one.id for one in ready))
    went_on = 0
    for one in ready:
        if one.outcome is not Arrived.FAILED or one.has_arrived or not reports.give_up_sent(tx.connection, one.message):
            continue
        message = one.message
        tx.record(
            actor,
            "not-arrived",
            message.request_id,
            channel=message.channel,
            message=message.kind.value,
            offer=message.offer_id,
        )
        (letter,) = read_letters(tx, [message])
        if is_needed(letter, tx.now, rules):
            fall_on(tx, actor, replace(message, next_at=tx.now), order_of(rules, letter))
            went_on += 1
    return went_on


def _keep_reports(tx: Transaction, actor: Actor, rules: Rules, channel: str, heard: Sequence[Report]) -> int:
    new = sum(reports.keep(tx.connection, channel, _clean(one), tx.now) for one in heard)
    settle_reports(tx, actor, rules)
    return new


def _take_answer(database: Database, rules: Rules, channel: str, one: Incoming) -> bool:
    """Take one answer; whatever it is, it is stored and somebody can read it.

    Returns:
        Whether it is new.
    """
    actor = Actor(name=channel, role=Role.ADMIN)
    for _ in range(_TRIES):
        taken = _try_answer(database, actor, rules, channel, one)
        if taken is not None:
            return taken
    return database.write(lambda tx: _keep_unread(tx, actor, channel, one))


def _try_answer(database: Database, actor: Actor, rules: Rules, channel: str, one: Incoming) -> bool | None:
    """Take one answer; none where somebody else was first, who sees the next time what the winner did."""
    said = {"channel": channel, "message_id": one.message_id}
    try:
        reply = database.write(lambda tx: reply_from_phone(tx, actor, rules, one.sender, one.text, **said))
    except Conflict:
        return None
    except Unavailable:
        raise
    except DispatchError:
        return database.write(lambda tx: _keep_unread(tx, actor, channel, one))
    except Exception as fault:  # noqa: BLE001  an answer that breaks us must not come back for ever
        log.warning("an answer over %s could not be read: %s", channel, type(fault).__name__)
        return database.write(lambda tx: _keep_unread(tx, actor, channel, one))
    return not reply.was_repeated


def _keep_unread(tx: Transaction, actor: Actor, channel: str, one: Incoming) -> bool:
    """Keep an answer with which nothing could be done: from no phone that can be, or one that we cannot read."""
    if not inbox.claim(tx.connection, channel, one.message_id, tx.now):
        return False
    phone = one.sender[:_LONGEST_ID]
    sender = sender_of(tx, [], phone)
    outcome = ReplyOutcome.UNKNOWN
    if is_silenced(tx, channel, sender, [], Answer(Word.UNCLEAR)):
        phone, outcome = "", ReplyOutcome.TOO_MANY
    words_id = private.keep(tx.connection, Private(phone=phone, notes=one.text))
    inbox.keep(
        tx.connection,
        channel,
        one.message_id,
        body=Word.UNCLEAR.value,
        words_id=words_id,
        outcome=outcome.value,
        offer_id=None,
        sender_id=sender or words_id,
    )
    if outcome is not ReplyOutcome.TOO_MANY:
        tx.record(actor, "replied", outcome=outcome.value, channel=channel)
    return True


def _storable(one: Incoming) -> Incoming:
    """Return an answer that every database takes: no zero bytes, no halves of characters, and an id of some length."""
    message_id = one.message_id
    if len(message_id) > _LONGEST_ID or not message_id.isascii() or not message_id.isprintable():
        message_id = hashlib.sha256(message_id.encode("utf-8", "replace")).hexdigest()
    return Incoming(sender=_text(one.sender), text=_text(one.text)[:LONGEST_TEXT], message_id=message_id)


def _clean(one: Report) -> Report:
    return replace(one, reference=_text(one.reference), key=_text(one.key), note=_text(one.note))


def _text(said: str) -> str:
    return said.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
