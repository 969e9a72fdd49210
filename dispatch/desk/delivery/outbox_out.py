"""Empty the outbox through the channels; try again, try the next channel, tell someone.

Three commits a message: it is taken up, it is sent while no transaction is open,
its receipt is recorded. A crash in between leaves a message of which nobody knows
whether it went: the channel is asked, and else it goes out again at most
``rules.blind_resends`` times.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeAlias

from dispatch.desk.authorize import authorize
from dispatch.desk.delivery.budgets import Budgets, allowance
from dispatch.desk.delivery.letters import Letter, is_needed, quiet_for_letter, read_letters
from dispatch.desk.delivery.sending import Ended, Parcel, Sending, rest_of
from dispatch.desk.delivery.settling import drop, may_wait_until, order_of, settle
from dispatch.desk.delivery.short_links import with_link
from dispatch.desk.delivery.wording import word
from dispatch.desk.link_key import Links
from dispatch.desk.phones import can_be_dialled, is_fiction
from dispatch.errors import DispatchError
from dispatch.i18n import sentence
from dispatch.model.actor import Actor
from dispatch.model.community import Places
from dispatch.model.message import Message, Outcome, Receipt
from dispatch.model.rules import Rules
from dispatch.plugins.channel import Channel
from dispatch.store import claims
from dispatch.store.community import places_of
from dispatch.store.engine import Database, Transaction
from dispatch.store.outbox import PHONE_LIST, Delivery

Listener: TypeAlias = Callable[[Message, Receipt], None]

BATCH: Final = 100
"""Messages taken up at once for each channel."""

_SENDING_SHARE: Final = 0.8
"""How much of the lease is spent on sending; the rest is for recording the receipts."""

log = logging.getLogger("dispatch.delivery")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """How many attempts ended which way.

    Args:
        sent: The next system has taken them, or they stand on the phone list.
        try_later: They will be tried again.
        gave_up: This channel will not send them; the next one was given them, if there was one.
        unknown: Nobody knows yet; the channel will be asked, or they go out once more.
        dropped: Nobody needed them any more.
        capped: The channels, by name, that have cost as much today as they may: what was to go by them goes to the
            next channel.
    """

    sent: int = 0
    try_later: int = 0
    gave_up: int = 0
    unknown: int = 0
    dropped: int = 0
    capped: tuple[str, ...] = ()


def deliver(
    database: Database,
    actor: Actor,
    rules: Rules,
    channels: Mapping[str, Channel],
    *,
    only: Collection[str] | None = None,
    limit: int = 10_000,
    on_delivered: Listener | None = None,
    links: Links | None = None,
) -> Delivered:
    """Empty the outbox once: try everything that is due one time.

    What must be tried again waits for a later call. What one channel gives up
    goes to the next in this call, and what a channel may not be handed because it
    would cost too much today, or because it failed again and again and there is no
    time to wait for it: the one the responder wishes, then
    ``rules.channels`` (residents: ``rules.resident_channels``), last the phone list.

    Args:
        channels: Every open channel by name. The phone list needs none to be the last resort.
        only: Empty these channels, by name, and leave the others; none means every one.
        limit: The most messages to take up in this call.
        links: How offers get their short links, where they get any.
        on_delivered: Hears of each attempt after its receipt is committed; what it raises is logged, no more.

    Raises:
        Refused: The actor may not.
        Unavailable: The database does not answer; what was sent and not recorded counts as unknown later.
    """
    authorize(actor, "deliver")
    due_by, places = database.read(lambda tx: (tx.now, places_of(tx.connection, tx.community)))
    is_rehearsal = database.is_rehearsal()
    tally: Counter[str] = Counter()
    stuck: set[str] = set()
    capped: set[str] = set()
    taken = 1
    while taken and limit > 0:
        round_ = _Round(
            actor, rules, channels, due_by, limit, only, frozenset(stuck), capped, is_rehearsal, links, places
        )
        taken, batches, settled = database.write(partial(_take_up, round_))
        limit -= taken
        tally.update(settled)
        if batches:
            seconds = rules.lease_seconds * _SENDING_SHARE
            sending = Sending(batches, channels, blind_resends=rules.blind_resends, seconds=seconds)
            try:
                while ended := sending.wait():
                    tally.update(_record(database, actor, rules, ended, on_delivered))
            except BaseException:
                # Ctrl-C too: what was not begun goes back, so that it does not count as lost.
                with suppress(DispatchError):
                    _record(database, actor, rules, sending.stop(), on_delivered)
                raise
            stuck |= sending.stuck
    counted = {name: tally[name] for name in ("sent", "try_later", "gave_up", "unknown", "dropped")}
    return Delivered(**counted, capped=tuple(sorted(capped)))


def put_on_the_list(tx: Transaction, actor: Actor, rules: Rules) -> None:
    """Let what is waiting for the phone list stand on it, in the transaction that prints it.

    Raises:
        Refused: The actor may not.
    """
    authorize(actor, "deliver")
    round_ = _Round(actor, rules, {}, tx.now, 10_000, {PHONE_LIST}, frozenset(), set(), is_rehearsal=False)
    while _take_up(round_, tx)[0]:
        pass


@dataclass(frozen=True, slots=True)
class _Round:
    actor: Actor
    rules: Rules
    channels: Mapping[str, Channel]
    due_by: datetime
    limit: int
    only: Collection[str] | None
    stuck: frozenset[str]
    capped: set[str]
    is_rehearsal: bool
    links: Links | None = None
    places: Places | None = None


def _take_up(round_: _Round, tx: Transaction) -> tuple[int, dict[str, list[Parcel]], Counter[str]]:
    """Claim what is due, word it, and settle at once what no channel has to be asked about."""
    actor, rules = round_.actor, round_.rules
    claimed = _claim(round_, tx)
    batches: dict[str, list[Parcel]] = {}
    unneeded: list[Delivery] = []
    ended: list[Ended] = []
    budgets = Budgets(tx, round_.channels)
    for letter in read_letters(tx, claimed, round_.places):
        delivery = letter.delivery
        if not is_needed(letter, tx.now, rules):
            unneeded.append(delivery)
            continue
        # Who wished for no more messages, or has left, is rung up at most.
        is_rung_up_only = letter.has_left and delivery.channel != PHONE_LIST
        channel = None if is_rung_up_only else round_.channels.get(delivery.channel)
        until = quiet_for_letter(letter, tx.now, rules) if channel and channel.capabilities.disturbs else None
        if until is not None:
            claims.put_back(tx.connection, delivery, next_at=until)
            continue
        message = with_link(tx, round_.links, letter, word(letter, tx.now))
        parcel = Parcel(
            delivery,
            _addressed(message, letter, channel),
            order_of(rules, letter),
            may_wait_until(letter),
        )
        receipt = _without_asking(parcel, channel, is_rehearsal=round_.is_rehearsal)
        if receipt is None and channel is not None and (rest := rest_of(channel)) > 0:
            ended.append(Ended(parcel, None, rest_seconds=rest))
        elif receipt is None and channel is not None:
            parcel = replace(parcel, price_fen=channel.capabilities.price_fen(parcel.message.text))
            receipt = budgets.charge(parcel)
            if receipt is None:
                batches.setdefault(delivery.channel, []).append(parcel)
        if receipt is not None:
            ended.append(Ended(replace(parcel, price_fen=0), receipt))
    drop(tx, actor, unneeded)
    settled = settle(tx, actor, rules, ended)
    settled["dropped"] += len(unneeded)
    budgets.note(parcel for batch in batches.values() for parcel in batch)
    round_.capped.update(budgets.used_up)
    return len(claimed), batches, settled


def _addressed(message: Message, letter: Letter, channel: Channel | None) -> Message:
    """Put the channel's own address on a message, where it needs one; nobody's number means nobody's address."""
    if channel is None or not channel.capabilities.needs_address:
        return message
    is_nobodys = channel.capabilities.reaches_real_people and is_fiction(message.to)
    return replace(message, to="" if is_nobodys else letter.addresses.get(letter.delivery.channel, ""))


