"""Answers: the first valid one decides, every other changes nothing and says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from dispatch.clock import StoppedClock
from dispatch.desk.closing import cancel
from dispatch.desk.matching import run_round
from dispatch.desk.pages import today
from dispatch.desk.replies import (
    Reply,
    ReplyOutcome,
    give_back,
    reply_from_phone,
    reply_from_sheet,
    reply_on_behalf,
)
from dispatch.desk.roster import Change, edit_responder
from dispatch.errors import NotFound, Refused
from dispatch.model.actor import Actor
from dispatch.model.assignment import OfferId
from dispatch.model.lifecycle import OfferState, RequestState
from dispatch.model.message import MessageKind
from dispatch.model.request import RequestId
from dispatch.model.responder import Responder
from dispatch.model.rules import Rules
from dispatch.store import inbox, offers, outbox, people, phone_sheets, requests
from dispatch.store.tables import delivery
from tests.conftest import NINE, Street
from tests.desk.conftest import Desk

Send = Callable[..., Reply]


@pytest.fixture
def send(street: Street, actor: Actor) -> Send:
    """Sends an answer from a phone."""

    def one(phone: str, text: str, message_id: str | None = None) -> Reply:
        return street.database.write(
            lambda tx: reply_from_phone(tx, actor, Rules(), phone, text, message_id=message_id)
        )

    return one


def _state(street: Street, request_id: RequestId) -> RequestState:
    return street.database.read(lambda tx: requests.with_ids(tx.connection, [request_id])[request_id].state)


def _offer(street: Street, offer_id: OfferId) -> Any:
    return street.database.read(lambda tx: offers.with_id(tx.connection, offer_id))


def _kinds(street: Street, request_id: RequestId) -> list[tuple[str, str]]:
    rows = street.database.read(
        lambda tx: tx.connection.execute(
            delivery.select().where(delivery.c.request_id == request_id).order_by(delivery.c.id)
        ).mappings().all()
    )
    return [(row["recipient"], row["kind"]) for row in rows if row["state"] == "ready"]


def _asked(street: Street, code: str = "V1", **said: Any) -> tuple[RequestId, Responder, OfferId]:
    responder = street.responder(code, phone=f"+99913900000{code[1:]:0>2}")
    request_id = street.request(**said)
    return request_id, responder, street.offer(request_id, responder)


def test_a_yes_takes_the_slot_and_tells_both_sides(street: Street, send: Send) -> None:
    """Who accepted gets the details, the resident hears who comes, the request is arranged."""
    request_id, _, offer_id = _asked(street)
    code = _offer(street, offer_id).code
    reply = send("+9991390000001", f"1 {code}")

    assert (reply.outcome, reply.number, reply.responder) == (ReplyOutcome.ACCEPTED, 1, "V1")
    assert _offer(street, offer_id).slot_no == 1
    assert _state(street, request_id) is RequestState.ARRANGED
    assert set(_kinds(street, request_id)) == {
        ("responder", MessageKind.DETAILS.value),
        ("resident", MessageKind.WHO_COMES.value),
    }


def test_a_no_lets_the_request_wait_again(street: Street, send: Send) -> None:
    """The next round asks the next person, at once."""
    request_id, _, offer_id = _asked(street)
    reply = send("+9991390000001", "2")

    assert reply.outcome is ReplyOutcome.DECLINED
    assert _offer(street, offer_id).state is OfferState.DECLINED
    assert _state(street, request_id) is RequestState.TRIAGED


def test_a_second_yes_finds_the_slot_taken(street: Street, send: Send) -> None:
    """Two are asked for one slot: the second to accept is told, and holds nothing."""
    request_id, _, first = _asked(street)
    other = street.responder("V2", phone="+9991390000002")
    second = street.offer(request_id, other)
    assert send("+9991390000001", "1").outcome is ReplyOutcome.ACCEPTED

    assert send("+9991390000002", "1 " + _offer(street, second).code).outcome is ReplyOutcome.ALREADY_ARRANGED
    assert _offer(street, second).state is OfferState.WITHDRAWN
    assert _offer(street, first).state is OfferState.ACCEPTED


@pytest.mark.parametrize(
    ("first", "then", "outcome"),
    [
        ("1", "1", ReplyOutcome.ALREADY_ACCEPTED),
        ("1", "2", ReplyOutcome.ALREADY_ACCEPTED),
        ("2", "2", ReplyOutcome.ALREADY_DECLINED),
        ("2", "1", ReplyOutcome.ALREADY_DECLINED),
    ],
)
def test_the_first_answer_decides(
    street: Street, send: Send, first: str, then: str, outcome: ReplyOutcome
) -> None:
    """A later word for the same offer changes nothing, and says what stands."""
    _, _, offer_id = _asked(street)
    code = _offer(street, offer_id).code
    send("+9991390000001", f"{first} {code}")
    stood = _offer(street, offer_id)

    assert send("+9991390000001", f"{then} {code}").outcome is outcome
    assert _offer(street, offer_id) == stood


def test_the_same_message_twice_has_one_effect_and_one_answer(street: Street, send: Send) -> None:
    """A gateway that repeats itself hears what the first message brought about."""
    _asked(street)
    first = send("+9991390000001", "1", message_id="m1")
    again = send("+9991390000001", "1", message_id="m1")

    assert (again.outcome, again.number, again.was_repeated) == (first.outcome, first.number, True)


def test_a_late_yes_changes_nothing(street: Street, send: Send, clock: StoppedClock) -> None:
    """After the deadline it is too late, whether or not the offer was ended meanwhile."""
    _, _, offer_id = _asked(street)
    code = _offer(street, offer_id).code
    clock.at += timedelta(minutes=31)

    assert send("+9991390000001", f"1 {code}").outcome is ReplyOutcome.EXPIRED
    assert _offer(street, offer_id).slot_no is None


@pytest.mark.parametrize(
    ("phone", "text", "outcome"),
    [
        ("+9991390000077", "1", ReplyOutcome.UNKNOWN),
        ("+9991390000001", "1 0000", ReplyOutcome.UNKNOWN),
        ("+9991390000001", "在吗", ReplyOutcome.UNCLEAR),
    ],
)
def test_what_nobody_can_act_on_is_kept_for_a_person(
    street: Street, send: Send, phone: str, text: str, outcome: ReplyOutcome
) -> None:
    """An unknown phone, a wrong code and unclear words change nothing and wait to be read."""
    request_id, _, _ = _asked(street)

    assert send(phone, text).outcome is outcome
    assert _state(street, request_id) is RequestState.ASKING
    waiting = street.database.read(lambda tx: inbox.unread(tx.connection, tx.now - timedelta(days=1)))
    assert len(waiting) == 1
    assert text not in waiting[0].body


def test_a_code_acts_only_for_the_phone_it_was_sent_to(street: Street, send: Send) -> None:
    """Somebody else who knows the code can do nothing with it."""
    _, _, offer_id = _asked(street)
    street.responder("V2", phone="+9991390000002")
    code = _offer(street, offer_id).code

    assert send("+9991390000002", f"1 {code}").outcome is ReplyOutcome.UNKNOWN
    assert _offer(street, offer_id).state is OfferState.OFFERED


def test_two_offers_and_no_code_is_unclear(street: Street, send: Send) -> None:
    """A bare yes is only taken where there is one thing it can mean."""
    request_id, responder, _ = _asked(street)
    street.offer(street.request(place="8-1"), responder)

    assert send("+9991390000001", "1").outcome is ReplyOutcome.UNCLEAR
    assert _state(street, request_id) is RequestState.ASKING


def test_stop_is_obeyed(street: Street, send: Send) -> None:
    """Who opts out is not asked any more."""
    _asked(street)

    assert send("+9991390000001", "退订").outcome is ReplyOutcome.OPTED_OUT
    assert street.database.read(
        lambda tx: people.responders_of(tx.connection, "street", active_only=True)
    ) == []


def test_a_phone_that_is_none_is_refused(street: Street, send: Send) -> None:
    """It is a slip of whoever types, not an answer."""
    with pytest.raises(Refused, match="phone"):
        send("abc", "1")


def test_a_yes_by_mouth_counts_like_any_other(street: Street, actor: Actor) -> None:
    """Recorded on somebody's behalf; a person who was never asked cannot accept."""
    request_id, _, _ = _asked(street)
    street.responder("V2")
    reply = street.database.write(
        lambda tx: reply_on_behalf(tx, actor, Rules(), 1, "V1", accepts=True)
    )

    assert reply.outcome is ReplyOutcome.ACCEPTED
    assert _state(street, request_id) is RequestState.ARRANGED
    with pytest.raises(NotFound, match="was not asked"):
        street.database.write(lambda tx: reply_on_behalf(tx, actor, Rules(), 1, "V2", accepts=True))


