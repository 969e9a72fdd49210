"""Where a channel that needs no phone reaches somebody: kept apart, used for its channel alone, forgotten when gone."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest

from dispatch.desk.delivery.outbox_out import Delivered, deliver
from dispatch.desk.dumping import dump
from dispatch.desk.roster import Change, add_responder, addresses_of, edit_responder
from dispatch.desk.verifying import verify
from dispatch.errors import Refused
from dispatch.model.message import Capabilities, Message, MessageKind, Outcome, Receipt
from dispatch.model.responder import ResponderKind
from dispatch.model.rules import Rules
from dispatch.store import events, outbox, people, private
from dispatch.store.outbox import Outgoing
from dispatch.store.tables import delivery

MAIL = "li@example.org"


class Post:
    """A channel with addresses of its own, that keeps what it was handed."""

    def __init__(self, **able: Any) -> None:
        self.capabilities = Capabilities(**{"needs_address": True, "needs_phone": False, "reaches_real_people": False, **able})
        self.messages: list[Message] = []
        self.receipt = Receipt(outcome=Outcome.SENT)

    def send(self, message: Message) -> Receipt:
        """Keep the message and answer as told."""
        self.messages.append(message)
        return self.receipt


def ask(desk: Any, *, phone: str = "+9991381112222", channel: str = "mail") -> None:
    """Let V1 be asked over a channel."""
    street = desk.street
    responder = street.responder("V1", phone=phone)
    request_id = street.request()
    offer_id = street.offer(request_id, responder)
    one = Outgoing(
        request_id=request_id, offer_id=offer_id, recipient="responder", kind=MessageKind.OFFER, channel=channel
    )
    street.database.write(lambda tx: outbox.enqueue(tx.connection, tx.now, [one]))


def set_address(desk: Any, address: str, channel: str = "mail") -> None:
    """Say where V1 is reached over a channel."""
    desk.do(edit_responder, "V1", Change(addresses={channel: address}))


def kept(desk: Any) -> dict[str, str]:
    """The addresses kept of V1."""
    return desk.look(lambda tx: addresses_of(tx, desk.actor, people.with_code(tx.connection, "street", "V1")))


def test_a_message_goes_to_the_address_that_is_kept_for_its_channel(desk: Any) -> None:
    """The channel is handed that address and not the phone."""
    ask(desk)
    set_address(desk, MAIL)
    set_address(desk, "elsewhere", "push")
    mail = Post()

    assert deliver(desk.street.database, desk.actor, Rules(), {"mail": mail}) == Delivered(sent=1)
    assert [one.to for one in mail.messages] == [MAIL]


def test_a_channel_with_addresses_is_not_handed_a_message_without_one(desk: Any) -> None:
    """It goes on to the next channel, and the log says why."""
    ask(desk)
    mail = Post()

    assert deliver(desk.street.database, desk.actor, Rules(), {"mail": mail}) == Delivered(gave_up=1, sent=1)
    assert mail.messages == []
    notes = desk.look(lambda tx: set(tx.connection.scalars(delivery.select().with_only_columns(delivery.c.note))))
    assert "there is no address for this channel" in notes


def test_nobody_made_up_has_an_address_that_reaches_real_people(desk: Any) -> None:
    """Whoever has a number of fiction is not reached by mail either."""
    ask(desk)
    set_address(desk, MAIL)
    mail = Post(reaches_real_people=True)

    assert deliver(desk.street.database, desk.actor, Rules(), {"mail": mail}) == Delivered(gave_up=1, sent=1)
    assert mail.messages == []


def test_somebody_real_is_reached_at_their_address(desk: Any) -> None:
    """An address is no number, so nothing is asked of it but to be there."""
    ask(desk, phone="")
    set_address(desk, MAIL)
    mail = Post(reaches_real_people=True)

    assert deliver(desk.street.database, desk.actor, Rules(), {"mail": mail}) == Delivered(sent=1)


def test_an_address_that_is_gone_is_forgotten(desk: Any) -> None:
    """Only that one: what another channel uses stays."""
    ask(desk)
    set_address(desk, MAIL)
    set_address(desk, "there", "push")
    mail = Post()
    mail.receipt = Receipt(outcome=Outcome.GIVE_UP, address_is_gone=True)

    deliver(desk.street.database, desk.actor, Rules(), {"mail": mail})

    assert kept(desk) == {"push": "there"}


def test_an_address_is_changed_and_forgotten_by_name(desk: Any) -> None:
    """An empty one takes it away; one of another channel is left alone."""
    desk.do(add_responder, "V1", Change(kind=ResponderKind.VOLUNTEER, place="8-1", name="甲", addresses={"mail": "a@b"}))
    set_address(desk, " there ", "push")
    set_address(desk, MAIL)
    assert kept(desk) == {"mail": MAIL, "push": "there"}

    set_address(desk, "")

    assert kept(desk) == {"push": "there"}


@pytest.mark.parametrize("address", ["a\nb", "a" * 2001])
def test_an_address_that_cannot_be_is_refused(desk: Any, address: str) -> None:
    """Line ends would be somebody else's header, and nothing is that long."""
    desk.street.responder("V1")

    with pytest.raises(Refused):
        set_address(desk, address)
    assert kept(desk) == {}


def test_an_address_is_private_and_the_log_does_not_know_it(desk: Any) -> None:
    """The dump has it, since it is the owners' own; the events do not; and the check finds one that got out."""
    ask(desk)
    set_address(desk, MAIL)
    out = StringIO()
    desk.do(lambda tx, actor, rules: dump(tx, desk.actor, out))
    params = desk.look(lambda tx: [one.params for one in events.read(tx.connection, "street")])

    assert f'"address": "{MAIL}"' in out.getvalue()
    assert {"responder", "channel"} <= set(params[-1])
    assert MAIL not in repr(params)
    assert not [one for one in breaks(desk) if "private" in one]
    desk.street.database.write(lambda tx: tx.connection.execute(delivery.update().values(note=MAIL)))
    assert "private-outside" in breaks(desk)


def test_an_address_of_nobody_is_found(desk: Any) -> None:
    """What belongs to nobody any more must not stay behind."""
    desk.street.database.write(lambda tx: private.keep_address(tx.connection, "nobody", "mail", MAIL))

    assert "nobodys-people" in breaks(desk)


def breaks(desk: Any) -> set[str]:
    """What the check finds, by name."""
    found = desk.look(lambda tx: verify(tx, desk.actor, desk.rules))
    return {one.kind for one in found}
