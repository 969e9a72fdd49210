"""What a channel may cost and how fast it is handed messages; what waits for one that is left alone; who is never reached."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.desk.delivery.outbox_out import Delivered, deliver
from dispatch.errors import Misconfigured
from dispatch.model.message import Capabilities, Message, MessageKind, Outcome, Receipt
from dispatch.model.rules import Rules
from dispatch.plugins.guarded import Guarded
from dispatch.plugins.opening import open_channels
from dispatch.plugins.reserved import Limits
from dispatch.store import outbox
from dispatch.store.engine import Database
from dispatch.store.outbox import Outgoing
from dispatch.store.tables import delivery
from dispatch.testing import RecordingChannel, a_message

RULES = Rules(channels=("sms",), resident_channels=("sms",))
PRICED = Capabilities(reaches_real_people=False, fen_per_part=40, part_lengths=(1000, 1000), disturbs=False)
FREE = Capabilities(reaches_real_people=False, disturbs=False)


class Breaking(RecordingChannel):
    """Raises whenever it is handed something, until it is mended."""

    is_mended = False

    def send(self, message: Message) -> Receipt:
        """Remember it, and raise."""
        super().send(message)
        if not self.is_mended:
            raise RuntimeError
        return Receipt(outcome=Outcome.SENT)


@pytest.fixture
def ask(street: Any) -> Callable[..., None]:
    """Ask so many people by SMS, each for a request of their own."""

    def work(count: int, **said: Any) -> None:
        for _ in range(count):
            request_id = street.request()
            who = street.responder(f"V{request_id[-12:]}", phone=f"+9991390{request_id[-6:]}", **said)
            one = Outgoing(
                request_id=request_id,
                offer_id=street.offer(request_id, who),
                recipient="responder",
                kind=MessageKind.OFFER,
                channel="sms",
            )
            street.database.write(lambda tx, one=one: outbox.enqueue(tx.connection, tx.now, [one]))

    return work


@pytest.fixture
def send(database: Database, actor: Any) -> Callable[..., Delivered]:
    """Empty the outbox through one guarded channel called sms."""

    def work(channel: Any, **limits: Any) -> Delivered:
        guarded = channel if isinstance(channel, Guarded) else Guarded("sms", channel, Limits(**limits))
        return deliver(database, actor, RULES, {"sms": guarded})

    return work


def rows(database: Database, *columns: str) -> list[tuple[Any, ...]]:
    """These columns of every message that went or waits by SMS."""
    wanted = select(*(delivery.c[name] for name in columns)).where(delivery.c.channel == "sms").order_by(delivery.c.id)
    return [tuple(row) for row in database.read(lambda tx: tx.connection.execute(wanted).all())]


def on_the_list(database: Database) -> int:
    """How many messages came to the phone list."""
    wanted = select(delivery.c.id).where(delivery.c.channel == "phone-list")
    return len(database.read(lambda tx: tx.connection.execute(wanted).all()))


def test_no_more_than_so_many_go_in_a_minute_whoever_sends_them(database, clock, ask, send):
    """Each call takes up what the minute has room for; the others wait without losing a try."""
    ask(5)
    channel = RecordingChannel(capabilities=FREE)

    sent = [send(channel, per_minute=2).sent, send(channel, per_minute=2).sent]
    waiting = [row for row in rows(database, "state", "attempt") if row[0] == "ready"]
    clock.at += timedelta(seconds=61)
    sent += [send(channel, per_minute=2).sent]

    assert sent == [2, 0, 2]
    assert waiting == [("ready", 0)] * 3


def test_a_day_costs_no_more_than_it_may_and_the_rest_goes_to_the_next_channel(database, clock, ask, send):
    """Two messages of 0.40 yuan fit into one yuan; the third stands on the phone list, with a note and an alarm."""
    ask(3)
    channel = RecordingChannel(capabilities=PRICED)

    done = send(channel, daily_yuan=1)
    told = rows(database, "state", "cost_fen", "note")
    ask(1)
    clock.at += timedelta(days=1)
    again = send(channel, daily_yuan=1)

    assert (done.sent, done.gave_up, done.capped) == (3, 1, ("sms",))
    assert told == [("sent", 40, ""), ("sent", 40, ""), ("gave_up", 0, "this channel may cost no more today")]
    assert on_the_list(database) == 1
    assert again.capped == ()


def test_what_did_not_go_cost_nothing_and_what_nobody_knows_did(database, ask, send):
    """A try that the gateway turned away is not charged; one that may have gone is."""
    ask(2)
    answers = [Receipt(outcome=Outcome.TRY_LATER), Receipt(outcome=Outcome.UNKNOWN)]

    send(RecordingChannel(answers, PRICED), daily_yuan=1)

    assert rows(database, "state", "cost_fen") == [("ready", 0), ("ready", 40)]


def test_messages_wait_for_a_channel_that_is_left_alone_and_lose_no_try(database, clock, ask, send):
    """After five failures the others are not even tried; a minute later one is, and then all go."""
    ask(8)
    channel = Guarded("sms", Breaking(capabilities=FREE))

    first = send(channel)
    after = rows(database, "state", "attempt", "unknowns")
    resting = send(channel)
    channel.inner.is_mended = True
    channel.breaker._opened_at -= 61
    clock.at += timedelta(seconds=61)
    mended = send(channel)

    assert (first.unknown, len(channel.inner.keys)) == (5, 13)
    assert after == [("ready", 1, 1)] * 5 + [("ready", 0, 0)] * 3
    assert (resting.sent, mended.sent) == (0, 8)


def test_an_offer_does_not_wait_longer_than_a_quarter_of_its_time(database, clock, ask, send):
    """Somebody has to answer yet: with less time left it goes to the next channel at once."""
    ask(1)
    channel = Guarded("sms", Breaking(capabilities=FREE))
    for _ in range(5):
        channel.breaker.failed()

    clock.at += timedelta(minutes=6)
    early = send(channel)
    waiting = rows(database, "state", "attempt")
    clock.at += timedelta(minutes=2)
    late = send(channel)

    assert (early.gave_up, waiting) == (0, [("ready", 0)])
    assert late.gave_up == 1
    assert on_the_list(database) == 1
    assert channel.inner.messages == []


def test_what_nobody_answers_loses_a_try_so_that_it_does_not_wait_for_ever(database, clock, street, send):
    """A word to a resident goes to the next channel after as many tries as any other."""
    request_id = street.request()
    one = Outgoing(request_id=request_id, recipient="resident", kind=MessageKind.RECEIVED, channel="sms")
    database.write(lambda tx: outbox.enqueue(tx.connection, tx.now, [one]))
    channel = Guarded("sms", Breaking(capabilities=FREE))
    for _ in range(5):
        channel.breaker.failed()

    tries = 0
    while on_the_list(database) == 0 and tries < 20:
        send(channel)
        clock.at += timedelta(minutes=10)
        tries += 1

    assert tries == RULES.send_attempts


@pytest.mark.parametrize("able", [{"needs_phone": True}, {"needs_phone": False}, {"needs_phone": False, "reads": ("text",)}])
def test_made_up_people_are_never_reached_on_a_real_database(database, actor, ask, able):
    """Delivery itself refuses, before any guard and whatever the channel's address is."""
    ask(2)
    channel = RecordingChannel(capabilities=Capabilities(reaches_real_people=True, disturbs=False, **able))

    done = deliver(database, actor, RULES, {"sms": channel})
    guarded = Guarded("sms", channel).send(a_message())

    assert channel.messages == []
    assert done.gave_up == 2
    assert guarded.outcome is Outcome.GIVE_UP


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ({"per_minute": 0}, "per_minute (messages a minute at most): is not between 1"),
        ({"daily_yuan": "much"}, "daily_yuan (yuan a day at most): is not a whole number"),
        ({"deadline_seconds": 0}, "deadline_seconds (how long that process is waited for, in seconds): is not between 1"),
        ({"own_process": "perhaps"}, "own_process (a process of its own): is neither true nor false"),
    ],
)
def test_the_desks_own_options_are_checked(option, said):
    """With the name of the setting and what is wrong with it."""
    with pytest.raises(Misconfigured) as told:
        open_channels({"sms": lambda options: RecordingChannel()}, {"sms": option}, rehearsal=False)

    assert str(told.value).startswith(f"channels.sms.{said}")


def test_the_channel_does_not_see_the_desks_own_options():
    """It gets what is left of its section."""
    seen = []

    def open_one(options):
        seen.append(dict(options))
        return RecordingChannel()

    section = {"enabled": True, "per_minute": 3, "daily_yuan": 5, "memory_mb": 64, "deadline_seconds": 2, "word": "w"}
    opened = open_channels({"sms": open_one}, {"sms": section}, rehearsal=False)["sms"]

    assert seen == [{"word": "w"}]
    assert opened.limits == Limits(per_minute=3, daily_yuan=5, memory_mb=64, deadline_seconds=2)
