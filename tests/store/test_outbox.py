"""The outbox: written once, taken up by one worker at a time, taken back while it has not left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from time import sleep

import pytest
from sqlalchemy import select

from dispatch.clock import StoppedClock
from dispatch.model.lifecycle import OfferState
from dispatch.model.message import DeliveryState, MessageKind, Outcome, Receipt
from dispatch.store import claims, outbox, phone_sheets
from dispatch.store.engine import Database, Transaction
from dispatch.store.outbox import Delivery, Outgoing
from dispatch.store.tables import delivery

LEASE = timedelta(seconds=60)
SENT = Receipt(outcome=Outcome.SENT)


@pytest.fixture
def another(address: str, clock: StoppedClock) -> Iterator[Database]:
    """The same database as a second worker sees it: with connections of its own."""
    second = Database(address, clock=clock)
    yield second
    second.close()


def put(database: Database, *outgoing: Outgoing) -> None:
    """Enqueue in a transaction of its own."""
    database.write(lambda tx: outbox.enqueue(tx.connection, tx.now, outgoing))


def ask(street, channel: str = "sms", count: int = 1) -> list[Outgoing]:
    """Offers to as many people, not yet in the outbox."""
    asked = []
    for _ in range(count):
        request_id = street.request()
        responder = street.responder(f"V{request_id[-12:]}")
        offer_id = street.offer(request_id, responder)
        asked.append(
            Outgoing(
                request_id=request_id,
                offer_id=offer_id,
                recipient="responder",
                kind=MessageKind.OFFER,
                channel=channel,
            )
        )
    return asked


def take(database: Database, channel: str = "sms", limit: int = 100) -> list[Delivery]:
    """Take up what is due on a channel, as a worker does."""

    def work(tx: Transaction) -> list[Delivery]:
        return claims.claim(
            tx.connection, "street", tx.now, tx.now + LEASE, channel=channel, due_by=tx.now, limit=limit
        )

    return database.write(work)


def record(database: Database, claimed: Delivery, state: DeliveryState = DeliveryState.SENT) -> bool:
    """Say how it ended, as a worker does."""
    return database.write(lambda tx: claims.record_receipt(tx.connection, claimed, tx.now, state=state, receipt=SENT))


def rows(database: Database) -> list[Delivery]:
    """Everything in the outbox."""
    return database.read(
        lambda tx: [
            outbox.to_model(row) for row in tx.connection.execute(select(delivery).order_by(delivery.c.id)).mappings()
        ]
    )


def test_a_message_is_in_the_outbox_once_however_often_it_is_put_there(database, street):
    """The same message for the same offer and channel, or of the same occasion, is one row."""
    (offer,) = ask(street)
    notice = Outgoing(request_id=offer.request_id, recipient="resident", kind=MessageKind.DONE, channel="sms")
    later = Outgoing(
        request_id=offer.request_id,
        recipient="resident",
        kind=MessageKind.DONE,
        channel="sms",
        occasion=2,
    )
    put(database, offer, notice)
    put(database, offer, notice, later, offer)

    assert [(row.kind, row.occasion) for row in rows(database)] == [("offer", 1), ("done", 1), ("done", 2)]


def test_messages_are_taken_up_in_the_order_in_which_they_were_put(database, street, clock):
    """First those that are due longest, then in the order of one call; none before it is due."""
    first, second = ask(street, count=3), ask(street, count=3)
    clock.at += timedelta(minutes=1)
    put(database, *second)
    clock.at -= timedelta(minutes=1)
    put(database, *first)

    assert [one.offer_id for one in take(database)] == [one.offer_id for one in first]
    clock.at += timedelta(seconds=59)
    assert take(database) == []
    clock.at += timedelta(seconds=1)
    assert [one.offer_id for one in take(database)[-3:]] == [one.offer_id for one in second]


def test_no_more_are_taken_up_than_asked_for_and_only_of_one_channel(database, street):
    """The limit and the channel bind."""
    put(database, *ask(street, "sms", 3), *ask(street, "app", 1))

    assert len(take(database, limit=2)) == 2
    assert len(take(database, "app")) == 1
    assert len(take(database)) == 1
    assert database.read(lambda tx: claims.channels_due(tx.connection, "street", tx.now, tx.now)) == []


def test_two_workers_never_take_up_the_same_message(database, another, street):
    """What two workers take up side by side, in small bites, is disjoint, and together everything."""
    put(database, *ask(street, count=40))
    start = Barrier(2)
    taken: dict[int, list[str]] = {0: [], 1: []}

    def work(number: int, mine: Database) -> None:
        start.wait(timeout=30)
        while bite := take(mine, limit=3):
            taken[number] += [one.id for one in bite]

    workers = [Thread(target=work, args=pair) for pair in enumerate((database, another))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)

    assert not set(taken[0]) & set(taken[1])
    assert sorted(taken[0] + taken[1]) == sorted(one.id for one in rows(database))


def test_a_message_under_lease_is_left_alone_until_the_lease_runs_out(database, another, street, clock):
    """Then the next worker has it, and knows that nobody knows whether it went."""
    put(database, *ask(street))
    (first,) = take(database)
    clock.at += LEASE - timedelta(seconds=1)

    assert take(another) == []
    clock.at += timedelta(seconds=1)
    (second,) = take(another)
    assert (first.fence, first.unknowns, first.attempt) == (1, 0, 1)
    assert (second.fence, second.unknowns, second.attempt) == (2, 1, 2)


def test_a_worker_that_lost_its_lease_cannot_write(database, another, street, clock):
    """Its receipt is refused before and after the second worker's, and changes nothing."""
    put(database, *ask(street))
    (first,) = take(database)
    clock.at += LEASE
    (second,) = take(another)

    assert not record(database, first, DeliveryState.GAVE_UP)
    assert not database.write(lambda tx: claims.put_back(tx.connection, first))
    assert record(another, second)
    assert not record(database, first, DeliveryState.GAVE_UP)
    assert [row.state for row in rows(database)] == ["sent"]


