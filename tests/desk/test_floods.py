"""Guessed codes, floods, other people's codes, promised times and wishes to be left in peace."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dispatch.desk.answering import Reply
from dispatch.desk.delivery.outbox_out import deliver
from dispatch.desk.pages import show_request, today
from dispatch.desk.replies import reply_from_phone
from dispatch.desk.roster import Change, edit_responder
from dispatch.desk.verifying import verify
from dispatch.errors import Refused
from dispatch.model.message import Capabilities, Message, MessageKind, Outcome, Receipt
from dispatch.model.rules import Rules
from dispatch.store import offers, outbox, people
from dispatch.store.outbox import Outgoing
from dispatch.store.tables import inbound
from tests.desk.conftest import Desk

PHONE, OTHER, STRANGER = "+9991381112222", "+9991381113333", "+9991381114444"


@pytest.fixture
def asked(desk: Desk) -> str:
    """V1 and V2 are asked, each for a request of their own; the code of V1."""
    street = desk.street
    first = street.offer(street.request(), street.responder("V1", phone=PHONE))
    street.offer(street.request(), street.responder("V2", phone=OTHER))
    one = desk.look(lambda tx: offers.with_id(tx.connection, first))
    assert one is not None
    return one.code


def say(desk: Desk, text: str, phone: str = PHONE, channel: str = "sms") -> str:
    """Somebody writes; what becomes of it."""
    reply: Reply = desk.do(reply_from_phone, phone, text, channel=channel)
    return reply.outcome.value


def states(desk: Desk) -> list[str]:
    """How both offers stand."""
    return [desk.offers(number)[0][1] for number in (1, 2)]


def waiting(desk: Desk) -> int:
    """How many answers wait for a person."""
    return len(desk.do(today).unclear)


def test_a_code_works_from_its_own_phone_only(desk: Desk, asked: str) -> None:
    """Neither from another responder's phone nor from a stranger's."""
    assert say(desk, f"1 {asked}", OTHER) == "unknown"
    assert say(desk, f"1 {asked}", STRANGER) == "unknown"
    assert states(desk) == ["offered", "offered"]
    assert say(desk, f"1 {asked}") == "accepted"


def test_after_five_wrong_codes_there_is_silence_for_ten_minutes(desk: Desk, asked: str) -> None:
    """Even the right one decides nothing then, and nobody is told; afterwards it does."""
    assert [say(desk, f"1 {code}") for code in range(5001, 5006)] == ["unknown"] * 5
    before = waiting(desk)

    assert say(desk, f"1 {asked}") == "too-many"
    assert waiting(desk) == before
    assert states(desk) == ["offered", "offered"]

    desk.street.database.clock.at += timedelta(minutes=11)  # type: ignore[attr-defined]
    assert say(desk, f"1 {asked}") == "accepted"


def test_silence_is_each_phone_s_own(desk: Desk, asked: str) -> None:
    """Who guesses shuts nobody else out."""
    for code in range(5001, 5009):
        say(desk, f"1 {code}", OTHER)
        say(desk, f"1 {code}", STRANGER)

    assert say(desk, f"1 {asked}") == "accepted"


def test_who_is_silenced_can_still_say_yes_without_a_code_and_stop(desk: Desk, asked: str) -> None:
    """Neither can be guessed."""
    for code in range(5001, 5008):
        say(desk, f"1 {code}")
        say(desk, f"1 {code}", OTHER)

    assert say(desk, "接") == "accepted"
    assert say(desk, "TD", OTHER) == "opted-out"


def test_a_flood_that_nobody_can_read_waits_for_nobody(desk: Desk, asked: str) -> None:
    """The first twenty of a known phone and the first five of a stranger do; all are kept."""
    for number in range(30):
        say(desk, f"嗯嗯{number}x")
        say(desk, "你好", STRANGER)

    assert waiting(desk) == 20 + 5
    kept = desk.look(lambda tx: tx.connection.execute(inbound.select()).all())
    assert len(kept) == 60
    assert all(row.words_id and row.sender_id for row in kept)
    assert say(desk, f"1 {asked}") == "accepted"
    assert not {one.kind for one in desk.look(lambda tx: verify(tx, desk.actor, desk.rules))} & {"nobodys-people", "person-gone"}


def test_what_somebody_at_the_desk_types_is_no_flood(desk: Desk, asked: str) -> None:
    """A slip of the finger is corrected as often as it takes."""
    for code in range(5001, 5011):
        assert say(desk, f"1 {code}", channel="by-hand") == "unknown"

    assert say(desk, f"1 {asked}", channel="by-hand") == "accepted"


def test_a_promised_time_beside_a_yes_is_kept_and_shown(desk: Desk, asked: str) -> None:
    """With the offer, until it is done."""
    assert say(desk, f"接 {asked} 两小时后到") == "accepted"

    whole = desk.do(lambda tx, actor, rules: show_request(tx, actor, 1))
    (one,) = whole.line.asked
    assert one.offer.promised_at == desk.look(lambda tx: tx.now) + timedelta(hours=2)


def test_a_time_without_an_answer_waits_for_a_person_who_sees_it_read(desk: Desk, asked: str) -> None:
    """Nothing is decided by it."""
    assert say(desk, "半小时后到") == "unclear"

    (one,) = desk.do(today).unclear
    assert one.promised_at == desk.look(lambda tx: tx.now) + timedelta(minutes=30)
    assert states(desk) == ["offered", "offered"]


class Tape:
    """A channel that keeps what it was handed."""

    capabilities = Capabilities(reaches_real_people=False)

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def send(self, message: Message) -> Receipt:
        """Keep the message."""
        self.messages.append(message)
        return Receipt(outcome=Outcome.SENT)


@pytest.mark.parametrize("word", ["退订", "TD", "t", "Ｔ", " stop! ", "【劲松】退订", "STOP"])
def test_who_wants_no_more_is_left_in_peace_until_somebody_lifts_it(desk: Desk, asked: str, word: str) -> None:
    """They are asked by nobody, what they were asked is a no, and no message channel reaches them."""
    assert say(desk, word) == "opted-out"
    assert states(desk) == ["declined", "offered"]
    assert not person(desk).is_active
    version = person(desk).version
    assert (say(desk, word), person(desk).version) == ("opted-out", version)

    desk.do(edit_responder, "V1", Change(is_active=True))
    assert person(desk).is_active


def person(desk: Desk) -> Any:
    """V1."""
    return desk.look(lambda tx: people.with_code(tx.connection, "street", "V1"))


def test_what_must_still_be_told_to_them_is_told_by_telephone(desk: Desk, asked: str) -> None:
    """They had accepted: the door comes by a call and not by the channel they no longer want."""
    say(desk, f"1 {asked}")
    say(desk, "退订")
    request = desk.request(1)
    (offer,) = desk.look(lambda tx: offers.of_requests(tx.connection, [request.id]))
    sms, push, rules = Tape(), Tape(), Rules(channels=("sms", "push"))
    one = Outgoing(
        request_id=request.id, offer_id=offer.id, recipient="responder", kind=MessageKind.DETAILS, channel="sms"
    )
    desk.street.database.write(lambda tx: outbox.enqueue(tx.connection, tx.now, [one]))

    deliver(desk.street.database, desk.actor, rules, {"sms": sms, "push": push})

    assert [message.kind for message in (*sms.messages, *push.messages) if message.to == PHONE] == []
    assert offer.state.value == "accepted"


def test_a_word_with_a_t_in_it_is_no_wish_to_be_left_in_peace(desk: Desk, asked: str) -> None:
    """Only the letter alone is."""
    for text in ("tea", "T恤", "ok T3", "not", "明天T"):
        say(desk, text)

    assert person(desk).is_active


def test_no_phone_at_all_is_refused_and_decides_nothing(desk: Desk, asked: str) -> None:
    """A name instead of a number is the caller's slip."""
    with pytest.raises(Refused):
        say(desk, f"1 {asked}", "SANDAN")
    assert states(desk) == ["offered", "offered"]