def _claim(round_: _Round, tx: Transaction) -> list[Delivery]:
    lease_until = tx.now + timedelta(seconds=round_.rules.lease_seconds)
    claimed: list[Delivery] = []
    for channel in claims.channels_due(tx.connection, tx.community, tx.now, round_.due_by):
        most = min(BATCH, round_.limit - len(claimed), allowance(tx, channel, round_.channels.get(channel)))
        is_wanted = channel not in round_.stuck and (round_.only is None or channel in round_.only)
        if is_wanted and most > 0:
            claimed += claims.claim(
                tx.connection,
                tx.community,
                tx.now,
                lease_until,
                channel=channel,
                due_by=round_.due_by,
                limit=most,
            )
    return claimed


def _without_asking(parcel: Parcel, channel: Channel | None, *, is_rehearsal: bool) -> Receipt | None:
    """Return the receipt of a message that its channel is not to be handed; none where it is."""
    message = parcel.message
    if channel is None:
        if parcel.delivery.channel == PHONE_LIST and message.to:
            return Receipt(outcome=Outcome.SENT, note=sentence("on the list").id)
        if parcel.delivery.channel == PHONE_LIST:
            return Receipt(outcome=Outcome.GIVE_UP, note=sentence("there is no phone number").id)
        return Receipt(outcome=Outcome.GIVE_UP, note=sentence("there is no such channel, or not for them").id)
    able = channel.capabilities
    if able.longest_text is not None and len(message.text) > able.longest_text:
        return Receipt(outcome=Outcome.GIVE_UP, note=sentence("the text is too long").id)
    if able.reaches_real_people and is_rehearsal:
        return Receipt(outcome=Outcome.GIVE_UP, note=sentence("this is a rehearsal").id)
    if able.needs_address and not message.to:
        return Receipt(outcome=Outcome.GIVE_UP, note=sentence("there is no address for this channel").id)
    is_phone = bool(message.to) and not able.needs_address
    if able.reaches_real_people and is_phone and not can_be_dialled(message.to):
        return Receipt(outcome=Outcome.GIVE_UP, note=sentence("a number that must not be dialled").id)
    return None


def _record(
    database: Database, actor: Actor, rules: Rules, ended: Sequence[Ended], on_delivered: Listener | None
) -> Counter[str]:
    tally = database.write(lambda tx: settle(tx, actor, rules, ended))
    for one in ended:
        if on_delivered is not None and one.receipt is not None:
            try:
                on_delivered(one.parcel.message, one.receipt)
            except (Exception, SystemExit) as fault:  # noqa: BLE001 - a listener cannot undo a delivery
                log.warning("a listener stopped: %s", type(fault).__name__)
    return tally
