"""An offer, its answer and what follows, by text message over a real gateway."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dispatch.clock import stopwatch
from dispatch.desk.arrivals import TakenIn, collect
from dispatch.desk.delivery.outbox_out import deliver
from dispatch.model.lifecycle import RequestState
from dispatch.model.message import MessageKind
from dispatch.model.rules import Rules
from dispatch.plugins.guarded import Guarded
from dispatch.plugins.sms_smpp import SmppSms
from dispatch.store import outbox
from dispatch.store.outbox import Outgoing
from tests.desk.conftest import Desk
from tests.plugins.sms.smpp_gateway import Gateway

RULES = Rules(channels=("sms-smpp",), resident_channels=("sms-smpp",))
PHONE = "+8613912345678"


@pytest.fixture
def gateway(node: Path) -> Iterator[Gateway]:
    """A gateway on a free port."""
    one = Gateway(node)
    yield one
    one.close()


@pytest.fixture
def sms(gateway: Gateway) -> Iterator[Guarded]:
    """The channel, as the desk sees it."""
    options = {"host": "127.0.0.1", "port": gateway.port, "system_id": "sandan", "password": "secret"}
    channel = SmppSms(options)
    yield Guarded("sms-smpp", channel)
    channel.close()


def hear(desk: Desk, sms: Guarded) -> TakenIn:
    """Take in what came back, once there is something."""
    end_by = stopwatch() + 20
    while (taken := collect(desk.street.database, desk.actor, RULES, {"sms-smpp": sms})) == TakenIn():
        assert stopwatch() < end_by
        threading.Event().wait(0.01)
    return taken


def test_an_offer_is_taken_by_text_message(desk: Desk, gateway: Gateway, sms: Guarded) -> None:
    """The phone shows the code; "1" and the code from that phone take it; a copy of the answer changes nothing."""
    street = desk.street
    request_id = street.request()
    offer_id = street.offer(request_id, street.responder("V1", phone=PHONE))
    one = Outgoing(
        request_id=request_id, offer_id=offer_id, recipient="responder", kind=MessageKind.OFFER, channel="sms-smpp"
    )
    street.database.write(lambda tx: outbox.enqueue(tx.connection, tx.now, [one]))
    deliver(street.database, desk.actor, RULES, {"sms-smpp": sms})
    (offered,) = gateway.submitted
    code = offered["text"].split("回复1 ")[1][:4]
    reply = {"source_addr": PHONE.removeprefix("+"), "source_addr_ton": 1, "destination_addr": "1069", "data_coding": 8}
    for _ in range(2):
        gateway.do("deliver", fields=reply, hex=f"1 {code}".encode("utf-16-be").hex())

    taken = hear(desk, sms)
    deliver(street.database, desk.actor, RULES, {"sms-smpp": sms})
    to_helper = [one for one in gateway.submitted[1:] if one["to"] == PHONE.removeprefix("+")]

    assert offered["to"] == PHONE.removeprefix("+")
    assert taken.answers == 1
    assert (desk.state(1), desk.offers(1)) == (RequestState.ARRANGED, [("V1", "accepted")])
    assert "8号楼2单元301" in "".join(one["text"] for one in to_helper)
    assert [gateway.next("answered")["status"] for _ in range(2)] == [0, 0]


def test_a_message_that_did_not_arrive_goes_to_the_next_channel(desk: Desk, gateway: Gateway, sms: Guarded) -> None:
    """The gateway took it, and later says that the phone cannot be reached: it stands on the phone list."""
    street = desk.street
    request_id = street.request()
    offer_id = street.offer(request_id, street.responder("V1", phone=PHONE))
    one = Outgoing(
        request_id=request_id, offer_id=offer_id, recipient="responder", kind=MessageKind.OFFER, channel="sms-smpp"
    )
    street.database.write(lambda tx: outbox.enqueue(tx.connection, tx.now, [one]))
    deliver(street.database, desk.actor, RULES, {"sms-smpp": sms})
    report = {"source_addr": "1069", "esm_class": 4, "receipted_message_id": "m-1", "message_state": 5}
    gateway.do("deliver", fields=report)

    taken = hear(desk, sms)

    assert taken.reports == 1
    assert desk.waiting(1) == [("responder", "offer")]
    assert desk.state(1) is RequestState.ASKING