def test_a_late_receipt_counts_where_nobody_else_has_the_message(database, street, clock):
    """Fences decide, not the time: the worker that still holds the newest one may write."""
    put(database, *ask(street))
    (claimed,) = take(database)
    clock.at += 2 * LEASE

    assert record(database, claimed)
    assert take(database) == []


def test_what_was_not_tried_goes_back_as_if_nobody_had_taken_it_up(database, street):
    """It is due at once, and the attempt does not count."""
    put(database, *ask(street))
    (claimed,) = take(database)

    assert database.write(lambda tx: claims.put_back(tx.connection, claimed))
    (again,) = take(database)
    assert (again.attempt, again.unknowns, again.next_at) == (1, 0, claimed.next_at)


def test_messages_that_have_not_left_are_taken_back_and_the_others_counted(database, street):
    """Ready ones are dropped; those being sent or sent stay, and their number is told."""
    ready, sending, sent, other = ask(street, count=4)
    put(database, sending, sent)
    _, second = take(database)
    record(database, second)
    put(database, ready, other)
    mine = [one.offer_id for one in (ready, sending, sent)]

    assert database.write(lambda tx: outbox.drop(tx.connection, offer_ids=mine)) == 2
    assert {row.offer_id: row.state for row in rows(database)} == {
        ready.offer_id: "dropped",
        sending.offer_id: "sending",
        sent.offer_id: "sent",
        other.offer_id: "ready",
    }


def test_only_the_kinds_asked_for_are_taken_back(database, street):
    """Dropping the offers of a request leaves what its resident is to hear."""
    (offer,) = ask(street)
    notice = Outgoing(request_id=offer.request_id, recipient="resident", kind=MessageKind.RECEIVED, channel="sms")
    put(database, offer, notice)
    database.write(lambda tx: outbox.drop(tx.connection, request_id=offer.request_id, kinds=[MessageKind.OFFER]))

    assert {row.kind: row.state for row in rows(database)} == {"offer": "dropped", "received": "ready"}


def test_nothing_is_taken_back_where_nothing_is_named(database, street):
    """No offer and no request means none, not all."""
    put(database, *ask(street))

    assert database.write(lambda tx: outbox.drop(tx.connection)) == 0
    assert [row.state for row in rows(database)] == ["ready"]


def test_a_call_leaves_the_building_when_its_sheet_is_printed(database, street):
    """On the phone list it can still be taken back; on paper it cannot, and the channel counts as reached."""
    waiting, printed = ask(street, outbox.PHONE_LIST, 2)
    put(database, waiting, printed)
    for one in take(database, outbox.PHONE_LIST):
        record(database, one)
    ids = {row.offer_id: row.id for row in rows(database)}

    def left(offer_id: str) -> tuple[bool, list[str]]:
        return database.read(
            lambda tx: (
                outbox.left_the_building(tx.connection, offer_ids=[offer_id]),
                outbox.channels_reached(tx.connection, offer_id),
            )
        )

    assert left(printed.offer_id) == (False, [])
    database.write(lambda tx: phone_sheets.number_sheet(tx.connection, "street", tx.now, [ids[printed.offer_id]]))
    both = [waiting.offer_id, printed.offer_id]
    assert left(waiting.offer_id) == (False, [])
    assert left(printed.offer_id) == (True, [outbox.PHONE_LIST])
    assert database.write(lambda tx: outbox.drop(tx.connection, offer_ids=both)) == 1
    assert {row.offer_id: row.state for row in rows(database)} == {
        waiting.offer_id: "dropped",
        printed.offer_id: "sent",
    }


