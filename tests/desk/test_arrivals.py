"""What comes back over the channels has its effect once, whatever it is and however often it comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from dispatch.desk.arrivals import TakenIn, collect, take_in
from dispatch.desk.delivery.outbox_out import deliver
from dispatch.desk.pages import today
from dispatch.errors import Refused, Unavailable
from dispatch.model.actor import Actor, Role
from dispatch.model.arrival import Arrival, Arrived, Incoming, Report
from dispatch.model.lifecycle import OfferState, RequestState
from dispatch.model.message import Capabilities, Message, MessageKind, Outcome, Receipt
from dispatch.model.rules import Rules
from dispatch.plugins.guarded import Guarded
from dispatch.store import events, offers, outbox, reports
from dispatch.store.outbox import Outgoing
from dispatch.store.tables import delivery, inbound
from tests.desk.conftest import Desk

RULES = Rules(channels=("sms", "push"))
PHONE = "+9991381112222"


class Sms:
    """A channel that hears back and keeps what it brings until it is told to let go."""

    def __init__(self, *arrivals: Arrival) -> None:
        self.capabilities = Capabilities(reaches_real_people=False, gives_receipts=True)
        self.arrivals = list(arrivals)
        self.messages: list[Message] = []
        self.breaks = False

    def send(self, message: Message) -> Receipt:
        """Take the message under a number of our own."""
        self.messages.append(message)
        return Receipt(outcome=Outcome.SENT, reference=f"r{len(self.messages)}")

    def collect(self) -> Sequence[Arrival]:
        """Bring everything, again and again."""
        return list(self.arrivals)

    def acknowledge(self, arrivals: Sequence[Arrival]) -> None:
        """Let go, or break before it."""
        if self.breaks:
            raise ConnectionError
        self.arrivals = [one for one in self.arrivals if one not in arrivals]


@pytest.fixture
def asked(desk: Desk) -> str:
    """V1 is asked for request 1 over the channel sms, by a code; the id of the offer."""
    street = desk.street
    request_id = street.request()
    offer_id = street.offer(request_id, street.responder("V1", phone=PHONE))
    one = Outgoing(
        request_id=request_id, offer_id=offer_id, recipient="responder", kind=MessageKind.OFFER, channel="sms"
    )
    street.database.write(lambda tx: outbox.enqueue(tx.connection, tx.now, [one]))
    return offer_id


def send(desk: Desk, **channels: Any) -> None:
    """Empty the outbox."""
    deliver(desk.street.database, desk.actor, RULES, channels)


def hear(desk: Desk, **channels: Any) -> TakenIn:
    """Take in what came back."""
    return collect(desk.street.database, desk.actor, RULES, {name: Guarded(name, one) for name, one in channels.items()})


def hand_in(desk: Desk, *arrivals: Arrival) -> TakenIn:
    """Take in what was brought by sms."""
    return take_in(desk.street.database, desk.actor, RULES, "sms", arrivals)


def answer(text: str, message_id: str = "m1", sender: str = PHONE) -> Incoming:
    """Somebody's answer."""
    return Incoming(sender=sender, text=text, message_id=message_id)


def code(desk: Desk, offer_id: str) -> str:
    """What the responder writes back."""
    one = desk.look(lambda tx: offers.with_id(tx.connection, offer_id))
    assert one is not None
    return one.code


def outcomes(desk: Desk) -> list[str]:
    """What became of each answer, oldest first."""
    return desk.look(
        lambda tx: list(tx.connection.scalars(inbound.select().with_only_columns(inbound.c.outcome)))
    )


def messages(desk: Desk) -> dict[str, str]:
    """How each message to the responder stands, by channel."""
    columns = (delivery.c.channel, delivery.c.state)
    query = delivery.select().with_only_columns(*columns).where(delivery.c.kind == "offer")
    return dict(desk.look(lambda tx: [tuple(row) for row in tx.connection.execute(query)]))


def happened(desk: Desk) -> list[str]:
    """The kinds of the events, oldest first."""
    return desk.look(lambda tx: [one.kind for one in events.read(tx.connection, "street")])


def test_an_answer_that_a_channel_brings_is_an_answer(desk: Desk, asked: str) -> None:
    """It accepts the offer whose code it names, and the channel lets go of it."""
    sms = Sms(answer(f"1 {code(desk, asked)}"))

    assert hear(desk, sms=sms) == TakenIn(answers=1)
    assert desk.offers(1) == [("V1", "accepted")]
    assert sms.arrivals == []
    assert hear(desk, sms=sms) == TakenIn()