def test_who_was_reached_hears_that_they_are_not_needed(street: Street, actor: Actor) -> None:
    """A cancelled request tells those who had their message, and takes back the messages that had not left."""
    request_id, _, offer_id = _asked(street)
    reached = street.responder("V2")
    second = street.offer(request_id, reached)

    def enqueue(tx: Any) -> None:
        for one in (offer_id, second):
            outbox.enqueue(
                tx.connection,
                tx.now,
                [
                    outbox.Outgoing(
                        request_id=request_id,
                        offer_id=one,
                        recipient="responder",
                        kind=MessageKind.OFFER,
                        channel="console",
                    )
                ],
            )
        tx.connection.execute(delivery.update().where(delivery.c.offer_id == second).values(state="sent"))

    street.database.write(enqueue)
    street.database.write(lambda tx: cancel(tx, actor, Rules(), 1))

    assert _kinds(street, request_id) == [("responder", MessageKind.NOT_NEEDED.value)]
    assert _offer(street, offer_id).state is _offer(street, second).state is OfferState.WITHDRAWN


def test_what_is_given_back_is_asked_again_of_somebody_else(street: Street, send: Send, actor: Actor) -> None:
    """The slot is free, the request waits, and the one who gave it back is not asked for it again."""
    skill = {"skills": ()}
    request_id, _, offer_id = _asked(street, service="listen")
    street.responder("V2", **skill)
    send("+9991390000001", "1")
    street.database.write(lambda tx: give_back(tx, actor, Rules(), 1, "V1"))
    assert _state(street, request_id) is RequestState.TRIAGED
    assert _offer(street, offer_id).state is OfferState.RELEASED

    done = run_round(street.database, actor, Rules())

    assert [(number, code) for number, code, _, _ in done.offered] == [(1, "V2")]