def test_a_channel_that_may_have_reached_somebody_counts_as_having_reached_them(database, street):
    """Given up because nobody knows whether it went: they are told when it is no longer needed."""
    refused, unsure = ask(street, count=2)
    put(database, refused, unsure)
    first, second = take(database)

    def settle(tx: Transaction) -> None:
        claims.record_receipt(tx.connection, first, tx.now, state=DeliveryState.GAVE_UP)
        claims.record_receipt(tx.connection, second, tx.now, state=DeliveryState.GAVE_UP, unknowns=2)

    database.write(settle)
    reached = [
        database.read(lambda tx, one=one: outbox.channels_reached(tx.connection, one.offer_id))
        for one in (refused, unsure)
    ]

    assert reached == [[], ["sms"]]


def test_every_channel_tried_for_a_message_is_known(database, street):
    """The channels of the same message, and not those of another kind or occasion."""
    (offer,) = ask(street)
    notices = [
        Outgoing(
            request_id=offer.request_id,
            recipient="resident",
            kind=MessageKind.DONE,
            channel=channel,
            occasion=occasion,
        )
        for channel, occasion in (("sms", 1), ("app", 1), ("email", 2))
    ]
    put(database, offer, *notices)
    sms = next(row for row in rows(database) if row.kind == "done" and row.channel == "sms")

    assert database.read(lambda tx: outbox.channels_tried(tx.connection, sms)) == {"sms", "app"}


def test_another_community_is_never_served(database, street):
    """A worker for one community leaves the messages of every other."""
    put(database, *ask(street))

    def work(tx: Transaction) -> list[Delivery]:
        return claims.claim(tx.connection, "elsewhere", tx.now, tx.now + LEASE, channel="sms", due_by=tx.now, limit=9)

    assert database.write(work) == []


def details(street, state: OfferState = OfferState.ACCEPTED) -> Outgoing:
    """What somebody who has accepted is told."""
    request_id = street.request()
    offer_id = street.offer(request_id, street.responder(f"V{request_id[-12:]}"), state)
    return Outgoing(
        request_id=request_id, offer_id=offer_id, recipient="responder", kind=MessageKind.DETAILS, channel="sms"
    )


def say(database: Database, one: Outgoing) -> outbox.Said:
    """Say a thing anew in a transaction of its own."""
    return database.write(lambda tx: outbox.say_again(tx.connection, tx.now, one))


def test_what_waits_is_said_anew_by_itself_and_what_has_left_by_another(database, street):
    """One row more each time it had left, on whatever channel, each with its own id, and the older ones are over."""
    one = details(street)
    put(database, one)
    waiting = say(database, one)
    (first,) = take(database)
    second = say(database, one)
    still = say(database, one)
    record(database, first)
    (other,) = take(database)
    record(database, other)
    third = say(database, replace(one, channel="app"))
    found = rows(database)

    assert [waiting, second, still, third] == [
        outbox.Said("details", is_new=False),
        outbox.Said("details-2", is_new=True),
        outbox.Said("details-2", is_new=False),
        outbox.Said("details-3", is_new=True),
    ]
    assert [(row.kind, row.occasion, row.channel) for row in found] == [
        ("details", 1, "sms"),
        ("details", 2, "sms"),
        ("details", 3, "app"),
    ]
    over = database.read(lambda tx: outbox.said_anew(tx.connection, (row.id for row in found)))
    assert over == {row.id for row in found[:2]}
    assert database.read(lambda tx: outbox.channels_tried(tx.connection, found[2])) == {"app"}
    assert database.read(lambda tx: outbox.kinds_that_left(tx.connection, [one.offer_id])) == ["details"]


def test_what_was_said_anew_is_taken_back_by_its_name(database, street):
    """Only that one; what stood before it holds again, and the name is not used a second time."""
    one = details(street)
    put(database, one)
    record(database, take(database)[0])
    said = say(database, one)
    ids = [row.id for row in rows(database)]
    database.write(lambda tx: outbox.drop(tx.connection, offer_ids=[one.offer_id or ""], name=said.name))

    assert [row.state for row in rows(database)] == ["sent", "dropped"]
    assert database.read(lambda tx: outbox.said_anew(tx.connection, ids)) == set()
    assert not database.read(
        lambda tx: outbox.left_the_building(tx.connection, offer_ids=[one.offer_id or ""], name=said.name)
    )
    assert say(database, one) == outbox.Said("details-3", is_new=True)


def test_a_worker_that_has_just_taken_it_up_is_waited_for(database, another, street):
    """It has read the old words: whoever corrects them meanwhile says it by another message."""
    one = details(street)
    put(database, one)
    taken, said = Barrier(2), []

    def take_slowly(tx: Transaction) -> None:
        claims.claim(tx.connection, "street", tx.now, tx.now + LEASE, channel="sms", due_by=tx.now, limit=1)
        taken.wait(timeout=30)
        sleep(0.3)

    worker = Thread(target=lambda: another.write(take_slowly))
    worker.start()
    taken.wait(timeout=30)
    said.append(say(database, one))
    worker.join(timeout=30)

    assert said == [outbox.Said("details-2", is_new=True)]