def test_what_was_stored_and_not_acknowledged_comes_again_and_changes_nothing(desk: Desk, asked: str) -> None:
    """A crash between storing and letting go is the normal case."""
    sms = Sms(answer(f"1 {code(desk, asked)}"), Report(outcome=Arrived.ARRIVED, reference="r1"))
    sms.breaks = True
    assert hear(desk, sms=sms) == TakenIn(answers=1, reports=1)
    before = desk.everything()
    sms.breaks = False

    assert hear(desk, sms=sms) == TakenIn()
    assert desk.everything() == before
    assert sms.arrivals == []


def test_nothing_is_let_go_of_before_it_is_stored(desk: Desk, asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the database does not answer, the channel keeps what it has."""
    sms = Sms(answer(f"1 {code(desk, asked)}"))

    def busy(*_: object) -> None:
        raise Unavailable("the database is busy")

    with monkeypatch.context() as patched:
        patched.setattr(type(desk.street.database), "write", busy)
        with pytest.raises(Unavailable):
            hear(desk, sms=sms)
    assert len(sms.arrivals) == 1

    assert hear(desk, sms=sms) == TakenIn(answers=1)


def test_an_answer_for_two_is_one_for_each(desk: Desk) -> None:
    """A channel may bring the answers of many people at once."""
    street = desk.street
    for number in (1, 2):
        street.offer(street.request(), street.responder(f"V{number}", phone=f"+999138000000{number}"))
    arrivals = [answer("1", f"m{n}", f"+999138000000{n}") for n in (1, 2)]

    assert hand_in(desk, *arrivals) == TakenIn(answers=2)
    assert [desk.offers(1), desk.offers(2)] == [[("V1", "accepted")], [("V2", "accepted")]]


@pytest.mark.parametrize(
    "one",
    [
        answer("1", sender="95588"),
        answer("1", sender="not a phone"),
        answer("1", sender=""),
        answer("\0\ud800" * 3000, "m" * 500),
        answer("1", "消息", sender="\0"),
    ],
)
def test_whatever_comes_is_kept_and_nothing_breaks(desk: Desk, asked: str, one: Incoming) -> None:
    """Nothing is decided by it, it can be read, and it comes once."""
    assert hand_in(desk, one) == TakenIn(answers=1)
    assert hand_in(desk, one) == TakenIn()

    assert desk.offers(1) == [("V1", "offered")]
    assert len(desk.do(today_of).unclear) == 1


def today_of(tx: Any, actor: Any, rules: Any) -> Any:
    """What needs a person now."""
    return today(tx, actor, rules)


def test_an_answer_that_breaks_us_is_kept_for_a_person(
    desk: Desk, asked: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It does not come back for ever, and its words are in no log."""
    monkeypatch.setattr("dispatch.desk.replies.read_answer", lambda *_: 1 / 0)

    assert hand_in(desk, answer("问题")) == TakenIn(answers=1)
    assert [one.words for one in desk.do(today_of).unclear] == ["问题"]
    assert "ZeroDivisionError" in caplog.text
    assert "问题" not in caplog.text


def test_only_who_may_deliver_takes_in(desk: Desk) -> None:
    """A planner does not."""
    with pytest.raises(Refused):
        collect(desk.street.database, Actor(name="p", role=Role.PLANNER), RULES, {"sms": Sms()})


def test_a_message_that_arrived_is_shown_and_nothing_else(desk: Desk, asked: str) -> None:
    """It is no answer, and the offer's deadline stands."""
    send(desk, sms=Sms())
    deadline = desk.look(lambda tx: offers.with_id(tx.connection, asked)).deadline_at  # type: ignore[union-attr]

    assert hand_in(desk, Report(outcome=Arrived.ARRIVED, reference="r1", note="DELIVRD")) == TakenIn(reports=1)

    (heard,) = desk.look(lambda tx: reports.heard_of(tx.connection, [asked]))
    assert (heard.channel, heard.outcome) == ("sms", Arrived.ARRIVED)
    now = desk.look(lambda tx: offers.with_id(tx.connection, asked))
    assert now is not None
    assert (now.state, now.deadline_at) == (OfferState.OFFERED, deadline)
    assert messages(desk) == {"sms": "sent"}


@pytest.mark.parametrize("names", ["reference", "key", "both"])
def test_a_message_that_did_not_arrive_goes_on_to_the_next_channel(desk: Desk, asked: str, names: str) -> None:
    """As if its channel had given it up at once; the code stays the same."""
    sms, push = Sms(), Sms()
    send(desk, sms=sms)
    named = {"reference": "r1"} if names != "key" else {"key": sms.messages[0].key}
    if names == "both":
        named["key"] = "not one of ours"

    hand_in(desk, Report(outcome=Arrived.FAILED, **named))
    send(desk, sms=sms, push=push)

    assert messages(desk) == {"sms": "gave_up", "push": "sent"}
    assert "not-arrived" in happened(desk)
    assert {one.code for one in (*sms.messages, *push.messages)} == {code(desk, asked)}


def test_a_message_that_no_channel_brings_ends_on_the_phone_list(desk: Desk, asked: str) -> None:
    """With the alarm that belongs to it."""
    sms, push = Sms(), Sms()
    send(desk, sms=sms)
    hand_in(desk, Report(outcome=Arrived.FAILED, reference="r1"))
    send(desk, sms=sms, push=push)

    take_in(desk.street.database, desk.actor, RULES, "push", [Report(outcome=Arrived.FAILED, reference="r1")])
    send(desk, sms=sms, push=push)

    assert messages(desk) == {"sms": "gave_up", "push": "gave_up", "phone-list": "sent"}
    assert "fell-to-phone-list" in happened(desk)


def test_a_report_has_its_effect_once(desk: Desk, asked: str) -> None:
    """The same one again, however often, changes nothing."""
    send(desk, sms=Sms())
    failed = Report(outcome=Arrived.FAILED, reference="r1")
    hand_in(desk, failed)
    before = desk.everything()

    assert hand_in(desk, failed, failed) == TakenIn()
    assert desk.everything() == before


def test_a_report_may_be_quicker_than_the_receipt_of_its_message(desk: Desk, asked: str) -> None:
    """It waits until the receipt is there, and then has its effect."""
    hand_in(desk, Report(outcome=Arrived.FAILED, reference="r1"))
    assert messages(desk) == {"sms": "ready"}
    sms = Sms()
    send(desk, sms=sms)
    assert messages(desk) == {"sms": "sent"}

    hear(desk, sms=sms)

    assert messages(desk) == {"sms": "gave_up", "push": "ready"}


def test_a_report_about_nothing_of_ours_is_dropped_in_time(desk: Desk, asked: str) -> None:
    """Nothing happens by it, and it does not stay for ever."""
    hand_in(desk, Report(outcome=Arrived.FAILED, reference="nobody's"), Report(outcome=Arrived.FAILED))
    assert messages(desk) == {"sms": "ready"}

    desk.street.database.clock.at += timedelta(days=4)  # type: ignore[attr-defined]
    hear(desk, sms=Sms())

    assert desk.look(lambda tx: tx.connection.execute(reports.delivery_report.select()).all()) == []


@pytest.mark.parametrize("order", [(Arrived.ARRIVED, Arrived.FAILED), (Arrived.UNDER_WAY,)])
def test_a_message_that_arrived_or_is_under_way_is_not_sent_again(
    desk: Desk, asked: str, order: tuple[Arrived, ...]
) -> None:
    """A failure reported after the arrival is a slip of the provider's."""
    send(desk, sms=Sms())

    for one in order:
        hand_in(desk, Report(outcome=one, reference="r1"))

    assert messages(desk) == {"sms": "sent"}


@pytest.mark.parametrize("state", [OfferState.DECLINED, OfferState.EXPIRED, OfferState.WITHDRAWN])
def test_a_message_nobody_needs_any_more_goes_nowhere(desk: Desk, asked: str, state: OfferState) -> None:
    """The offer ended before the report came."""
    send(desk, sms=Sms())
    desk.street.move(asked, state)

    hand_in(desk, Report(outcome=Arrived.FAILED, reference="r1"))

    assert messages(desk) == {"sms": "gave_up"}
    assert desk.state(1) is RequestState.ASKING


def test_a_report_over_another_channel_is_not_about_ours(desk: Desk, asked: str) -> None:
    """References are each channel's own."""
    sms = Sms()
    send(desk, sms=sms)

    for one in (Report(outcome=Arrived.FAILED, reference="r1"), Report(outcome=Arrived.FAILED, key=sms.messages[0].key)):
        take_in(desk.street.database, desk.actor, RULES, "push", [one])

    assert messages(desk) == {"sms": "sent"}