def test_who_stops_is_not_rung_about_what_they_were_asked(street: Street, send: Send) -> None:
    """The offer they had ends as a no, its message is dropped, and somebody else can be asked."""
    request_id, _, offer_id = _asked(street)
    outgoing = outbox.Outgoing(
        request_id=request_id, offer_id=offer_id, recipient="responder", kind=MessageKind.OFFER, channel="phone-list"
    )
    street.database.write(lambda tx: outbox.enqueue(tx.connection, tx.now, [outgoing]))
    send("+9991390000001", "退订")

    assert _offer(street, offer_id).state is OfferState.DECLINED
    assert _state(street, request_id) is RequestState.TRIAGED
    assert _kinds(street, request_id) == []


def test_two_workers_with_the_same_message_decide_once(street: Street, actor: Actor) -> None:
    """A message that is put down by another worker meanwhile is answered as that one answered it."""
    _asked(street)
    first = street.database.write(
        lambda tx: reply_from_phone(tx, actor, Rules(), "+9991390000001", "1", channel="sms", message_id="m")
    )
    again = street.database.write(
        lambda tx: (
            inbox.claim(tx.connection, "sms", "m", tx.now),
            reply_from_phone(tx, actor, Rules(), "+9991390000001", "2", channel="sms", message_id="m"),
        )
    )

    assert again[0] is False
    assert (again[1].outcome, again[1].was_repeated) == (first.outcome, True)


