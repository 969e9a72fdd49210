"""Reports, links, addresses and counted answers, on both kinds of database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dispatch.model.arrival import Arrived, Report
from dispatch.model.message import MessageKind, Outcome, Receipt
from dispatch.model.request import Private
from dispatch.store import claims, inbox, links, outbox, private, reports
from dispatch.store.copying.copies import Contents, settle_in
from dispatch.store.engine import HEAD, Database
from dispatch.store.links import Link
from dispatch.store.outbox import DeliveryState, Outgoing

FAILED = Report(outcome=Arrived.FAILED, reference="r1")
DAY = timedelta(days=1)


@pytest.fixture
def sent(database: Database, street: Any) -> str:
    """One message that counts as sent under the reference "r1"; the id of its offer."""
    request_id = street.request()
    offer_id: str = street.offer(request_id, street.responder("V1"))
    one = Outgoing(
        request_id=request_id, offer_id=offer_id, recipient="responder", kind=MessageKind.OFFER, channel="sms"
    )
    database.write(lambda tx: outbox.enqueue(tx.connection, tx.now, [one]))

    def send(tx: Any) -> None:
        (claimed,) = claims.claim(
            tx.connection, "street", tx.now, tx.now + DAY, channel="sms", due_by=tx.now, limit=9
        )
        receipt = Receipt(outcome=Outcome.SENT, reference="r1")
        claims.record_receipt(tx.connection, claimed, tx.now, state=DeliveryState.SENT, receipt=receipt)

    database.write(send)
    return offer_id


def test_a_report_finds_its_message_and_is_kept_once(database: Database, sent: str) -> None:
    """It waits to be settled, is settled once, and is what is last heard of that offer."""
    assert [database.write(lambda tx: reports.keep(tx.connection, "sms", FAILED, tx.now)) for _ in range(2)] == [True, False]

    (ready,) = database.write(lambda tx: reports.ready(tx.connection, "street", tx.now - DAY))
    assert (ready.outcome, ready.message.offer_id, ready.has_arrived) == (Arrived.FAILED, sent, False)
    assert database.write(lambda tx: reports.give_up_sent(tx.connection, ready.message))
    assert not database.write(lambda tx: reports.give_up_sent(tx.connection, ready.message))
    database.write(lambda tx: reports.settle(tx.connection, [ready.id]))
    assert database.write(lambda tx: reports.ready(tx.connection, "street", tx.now - DAY)) == []
    (heard,) = database.read(lambda tx: reports.heard_of(tx.connection, [sent]))
    assert (heard.channel, heard.outcome) == ("sms", Arrived.FAILED)


def test_a_report_about_nothing_of_ours_is_forgotten(database: Database, sent: str) -> None:
    """Those about ours stay."""
    stranger = Report(outcome=Arrived.FAILED, reference="r2")
    for one in (FAILED, stranger, stranger):
        database.write(lambda tx, one=one: reports.keep(tx.connection, "sms", one, tx.now))

    assert database.write(lambda tx: reports.forget_strangers(tx.connection, tx.now + DAY)) == 1
    assert len(database.write(lambda tx: reports.ready(tx.connection, "street", tx.now - DAY))) == 1


def test_an_offer_has_one_link(database: Database, street: Any) -> None:
    """The same token again is the same link; another token for the same offer is none."""
    responder = street.responder("V1")
    offer_id = street.offer(street.request(), responder)

    def keep(token: str) -> bool:
        return database.write(
            lambda tx: links.keep(
                tx.connection,
                token,
                Link(responder_id=responder.id, offer_id=offer_id, fence=1, until=tx.now + DAY),
                tx.now,
            )
        )

    assert [keep("a" * 20), keep("a" * 20), keep("b" * 20)] == [True, True, False]
    found = database.read(lambda tx: links.with_token(tx.connection, "a" * 20))
    assert found is not None
    assert (found.offer_id, found.fence) == (offer_id, 1)
    assert database.read(lambda tx: links.with_token(tx.connection, "b" * 20)) is None


def test_a_link_to_subscribe_ends_with_the_next(database: Database, street: Any) -> None:
    """Its time is over at once."""
    responder = street.responder("V1")
    one = database.read(lambda tx: Link(responder_id=responder.id, offer_id=None, fence=None, until=tx.now + DAY))
    database.write(lambda tx: links.keep(tx.connection, "a" * 20, one, tx.now))

    database.write(lambda tx: links.end_subscribing(tx.connection, responder.id, tx.now))

    found = database.read(lambda tx: links.with_token(tx.connection, "a" * 20))
    assert found is not None
    assert found.until == database.read(lambda tx: tx.now)


def test_a_copy_that_is_brought_back_knows_no_links(database: Database, street: Any, actor: Any) -> None:
    """Whoever holds one from before decides nothing in a state that is another."""
    responder = street.responder("V1")
    one = database.read(lambda tx: Link(responder_id=responder.id, offer_id=None, fence=None, until=tx.now + DAY))
    database.write(lambda tx: links.keep(tx.connection, "a" * 20, one, tx.now))

    database.write(lambda tx: settle_in(tx, actor, Contents(version=HEAD, rows={}), None))

    assert database.read(lambda tx: links.with_token(tx.connection, "a" * 20)) is None


def test_an_address_is_kept_changed_and_forgotten(database: Database) -> None:
    """By person and channel; one that is gone is forgotten wherever it is."""

    def keep(person: str, channel: str, address: str) -> bool:
        return database.write(lambda tx: private.keep_address(tx.connection, person, channel, address))

    assert [keep("p", "mail", "a"), keep("p", "mail", "a"), keep("p", "mail", "b"), keep("p", "push", "x"), keep("q", "push", "x")] == [True, False, True, True, True]
    assert database.read(lambda tx: private.addresses_of(tx.connection, ["p", "nobody"])) == {"p": {"mail": "b", "push": "x"}}
    assert database.write(lambda tx: private.forget_address(tx.connection, "push", "x"))
    assert keep("p", "mail", "")
    assert database.read(lambda tx: private.addresses_of(tx.connection, ["p", "q"])) == {}


def test_the_answers_of_one_phone_are_counted(database: Database) -> None:
    """Of the outcomes asked for, of late, and not what was typed at a desk."""
    first = database.write(lambda tx: private.keep(tx.connection, Private(phone="+9991")))
    database.write(lambda tx: private.keep(tx.connection, Private(phone="+9991")))

    def come(number: int, outcome: str, channel: str = "sms") -> None:
        def work(tx: Any) -> None:
            inbox.claim(tx.connection, channel, str(number), tx.now)
            inbox.keep(
                tx.connection, channel, str(number), body="", words_id=None, outcome=outcome, offer_id=None, sender_id=first
            )

        database.write(work)

    for number, outcome in enumerate(("unknown", "unknown", "unclear", "accepted")):
        come(number, outcome)
    come(9, "unknown", "by-hand")

    assert database.read(lambda tx: private.first_with_phone(tx.connection, "+9991")) == first
    assert database.read(lambda tx: private.first_with_phone(tx.connection, "+9992")) is None
    assert database.read(lambda tx: private.first_with_phone(tx.connection, "")) is None
    count = lambda outcomes, since: database.read(lambda tx: inbox.count_from(tx.connection, first, outcomes, tx.now + since))  # noqa: E731
    assert (count(["unknown"], -DAY), count(["unknown", "unclear"], -DAY), count(["unknown"], DAY)) == (2, 3, 0)


def test_messages_are_counted_by_channel_and_found_by_how_their_ids_begin(database: Database, sent: str) -> None:
    """Neither another channel's nor older ones are counted; the digits are those by which a person names them."""
    for channel, message_id in (("sources.city", "aa1"), ("sources.city", "aa2"), ("sources.city", "ab1"), ("sms", "aa3")):
        database.write(lambda tx, at=(channel, message_id): inbox.claim(tx.connection, *at, tx.now))

    def look(tx: Any) -> tuple[int, int, list[str]]:
        count = inbox.count_over(tx.connection, "sources.city", tx.now - DAY)
        later = inbox.count_over(tx.connection, "sources.city", tx.now + DAY)
        return count, later, inbox.tags_of(tx.connection, "sources.city", "aa")

    count, later, tags = database.read(look)
    assert (count, later) == (3, 0)
    unread = {one.tag for one in database.read(lambda tx: inbox.unread(tx.connection, tx.now - DAY))}
    assert len(tags) == 2
    assert set(tags) < unread