def test_an_arranged_visit_is_looked_at_two_hours_after_it_should_be_done(street: Street, send: Send) -> None:
    """Nobody is asked "was it done?" before it can have been."""
    request_id, _, _ = _asked(street)
    send("+9991390000001", "1")
    check_at = street.database.read(
        lambda tx: requests.with_ids(tx.connection, [request_id])[request_id].next_check_at
    )

    assert check_at == NINE + timedelta(hours=2)


def _on_sheet_one(street: Street, offer_id: OfferId) -> None:
    """Let the call for an offer stand on row 1 of sheet 1."""
    outgoing = outbox.Outgoing(
        request_id=_offer(street, offer_id).request_id,
        offer_id=offer_id,
        recipient="responder",
        kind=MessageKind.OFFER,
        channel="phone-list",
    )
    street.database.write(lambda tx: outbox.enqueue(tx.connection, tx.now, [outgoing]))
    call_id = street.database.read(lambda tx: str(tx.connection.scalar(delivery.select().limit(1))))
    street.database.write(lambda tx: phone_sheets.number_sheet(tx.connection, "street", tx.now, [call_id]))


@pytest.mark.parametrize("way", ["phone", "by-mouth", "sheet"])
def test_who_accepted_and_then_says_no_is_seen_to_want_out(desk: Desk, send: Send, way: str) -> None:
    """The first answer stands, but the day's page says that they want to give it back until they are released."""
    _, _, offer_id = _asked(desk.street)
    street = desk.street
    _on_sheet_one(street, offer_id)
    code = _offer(street, offer_id).code
    send("+9991390000001", f"1 {code}")
    if way == "phone":
        reply = send("+9991390000001", f"2 {code}")
    elif way == "by-mouth":
        reply = desk.do(reply_on_behalf, 1, "V1", accepts=False)
    else:
        (reply,) = desk.do(reply_from_sheet, 1, "1 d")
    seen = desk.look(lambda tx: today(tx, desk.actor, desk.rules)).wants_out
    desk.do(give_back, 1, "V1")

    assert (reply.outcome, reply.wants_out) == (ReplyOutcome.ALREADY_ACCEPTED, True)
    assert seen == ((1, "V1"),)
    assert desk.look(lambda tx: today(tx, desk.actor, desk.rules)).wants_out == ()


def test_a_wrong_number_rests_until_the_phone_is_corrected(desk: Desk) -> None:
    """No round asks them, the day's page names them, and a corrected phone ends it."""
    street = desk.street
    _, _, offer_id = _asked(street, service="listen")
    _on_sheet_one(street, offer_id)
    desk.do(reply_from_sheet, 1, "1 x")
    reason = desk.request(1).reason
    street.request("listen", state=RequestState.TRIAGED)
    asked = desk.round()
    named = desk.look(lambda tx: today(tx, desk.actor, desk.rules)).wrong_numbers
    desk.do(edit_responder, "V1", Change(phone="+9991390000088"))
    street.request("listen", place="8-1", state=RequestState.TRIAGED)

    assert (reason, asked, named) == ("wrong-number", [], ("V1",))
    assert desk.look(lambda tx: today(tx, desk.actor, desk.rules)).wrong_numbers == ()
    assert (3, "V1") in desk.round()


def test_a_sheet_that_was_never_printed_is_named(desk: Desk) -> None:
    """It is the sheet that is missing, not a row of it."""
    with pytest.raises(NotFound, match="there is no phone sheet 99"):
        desk.do(reply_from_sheet, 99, "1 a")
